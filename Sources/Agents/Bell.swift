import Records
import Synchronization

/// Wakes one sleeper early: it sleeps until somebody rings or the time is over. A ring while nobody sleeps is kept.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var sleeper: CheckedContinuation<Bool, Never>?
        /// Tells a timer of an earlier sleep from the present one's.
        var sleep = 0
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    init(time: any TimeSource) { self.time = time }

    func ring() {
        let sleeper = state.withLock { state in
            state.isRung = state.sleeper == nil
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume(returning: true)
    }

    /// Returns whether somebody rang.
    @discardableResult
    func wait(atMost most: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let sleep = state.withLock { state -> Int? in
                guard !state.isRung else {
                    state.isRung = false
                    return nil
                }
                state.sleeper = continuation
                state.sleep += 1
                return state.sleep
            }
            guard let sleep else { return continuation.resume(returning: true) }
            time.after(most) { [self] in
                let sleeper = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                    guard state.sleep == sleep else { return nil }
                    defer { state.sleeper = nil }
                    return state.sleeper
                }
                sleeper?.resume(returning: false)
            }
        }
    }
}
