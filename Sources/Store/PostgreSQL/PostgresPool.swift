import Dispatch
import Synchronization

/// Connections of which each is in one caller's hands at a time.
final class PostgresPool: Sendable {
    private let free: DispatchSemaphore
    private let idle = Mutex<[PostgresLink]>([])

    /// - Parameter limit: the most that are lent at once; who comes when all are waits for one.
    init(atMost limit: Int) { free = DispatchSemaphore(value: limit) }

    /// Puts a connection there for the first who asks.
    func add(_ link: PostgresLink) { idle.withLock { $0.append(link) } }

    /// Lends a connection, or `nil` where the borrower has to open one. What is in its place afterwards is kept, if it
    /// is fit for use.
    func lend<T>(_ body: (inout PostgresLink?) throws -> T) rethrows -> T {
        free.wait()
        defer { free.signal() }
        var link = idle.withLock { $0.popLast() }
        defer { if let link, link.isIdle { add(link) } }
        return try body(&link)
    }
}
