public import Records
import Synchronization

/// What an engine says of all attempts that somebody waits for, asked for once an interval however many they are.
///
/// One of those who wait asks for all; when it has waited long enough for its own, the next one does. So there is no
/// task that nobody owns, and nothing is asked when nobody waits.
public final class StatusBoard: Sendable {
    /// Asks for many at once. What it does not mention stays as it was known; an engine that cannot be asked says
    /// `unreachable` of all.
    public typealias Question = @Sendable ([SubmissionReference]) async -> [String: Observation]

    private struct Waiter {
        var reference: SubmissionReference
        var seen: Observation
        /// Resumed with `nil` to say: you ask now.
        var continuation: CheckedContinuation<Observation?, Never>
    }

    private struct State {
        var waiters: [Int: Waiter] = [:]
        var lastID = 0
        var cancelled: Set<Int> = []
        var hasAsker = false
        /// Those that the asker itself waits for beside the others.
        var own: [Int: SubmissionReference] = [:]
        /// How often in a row the engine could not be asked.
        var failures = 0
    }

    private let state = Mutex(State())
    private let interval: Duration
    private let longest: Duration
    private let now: @Sendable () -> Timestamp
    private let sleep: @Sendable (Duration) async throws -> Void
    private let ask: Question

    /// - Parameters:
    ///   - interval: between two questions.
    ///   - longest: between two questions to an engine that cannot be asked; the pause doubles up to it.
    ///   - now: the clock by which deadlines are meant.
    ///   - sleep: a pause, which ends early where the task is cancelled.
    public init(
        interval: Duration, longest: Duration = .seconds(30), now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        ask: @escaping Question
    ) {
        self.interval = interval
        self.longest = longest
        self.now = now
        self.sleep = sleep
        self.ask = ask
    }

    /// Waits as `Engine.change` does.
    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        while true {
            let (id, isAsker) = state.withLock { state -> (Int, Bool) in
                state.lastID += 1
                if !state.hasAsker {
                    state.hasAsker = true
                    state.own[state.lastID] = reference
                    return (state.lastID, true)
                }
                return (state.lastID, false)
            }
            if isAsker { return await askForAll(id, reference, seen, until: deadline) }
            if let observation = await wait(id, reference, seen, until: deadline) { return observation }
        }
    }

    /// Asks again and again until something is new of what it waits for itself, then hands the asking on.
    private func askForAll(
        _ id: Int, _ reference: SubmissionReference, _ seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        var known = seen
        defer { handOn(id) }
        while true {
            let references = state.withLock { state in
                // In the order in which they came.
                let waiting = state.waiters.keys.sorted().compactMap { state.waiters[$0]?.reference }
                return state.own.sorted { $0.key < $1.key }.map(\.value) + waiting
            }
            let found = await ask(references)
            publish(found)
            if let own = found[reference.name] { known = own }
            if !known.isSame(as: seen) || Task.isCancelled { return known }
            let left = deadline.map { $0 - now() }
            if let left, left <= .zero { return known }
            try? await sleep(min(pause, left ?? pause))
            if Task.isCancelled { return known }
            if let deadline, now() >= deadline { return known }
        }
    }

    private var pause: Duration {
        let failures = state.withLock { $0.failures }
        var pause = interval
        for _ in 0..<min(failures, 16) where pause < longest { pause *= 2 }
        return failures == 0 ? interval : max(interval, min(pause, longest))
    }

    private func publish(_ found: [String: Observation]) {
        let news = state.withLock { state -> [(CheckedContinuation<Observation?, Never>, Observation)] in
            let isUnreachable = found.values.contains { if case .unreachable = $0 { true } else { false } }
            let isAnswered = found.values.contains { if case .unreachable = $0 { false } else { true } }
            state.failures = isUnreachable && !isAnswered ? state.failures + 1 : 0
            var news: [(CheckedContinuation<Observation?, Never>, Observation)] = []
            for (id, waiter) in state.waiters {
                guard let observation = found[waiter.reference.name], !observation.isSame(as: waiter.seen) else {
                    continue
                }
                state.waiters[id] = nil
                news.append((waiter.continuation, observation))
            }
            return news
        }
        for (continuation, observation) in news { continuation.resume(returning: observation) }
    }

    private func handOn(_ id: Int) {
        let next = state.withLock { state -> CheckedContinuation<Observation?, Never>? in
            state.own[id] = nil
            state.hasAsker = false
            guard let first = state.waiters.keys.min(), let waiter = state.waiters.removeValue(forKey: first) else {
                return nil
            }
            return waiter.continuation
        }
        next?.resume(returning: nil)
    }

    /// Waits for what another asks; `nil` where it is this one's turn to ask.
    private func wait(
        _ id: Int, _ reference: SubmissionReference, _ seen: Observation, until deadline: Timestamp?
    ) async -> Observation? {
        await withTaskGroup(of: Void.self) { group in
            if let deadline {
                group.addTask { [self] in
                    let left = deadline - now()
                    if left > .zero { try? await sleep(left) }
                    guard !Task.isCancelled else { return }
                    end(id, with: seen)
                }
            }
            let observation = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = state.withLock { state -> Bool in
                        if state.cancelled.remove(id) != nil { return true }
                        state.waiters[id] = Waiter(reference: reference, seen: seen, continuation: continuation)
                        return false
                    }
                    if isOver { continuation.resume(returning: seen) } else { askIfNobodyDoes() }
                }
            } onCancel: {
                end(id, with: seen)
            }
            group.cancelAll()
            _ = state.withLock { $0.cancelled.remove(id) }
            return observation
        }
    }

    /// The asker may have gone between the moment at which it was seen and that at which the waiter was there.
    private func askIfNobodyDoes() {
        if state.withLock({ !$0.hasAsker && !$0.waiters.isEmpty }) { handOn(0) }
    }

    private func end(_ id: Int, with observation: Observation) {
        let waiter = state.withLock { state -> Waiter? in
            guard let waiter = state.waiters.removeValue(forKey: id) else {
                state.cancelled.insert(id)
                return nil
            }
            return waiter
        }
        waiter?.continuation.resume(returning: observation)
    }
}
