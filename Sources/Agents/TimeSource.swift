import Dispatch
import Foundation
public import Records
import Synchronization

/// Where the time comes from, and what wakes whoever waits. Everything that looks at a clock is given one.
public protocol TimeSource: Sendable {
    func now() -> Timestamp

    /// Calls once, not before a time has passed.
    func after(_ time: Duration, _ body: @escaping @Sendable () -> Void)
}

extension TimeSource {
    /// Pauses.
    ///
    /// - Throws: `CancellationError`, at once, where the task is cancelled.
    public func sleep(for time: Duration) async throws {
        let sleeper = Sleeper()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard sleeper.begin(continuation) else { return continuation.resume() }
                after(time) { sleeper.wake() }
            }
        } onCancel: {
            sleeper.wake()
        }
        try Task.checkCancellation()
    }
}

/// One sleep, that ends once: when the time is over, or when its task is cancelled, even before it began.
private final class Sleeper: Sendable {
    private enum State {
        case awake
        case asleep(CheckedContinuation<Void, Never>)
        case over
    }

    private let state = Mutex(State.awake)

    func begin(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        state.withLock { state in
            guard case .awake = state else { return false }
            state = .asleep(continuation)
            return true
        }
    }

    func wake() {
        let sleeping = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .over }
            return if case .asleep(let continuation) = state { continuation } else { nil }
        }
        sleeping?.resume()
    }
}

/// The machine's own clock.
public struct SystemTime: TimeSource {
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public func after(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
        let milliseconds = Int(clamping: max(0, time.milliseconds))
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds), execute: body)
    }
}
