import Agents
import Foundation
import Images
public import Manifests
public import Records
import Store
import YAML

/// One declared output of a run that has succeeded.
public struct RunOutput: Sendable, Hashable {
    /// As its job declares it.
    public var path: String
    public var digest: OutputDigest
    /// Where it was copied to; `nil` where it was only looked for.
    public var target: String?
}

extension Reconciler {
    /// The declared outputs of a run's success, in order of their paths.
    ///
    /// - Parameter folder: where to copy them, absolute; each is there whole, and what the record says it was, or not
    ///   at all. They come from the attempt's own folder where that is here, otherwise from the pool's store.
    /// - Throws: a `Diagnostic` where the run has not succeeded, one of them cannot be had, or something of its name is
    ///   there already.
    public func outputs(of name: ObjectName, to folder: String? = nil) async throws -> [RunOutput] {
        let store = try openState()
        let run = try await execution(of: name, in: store)
        let attempt = try await store.read { try $0.attempt(run.attempt, of: run.id) }
        guard run.phase == .succeeded, let attempt else {
            throw Diagnostic.noOutputs("\(name)", phase: run.phase.rawValue)
        }
        var outputs = attempt.outputs.sorted { $0.key < $1.key }.map { RunOutput(path: $0.key, digest: $0.value) }
        guard let folder else { return outputs }
        for index in outputs.indices { outputs[index].target = "\(folder)/\(OutputPath.output(outputs[index].path))" }
        for output in outputs {
            guard let target = output.target, !target.split(separator: "/").contains("..") else {
                throw Diagnostic.noOutputs("\(name)", phase: run.phase.rawValue)
            }
            guard !FileManager.default.fileExists(atPath: target) else { throw Diagnostic.outputInTheWay(target) }
        }
        let own = attempt.folder ?? "\(paths.runs)/\(run.folder)/\(attempt.number)"
        let source = OutputSource(folder: own, artifact: attempt.artifact, stores: artifactStores)
        let scratch = "\(folder)/.slipway-\(setting.unique())"
        try await BlockingWork.run { try HandedFiles.makeFolder(scratch) }
        defer { try? HandedFiles.remove(scratch) }
        for (index, output) in outputs.enumerated() {
            try await fetch(output, of: "\(name)", from: source, scratch: "\(scratch)/\(index)")
        }
        return outputs
    }

    private func fetch(
        _ output: RunOutput, of run: String, from source: OutputSource, scratch: String
    ) async throws {
        guard let target = output.target else { return }
        let path = try await source.path(of: output.path, output.digest, scratch: scratch)
        let own = source.ownPath(of: output.path)
        try await BlockingWork.run {
            if path != own { return try HandedFiles.rename(path, to: target) }
            let isSame: Bool
            switch output.digest {
            case .unreadable(let why): throw Diagnostic.outputUnreadable(run, output.path, why)
            case .file(let digest, _):
                guard try HandedFiles.isFolder(path) == false else {
                    throw Diagnostic.outputGone(run, output.path, own)
                }
                isSame = try HandedFiles.copy(path, to: scratch).digest == digest
            case .folder(let digest, _):
                guard try HandedFiles.isFolder(path) == true else {
                    throw Diagnostic.outputGone(run, output.path, own)
                }
                let tree = try HandedFiles.tree(path)
                isSame = try tree.digest == digest && HandedFiles.copy("", of: tree, to: scratch) == nil
            }
            guard isSame else { throw Diagnostic.outputChanged(run, output.path, own) }
            try HandedFiles.rename(scratch, to: target)
        }
    }
}
