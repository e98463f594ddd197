import Dispatch

/// Where a store does the work that blocks on a disk or a server.
public protocol StoreScheduler: Sendable {
    /// Does some reading; several may be done at once.
    func read(_ work: @escaping @Sendable () -> Void)

    /// Does some writing, after all that was asked for before.
    func write(_ work: @escaping @Sendable () -> Void)
}

/// Threads of their own, so that the few on which asynchronous work runs are never held.
public final class StoreThreads: StoreScheduler {
    private let writer = DispatchQueue(label: "slipway.state.writer")

    public init() {}

    public func read(_ work: @escaping @Sendable () -> Void) { DispatchQueue.global().async(execute: work) }
    public func write(_ work: @escaping @Sendable () -> Void) { writer.async(execute: work) }
}
