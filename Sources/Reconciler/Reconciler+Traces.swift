import Agents
import Foundation
import Images
public import Manifests
public import Records
import Store
import YAML

/// Where what an attempt wrote can be read from this machine.
public enum TracePlace: Sendable, Hashable {
    /// In its own folder, which is here.
    case folder(String)
    /// In the store that it was put into when it ended.
    case store(ArtifactLocation, Digest)
}

extension Reconciler {
    var artifactStores: ArtifactStores { ArtifactStores(root: repository.root, environment: setting.environment) }

    /// Where a run's attempt can be read.
    ///
    /// - Parameter number: which attempt; `nil` for the newest.
    /// - Throws: a `Diagnostic` where there is none, or where it is on another machine only, or nowhere any more.
    public func traces(of run: RunRecord, number: Int? = nil) async throws -> TracePlace {
        guard run.attempt > 0 else { throw Diagnostic.noAttemptYet("\(run.name)") }
        if let number, !(1...run.attempt).contains(number) {
            throw Diagnostic.noSuchAttempt("\(run.name)", number, newest: run.attempt)
        }
        let own = "\(paths.runs)/\(run.folder)/\(number ?? run.attempt)"
        let attempt = try await openState().read { try $0.attempt(number ?? run.attempt, of: run.id) }
        guard let attempt else { return .folder(own) }
        let folder = attempt.folder ?? own
        if FileManager.default.fileExists(atPath: folder) { return .folder(folder) }
        if let artifact = attempt.artifact {
            if let digest = artifact.digest { return .store(artifact.location, digest) }
            throw Diagnostic.tracesNotKept("\(run.name)", host: attempt.host, folder: folder, artifact.warning ?? "")
        }
        if attempt.host != setting.host {
            throw Diagnostic.tracesElsewhere("\(run.name)", host: attempt.host, folder: folder)
        }
        // What was never started has no folder, and nothing to say.
        guard attempt.submittedAt != nil else { return .folder(folder) }
        throw Diagnostic.tracesGone("\(run.name)", host: attempt.host, folder: folder)
    }

    /// Where an attempt's pool puts what it leaves; `nil` where it is nowhere.
    func artifactLocation(of attempt: AttemptRecord, in store: StateStore) async throws -> ArtifactLocation? {
        try await store.read { try $0.artifactLocation(ofAgent: attempt.agent, knowing: RulesCache()) }
    }

    /// The newest metrics of an attempt, wherever they are; `nil` where there are none, or none can be had.
    public func metrics(of run: RunRecord) async -> [String: JSONValue]? {
        guard let place = try? await traces(of: run) else { return nil }
        switch place {
        case .folder(let folder): return RunMetrics.last(in: "\(folder)/metrics.jsonl")
        case .store(let location, let digest):
            return try? await withScratch { scratch in
                let store = try artifactStores.open(location)
                guard let part = try await store.attempt(digest).part("metrics.jsonl") else { return nil }
                try await store.fetch(part, to: "\(scratch)/metrics.jsonl", scratch: "\(scratch)/archive")
                return RunMetrics.last(in: "\(scratch)/metrics.jsonl")
            }
        }
    }

    /// A folder for what comes from a store, gone when the body ends.
    func withScratch<R>(_ body: (String) async throws -> R) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString)").path
        try await BlockingWork.run { try HandedFiles.makeFolder(folder) }
        defer { try? HandedFiles.remove(folder) }
        return try await body(folder)
    }
}

/// The metrics that a command appends as lines of JSON.
public enum RunMetrics {
    /// How much of the file's end is read.
    private static let tail: UInt64 = 4096

    /// The newest line; `nil` where there is none that can be read.
    public static func last(in path: String) -> [String: JSONValue]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd() else { return nil }
        try? file.seek(toOffset: end > tail ? end - tail : 0)
        guard let data = try? file.readToEnd(), let line = data.split(separator: UInt8(ascii: "\n")).last,
            case .object(let values)? = try? JSONValue(parsing: Array(line))
        else { return nil }
        return values
    }
}
