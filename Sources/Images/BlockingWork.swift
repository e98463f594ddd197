import Dispatch

/// Work that reads and writes much, away from the threads on which tasks run.
///
/// There are only as many of those as cores. A build of some gigabytes on one of them would keep others from running,
/// an agent's heartbeat among them.
public enum BlockingWork {
    private static let queue = DispatchQueue(label: "slipway.images", attributes: .concurrent)

    /// Runs a body on a thread of its own and waits for it without holding one.
    public static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result(catching: body)) }
        }
    }
}
