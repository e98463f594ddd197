import Synchronization

/// What the first signal does, where that is less than to stop at once.
final class Interruption: Sendable {
    @TaskLocal static var current: Interruption?

    private struct State {
        var gentle: (@Sendable () -> Void)?
        /// When the gentle way was taken.
        var taken: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let clock = ContinuousClock()

    /// One wish to stop may arrive twice: `timeout`, a shell or a service manager signals a process and its group.
    private static let echo = Duration.milliseconds(200)

    /// Sees to it that the first signal calls this, and only the second stops the command.
    func softenFirst(by body: @escaping @Sendable () -> Void) { state.withLock { $0.gentle = body } }

    /// Takes the gentle way, once. Returns whether that is all that this signal asks for.
    func soften() -> Bool {
        let now = clock.now
        let (body, isEcho) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
            guard let gentle = state.gentle else { return (nil, state.taken.map { now - $0 < Self.echo } ?? false) }
            state = State(gentle: nil, taken: now)
            return (gentle, false)
        }
        body?()
        return body != nil || isEcho
    }
}
