import Synchronization

/// What a task came to, for a thread that waits for it.
final class Answer<Value: Sendable>: Sendable {
    struct Missing: Error {}

    private let result = Mutex<Result<Value, any Error>?>(nil)

    func set(_ new: Result<Value, any Error>) { result.withLock { $0 = new } }
    func get() throws -> Value { try result.withLock { $0 ?? .failure(Missing()) }.get() }
}
