import YAML

/// What only the file system knows of a job's source: that it is there, is a folder, and stays in the repository.
struct SourceChecks {
    let repository: Repository

    func diagnostics(of job: Manifest<JobSpec>) -> [Diagnostic] {
        guard case .path(let source) = job.spec.source else { return [] }
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
                    ? .sourceMissing(source.written, at: place)
                    : .sourceUnreadable(source.written, error.reason, at: place)
            ]
        }
        return requirements(of: job, in: folder)
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
