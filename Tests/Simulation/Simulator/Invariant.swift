/// What must hold in every world at every moment, by the promises of the design (“Promises”, by number).
public enum Invariant: String, Sendable, CaseIterable {
    /// 4: at most one live submission per run and attempt, and no two of a run at once.
    case oneSubmission
    /// 3: intent is journalled before an act.
    case intentFirst
    /// “A run is wanted until it has succeeded once.”
    case noRepeat
    /// 4: an agent that lost its lease can write nothing.
    case fencing
    /// Queue concurrency, an agent's hands, order, suspension.
    case limits
    /// One reconciler at a time.
    case oneReconciler
    /// The run state machine, an ended attempt, a success: what must not change does not.
    case transitions
    /// 9: the record is append-only and hash-chained.
    case chain
    /// 6: nothing that was created is left behind.
    case noLeftovers
    /// 6: cancel ends everything, confirmed.
    case cancelComplete
    /// 3: the outcome after the act; what is recorded is what happened.
    case recordAgrees
    /// 1 and 2: a plan is pure, exhaustive and disjoint, and empty where all is done.
    case planPure
    /// No run begins before those it waits for.
    case dependencies
    /// The record keeps its own rules, as `state check` looks for them.
    case recordSound
    /// 3 and 7: when nothing goes wrong any more, all that is wanted comes to its end.
    case converges
    /// A process ended with an error that nobody can do anything about.
    case noSurprise
}

/// What was found.
public struct Violation: Sendable {
    public let invariant: Invariant
    public let what: String
    /// Milliseconds since the world began.
    public let at: Int64
}

/// A deliberate mistake in what lies around the real code, to show that it would be found.
public enum Mutant: String, Sendable, CaseIterable {
    /// The store compares no tokens: who lost a lease writes on.
    case noFencing
    /// Each submission gets a name of its own.
    case randomNames
    /// The intent to submit is acknowledged and not kept.
    case noIntent
    /// A seal binds everybody, however late its setter's lease was lost.
    case bindingSeals
}
