import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The folder in which builds remember what they made and wait for one another. It can be removed at any time: then
/// things are built once more.
struct BuildCache: Sendable {
    let folder: String
    /// How long to wait for another build of the same thing.
    let patience: Duration

    private func path(_ kind: String, _ key: Digest, _ ending: String) -> String {
        "\(folder)/\(kind)/\(key.hex).\(ending)"
    }

    /// What was stored. A record that cannot be read counts as none: what it spoke of is then built again and the
    /// record replaced, which is the best that could be done about it.
    func record<Value: Decodable>(_ kind: String, _ key: Digest) -> Value? {
        guard let bytes = try? FileAccess.read(path(kind, key, "json"), limit: 16 << 20) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    func store(_ value: some Encodable, _ kind: String, _ key: Digest) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try FileAccess.makeFolder("\(folder)/\(kind)")
        try FileAccess.replace(path(kind, key, "json"), with: Array(try encoder.encode(value)))
    }

    /// Waits until nobody else, in this process or another, makes the thing of this key.
    func lock(_ kind: String, _ key: Digest, waiting: () -> Void) async throws -> FileLock {
        try FileAccess.makeFolder("\(folder)/\(kind)")
        return try await FileLock.acquire(path(kind, key, "lock"), patience: patience, waiting: waiting)
    }

    /// A folder for one build, removed when it ends, however it ends.
    func withScratchFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let all = "\(folder)/scratch"
        try FileAccess.makeFolder(all)
        try FileAccess.removeStale(in: all)
        let scratch = "\(all)/\(UInt64.random(in: .min ... .max))"
        try FileAccess.makeFolder(scratch)
        let result: Result
        do {
            result = try await body(scratch)
        } catch {
            // The build's own error is the one to tell; a folder that stays is removed as stale by a later build.
            try? FileAccess.remove(scratch)
            throw error
        }
        try FileAccess.remove(scratch)
        return result
    }
}
