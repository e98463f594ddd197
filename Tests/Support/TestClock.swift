public import Agents
import Dispatch
public import Records
import Synchronization

/// A clock that runs as fast as the machine's, from a moment of its own, and can be set forward: what waits an hour
/// for a lease or a back-off is tested without an hour's wait.
public final class TestClock: TimeSource {
    private let start: Timestamp
    private let begun = DispatchTime.now().uptimeNanoseconds
    private let skipped = Mutex(Duration.zero)

    public init(at start: Timestamp = Timestamp(milliseconds: 1_800_000_000_000)) { self.start = start }

    public func now() -> Timestamp {
        let elapsed = (DispatchTime.now().uptimeNanoseconds - begun) / 1_000_000
        return start + .milliseconds(Int64(elapsed)) + skipped.withLock { $0 }
    }

    public func after(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .milliseconds(Int(clamping: max(0, time.milliseconds))), execute: body)
    }

    /// Sets the clock forward.
    public func skip(_ duration: Duration) { skipped.withLock { $0 += duration } }
}
