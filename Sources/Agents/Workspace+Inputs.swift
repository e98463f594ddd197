import Images
import Manifests
import Records
import YAML

/// An input, and the path at which its output is on this machine.
struct FoundInput: Sendable {
    var source: InputSource
    /// Absolute.
    var path: String
}

extension Workspace {
    /// Finds the outputs that a run reads: where their attempts left them, or, where those folders are not here or not
    /// what they were, in the store that they were put into.
    ///
    /// - Parameter scratch: an absolute path that is this attempt's own, for what comes from a store.
    /// - Throws: a `Diagnostic` that names the input, and where it ought to be.
    func fetchInputs(_ sources: [InputSource], into scratch: String) async throws -> [FoundInput] {
        var found: [FoundInput] = []
        if !sources.isEmpty { try await BlockingWork.run { try HandedFiles.remove(scratch) } }
        for (index, source) in sources.enumerated() {
            guard let run = source.run, let attempt = source.attempt else {
                throw Diagnostic.inputNotMade(source.input)
            }
            guard let output = source.output else { throw Diagnostic.inputNotKept(source.input) }
            let outputs = OutputSource(
                folder: folder(of: attempt, of: run), artifact: attempt.artifact, stores: artifacts)
            let path: String
            do {
                try await BlockingWork.run { try HandedFiles.makeFolder(scratch) }
                path = try await outputs.path(of: output.path, output.digest, scratch: "\(scratch)/\(index)")
            } catch let fault as Diagnostic {
                throw Diagnostic.inputNotFetched(
                    source.input, fault, host: attempt.host, path: outputs.ownPath(of: output.path))
            }
            found.append(FoundInput(source: source, path: path))
        }
        return found
    }

    /// Copies what a run reads of others' outputs into its own folder of inputs. What is not what it was when its run
    /// ended is refused: whatever is computed from it would be filed under a wrong identity.
    ///
    /// - Throws: a `Diagnostic` that names the input, and the host and folder where it ought to be.
    func fillInputs(_ inputs: [FoundInput], into folder: String) throws {
        for input in inputs { try fill(input.source, from: input.path, into: folder) }
    }

    private func fill(_ source: InputSource, from path: String, into folder: String) throws {
        guard let attempt = source.attempt else { throw Diagnostic.inputNotMade(source.input) }
        guard let output = source.output else { throw Diagnostic.inputNotKept(source.input) }
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
