import Foundation
import Images
public import Records
import YAML

extension Workspace {
    public func collectOutputs(of attempt: AttemptRecord, of run: RunRecord) async throws -> CollectedOutputs {
        guard !run.specification.outputs.isEmpty else { return CollectedOutputs() }
        // There may be gigabytes of them.
        return try await BlockingWork.run {
            let folder = folder(of: attempt, of: run)
            let missing = try gatherOutputs(of: run, in: folder)
            guard missing.isEmpty else {
                let sentence = "the command ended with status 0 but did not leave \(missing.joined(separator: ", "))"
                return CollectedOutputs(missing: sentence)
            }
            let digests = run.specification.outputs.map { ($0, digest(of: "\(folder)/outputs/\($0)")) }
            return CollectedOutputs(digests: Dictionary(digests) { first, _ in first })
        }
    }

    /// Puts the declared outputs into the attempt's `outputs/` where the command wrote them elsewhere, and returns
    /// those that are nowhere.
    private func gatherOutputs(of run: RunRecord, in folder: String) throws -> [String] {
        try run.specification.outputs.filter { output in
            let target = "\(folder)/outputs/\(output)"
            if FileManager.default.fileExists(atPath: target) { return false }
            let written = "\(folder)/work\(ImagePaths.source)/\(output)"
            guard FileManager.default.fileExists(atPath: written) else { return true }
            let parent = String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)])
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: written, toPath: target)
            return false
        }
    }

    /// A success is not undone because nothing can vouch for what it left (a link that leads elsewhere, a socket): only
    /// who wants to read it hears of that.
    private func digest(of path: String) -> OutputDigest {
        do {
            if try HandedFiles.isFolder(path) == true {
                let tree = try HandedFiles.tree(path)
                return .folder(tree.digest, size: tree.bytes)
            }
            let content = try HandedFiles.content(of: path)
            return .file(content.digest, size: content.size)
        } catch let diagnostic as Diagnostic {
            return .unreadable(diagnostic.message)
        } catch {
            return .unreadable((error as NSError).localizedDescription)
        }
    }
}
