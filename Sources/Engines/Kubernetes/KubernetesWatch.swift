import Images
import Manifests
import Synchronization

/// A change of a collection, as a watch tells it.
enum KubernetesChange: Sendable, Hashable {
    case present(JSONValue)
    case gone(JSONValue)
    /// Nothing has changed up to a version.
    case bookmark(String)
}

extension KubernetesAPI {
    /// How long a server holds a watch open. It costs little to open it again where it ended.
    static let watchTime = Duration.seconds(240)

    /// Hands over every change of a collection since a version, until the server ends the watch, which it does now and
    /// then, or the connection breaks.
    ///
    /// - Throws: `isForgotten` where the server has no changes since that version any more.
    func watch(
        _ path: String, _ query: [(String, String)], since version: String,
        _ take: @escaping @Sendable (KubernetesChange) -> Void
    ) async throws(KubernetesFailure) {
        let lines = WatchLines(most: limits.bytes, take)
        let seconds = Self.watchTime.components.seconds
        _ = try await response(
            "GET", path,
            query + [
                ("watch", "true"), ("resourceVersion", version), ("allowWatchBookmarks", "true"),
                ("timeoutSeconds", String(seconds)),
            ], into: .stream { try lines.take($0) }, timeout: Self.watchTime + .seconds(30))
        if let failure = lines.failure { throw failure }
    }
}

/// Makes changes of the lines of a watch.
private final class WatchLines: Sendable {
    private struct State {
        var open: [UInt8] = []
        var failure: KubernetesFailure?
    }

    private let state = Mutex(State())
    private let most: Int
    private let handOver: @Sendable (KubernetesChange) -> Void

    init(most: Int, _ handOver: @escaping @Sendable (KubernetesChange) -> Void) {
        self.most = most
        self.handOver = handOver
    }

    var failure: KubernetesFailure? { state.withLock { $0.failure } }

    func take(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        var changes: [KubernetesChange] = []
        defer { for change in changes { handOver(change) } }
        try state.withLock { state in
            while let end = rest.firstIndex(of: 0x0A) {
                state.open += rest[..<end]
                rest = rest[(end + 1)...]
                guard state.failure == nil else { continue }
                let line = state.open
                state.open = []
                guard !line.isEmpty else { continue }
                do throws(KubernetesFailure) {
                    changes.append(try Self.change(line))
                } catch {
                    state.failure = error
                }
            }
            guard state.open.count + rest.count <= most else { throw HTTPFailure.tooLarge(limit: Int64(most)) }
            state.open += rest
        }
    }

    private static func change(_ line: [UInt8]) throws(KubernetesFailure) -> KubernetesChange {
        guard let event = try? JSONValue(parsing: line), let object = event["object"] else {
            throw .silent("what it says of changes is no JSON")
        }
        switch event["type"]?.string {
        case "ADDED", "MODIFIED": return .present(object)
        case "DELETED": return .gone(object)
        case "BOOKMARK": return .bookmark(object["metadata"]?["resourceVersion"]?.string ?? "")
        case "ERROR": throw KubernetesFailure(status: object)
        case let type: throw .silent("it says \((type ?? "nothing").shortened(40).debugDescription) of a change")
        }
    }
}
