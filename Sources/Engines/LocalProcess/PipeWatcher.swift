import CSpawn
import Foundation
import Records
import Synchronization

/// Waits for the other ends of pipes to be closed, all on one thread that exists as long as somebody waits.
///
/// It is poll(2) by hand, because libdispatch's read sources on Linux crash now and then when descriptors end in quick
/// succession (seen with Swift 6.3: a segmentation fault in its event loop, about once in a thousand short processes).
final class PipeWatcher: Sendable {
    private struct Watch {
        var descriptor: Int32
        var deadline: ContinuousClock.Instant?
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var watches: [Int: Watch] = [:]
        var lastID = 0
        /// Waits that were cancelled before they had begun.
        var cancelled: Set<Int> = []
        var hasThread = false
    }

    private let state = Mutex(State())
    private let clock = ContinuousClock()
    /// A byte into its second end makes the thread look at the watches again.
    private let wake: (read: Int32, write: Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        // Without it a new watch is noticed a little later, when the thread looks by itself.
        _ = pipe2(&ends, O_CLOEXEC | O_NONBLOCK)
        wake = (ends[0], ends[1])
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    /// Waits for end-of-file on a descriptor that does not block and stays open meanwhile.
    ///
    /// Returns whether end-of-file came within the time (`nil` for any time); `false` at once where the waiting task is
    /// cancelled. Bytes that come before are thrown away.
    func endOfFile(_ descriptor: Int32, within time: Duration?) async -> Bool {
        let id = state.withLock { state -> Int in
            state.lastID += 1
            return state.lastID
        }
        let deadline = time.map { clock.now + $0 }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(Watch(descriptor: descriptor, deadline: deadline, continuation: continuation), as: id)
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func add(_ watch: Watch, as id: Int) {
        let (isCancelled, startsThread) = state.withLock { state -> (Bool, Bool) in
            if state.cancelled.remove(id) != nil { return (true, false) }
            state.watches[id] = watch
            defer { state.hasThread = true }
            return (false, !state.hasThread)
        }
        if isCancelled { return watch.continuation.resume(returning: false) }
        if startsThread { Thread.detachNewThread { [self] in work() } } else { ring() }
    }

    private func cancel(_ id: Int) {
        let watch = state.withLock { state -> Watch? in
            guard let watch = state.watches.removeValue(forKey: id) else {
                state.cancelled.insert(id)
                return nil
            }
            return watch
        }
        watch?.continuation.resume(returning: false)
    }

    private func ring() {
        var byte: UInt8 = 0
        _ = write(wake.write, &byte, 1)
    }

    /// The longest that the thread sleeps without looking.
    private static let longestSleep = Duration.seconds(1)

    private func work() {
        while let watches = current() {
            var entries = [pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)]
            entries += watches.map { pollfd(fd: $0.value.descriptor, events: Int16(POLLIN), revents: 0) }
            let now = clock.now
            let sleep = watches.compactMap { $0.value.deadline.map { $0 - now } }.min() ?? Self.longestSleep
            let milliseconds = max(.zero, min(sleep, Self.longestSleep)).milliseconds + 1
            guard poll(&entries, nfds_t(entries.count), Int32(clamping: milliseconds)) >= 0 || errno == EINTR else {
                return finish(watches.map { ($0.key, false) })
            }
            if entries[0].revents != 0 { drainWake() }
            var finished: [(Int, Bool)] = []
            for ((id, watch), entry) in zip(watches, entries.dropFirst()) {
                if entry.revents != 0, isAtEnd(id) {
                    finished.append((id, true))
                } else if let deadline = watch.deadline, clock.now >= deadline {
                    finished.append((id, false))
                }
            }
            finish(finished)
        }
    }

    /// What there is to watch; `nil`, and the thread is over, where there is nothing.
    private func current() -> [(key: Int, value: Watch)]? {
        state.withLock { state in
            guard !state.watches.isEmpty else {
                state.hasThread = false
                return nil
            }
            return Array(state.watches)
        }
    }

    private func finish(_ finished: [(id: Int, result: Bool)]) {
        let continuations = state.withLock { state in
            finished.compactMap { entry in
                state.watches.removeValue(forKey: entry.id).map { ($0.continuation, entry.result) }
            }
        }
        for (continuation, result) in continuations { continuation.resume(returning: result) }
    }

    private func drainWake() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wake.read, &bytes, bytes.count) == bytes.count {}
    }

    /// Reads under the lock: as long as a watch is there its descriptor is open, and is nobody else's.
    private func isAtEnd(_ id: Int) -> Bool {
        state.withLock { state in
            guard let watch = state.watches[id] else { return false }
            var byte: UInt8 = 0
            return read(watch.descriptor, &byte, 1) == 0
        }
    }
}
