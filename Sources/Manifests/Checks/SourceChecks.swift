import YAML

/// What only the file system knows of a job's source: that it is there, is a folder, and stays in the repository.
struct SourceChecks {
    private let repository: Repository
    /// What has been found to be right; jobs often share a source.
    private var passed: Set<Question> = []

    private struct Question: Hashable {
        var folder: String
        var requirements: String?
    }

    init(_ repository: Repository) { self.repository = repository }

    mutating func diagnostics(of job: Manifest<JobSpec>) -> [Diagnostic] {
        // A path that was refused when it was read is not there to be looked at.
        guard case .path(let source) = job.spec.source, !source.written.isEmpty else { return [] }
        let question = Question(folder: source.repositoryPath, requirements: job.spec.build.python?.requirements)
        guard !passed.contains(question) else { return [] }
        let found = diagnostics(of: job, source)
        if found.isEmpty { passed.insert(question) }
        return found
    }

    private func diagnostics(of job: Manifest<JobSpec>, _ source: SourcePath) -> [Diagnostic] {
        let place = job.origin.location(of: ["spec", "source", "path"])
        let folder: String
        do {
            folder = try FileSystem.realPath(repository.absolute(source.repositoryPath))
            guard repository.relative(folder) != nil else {
                return [.sourceLeaves(source.written, target: folder, at: place)]
            }
            guard try FileSystem.type(of: folder, followsLinks: false) == .folder else {
                return [.sourceNotFolder(source.written, at: place)]
            }
        } catch {
            return [
                error.isMissing
                    ? .sourceMissing(source.written, suggestion: nearest(to: source), at: place)
                    : .sourceUnreadable(source.written, error.reason, at: place)
            ]
        }
        return requirements(of: job, in: folder)
    }

    /// The path with its last name corrected, where a folder beside it has nearly that name.
    private func nearest(to source: SourcePath) -> String? {
        let parent = repository.absolute(RelativePath.folder(of: source.repositoryPath))
        guard let name = source.repositoryPath.split(separator: "/").last, source.written.hasSuffix(name),
            let entries = try? FileSystem.entries(of: parent, most: 1000)
        else { return nil }
        let folders = entries.filter { $0.type == .folder }.compactMap(\.name).sorted()
        return Suggestion.closest(to: String(name), among: folders).map { source.written.dropLast(name.count) + $0 }
    }

    private func requirements(of job: Manifest<JobSpec>, in folder: String) -> [Diagnostic] {
        guard let path = job.spec.build.python?.requirements else { return [] }
        let place = job.origin.location(of: ["spec", "build", "python", "requirements"])
        do {
            let file = try FileSystem.realPath(folder == "/" ? "/\(path)" : "\(folder)/\(path)")
            guard file.hasPrefix(folder == "/" ? "/" : folder + "/") else {
                return [.requirementsOutside(path, at: place)]
            }
            guard try FileSystem.type(of: file, followsLinks: false) == .file else {
                return [.requirementsMissing(path, at: place)]
            }
            return []
        } catch {
            return [
                error.isMissing
                    ? .requirementsMissing(path, at: place) : .sourceUnreadable(path, error.reason, at: place)
            ]
        }
    }
}
