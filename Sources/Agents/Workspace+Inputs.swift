import Images
import Manifests
import Records
import YAML

extension Workspace {
    /// Copies what a run reads of others' outputs into its own folder of inputs. What is not what it was when its run
    /// ended is refused: whatever is computed from it would be filed under a wrong identity.
    ///
    /// - Throws: a `Diagnostic` that names the input, and the host and folder where it ought to be.
    func fillInputs(_ sources: [InputSource], into folder: String) throws {
        for source in sources { try fill(source, into: folder) }
    }

    private func fill(_ source: InputSource, into folder: String) throws {
        guard let run = source.run, let attempt = source.attempt else { throw Diagnostic.inputNotMade(source.input) }
        guard let output = source.output else { throw Diagnostic.inputNotKept(source.input) }
        let path = "\(self.folder(of: attempt, of: run))/outputs/\(output.path)"
        let target = "\(folder)/\(source.input.target)"
        switch output.digest {
        case .unreadable(let why): throw Diagnostic.inputUnreadable(source.input, why)
        case .file(let digest, _):
            guard output.below.isEmpty else { throw Diagnostic.inputNotKept(source.input) }
            guard try HandedFiles.isFolder(path) == false else {
                throw Diagnostic.inputGone(source.input, host: attempt.host, path: path)
            }
            guard try HandedFiles.copy(path, to: target).digest == digest else {
                throw Diagnostic.inputChanged(source.input, host: attempt.host, path: path)
            }
        case .folder(let digest, _):
            guard try HandedFiles.isFolder(path) == true else {
                throw Diagnostic.inputGone(source.input, host: attempt.host, path: path)
            }
            let tree = try HandedFiles.tree(path)
            guard tree.digest == digest else {
                throw Diagnostic.inputChanged(source.input, host: attempt.host, path: path)
            }
            guard output.below.isEmpty || tree.entry(at: output.below) != nil else {
                throw Diagnostic.inputNotKept(source.input)
            }
            if let changed = try HandedFiles.copy(output.below, of: tree, to: target) {
                throw Diagnostic.inputChanged(source.input, host: attempt.host, path: "\(path)/\(changed)")
            }
        }
    }
}
