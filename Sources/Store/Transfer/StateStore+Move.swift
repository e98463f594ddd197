import Manifests
public import Records
import Synchronization
import YAML

/// What was moved.
public struct StateMoveReport: Sendable, Hashable {
    public var objects: Int64
    public var runs: Int64
    public var attempts: Int64
    public var events: Int64
    /// Whether the rows were there already, from an earlier move that was cut off before its last step.
    public var wasResumed: Bool
}

extension StateStore {
    /// Moves the whole record into another, empty one, and marks this one so that nobody writes to it any more.
    ///
    /// The rows are copied, compared and checked in one transaction of the target: a move that is cut off leaves the
    /// target empty, or, at its very last step, whole; then the same move again only sets the mark.
    ///
    /// - Throws: a `Diagnostic` where agents are at work, this record is faulty or was moved already, or the target
    ///   holds something else; `CancellationError`, with nothing moved, where the task is cancelled.
    public func move(to target: StateStore, at now: Timestamp) async throws -> StateMoveReport {
        let wish = StopWish()
        let move = RecordMove(source: self, target: target, now: now, wish: wish)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                scheduler.write { continuation.resume(with: Result { try move.run() }) }
            }
        } onCancel: {
            wish.isThere.store(true, ordering: .relaxed)
        }
    }
}

/// Whether somebody wants work on another thread to stop.
final class StopWish: Sendable {
    let isThere = Atomic(false)
}
