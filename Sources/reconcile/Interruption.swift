import Synchronization

/// What the first signal does, where that is less than to stop at once.
final class Interruption: Sendable {
    @TaskLocal static var current: Interruption?

    private let gentle = Mutex<(@Sendable () -> Void)?>(nil)

    /// Sees to it that the first signal calls this, and only the second stops the command.
    func softenFirst(by body: @escaping @Sendable () -> Void) { gentle.withLock { $0 = body } }

    /// Takes the gentle way, once. Returns whether there was one.
    func soften() -> Bool {
        let body = gentle.withLock { gentle in
            defer { gentle = nil }
            return gentle
        }
        body?()
        return body != nil
    }
}
