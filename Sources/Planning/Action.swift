public import Manifests
public import Records

/// What a plan does with one object. Every desired or recorded object has exactly one.
public enum Operation: String, Sendable, Hashable, CaseIterable {
    case create
    case update
    case replace
    case delete
    case run
    case satisfied
    case unchanged

    /// The mark before the object's name.
    public var symbol: String {
        switch self {
        case .create: "+"
        case .update: "~"
        case .replace: "-/+"
        case .delete: "-"
        case .run: ">"
        case .satisfied: "="
        case .unchanged: " "
        }
    }
}

/// Why a plan does what it does: a closed list.
public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// The manifest is new.
    case manifestAdded
    /// Fields of the spec changed.
    case specChanged
    /// Files of the job's source changed.
    case sourceChanged
    /// Only labels or annotations changed.
    case metadataChanged
    /// The manifest is gone.
    case manifestRemoved
    /// The manifest is gone, and its annotation keeps the object.
    case pruneProtected
    /// Nothing like it was computed before.
    case neverRun
    /// The job that the run follows has another content.
    case jobVersionChanged
    /// The run's own parameters changed, or the defaults that it takes from its job.
    case parametersChanged
    /// The run reads other outputs, or outputs of a run that computes something else now.
    case inputsChanged
    /// The same computation was asked for once more.
    case repeatRequested
    /// It failed or was cancelled before, and its manifest has been written anew.
    case retriedAfterChange
    /// The same computation has succeeded before.
    case alreadySucceeded
    /// The same computation is under way or planned for another run.
    case sharedExecution
    /// Queue, priority, resources, retry, timeout, outputs or the runs that it waits for changed.
    case placementChanged
    /// It is as it should be.
    case upToDate
}

/// One field that differs.
public struct FieldChange: Sendable, Hashable {
    /// Such as `spec.parameters.lr`.
    public var path: [String]
    /// `nil` where the field is new.
    public var before: JSONValue?
    /// `nil` where the field is gone.
    public var after: JSONValue?

    public init(path: [String], before: JSONValue?, after: JSONValue?) {
        self.path = path
        self.before = before
        self.after = after
    }
}

/// The place in a manifest that makes an action necessary.
public struct Cause: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// Counted from 1.
    public var line: Int
    /// Counted from 1.
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line)" }
}

/// What has to be written so that an action is recorded.
public struct RecordChange: Sendable, Hashable {
    /// What becomes of a run's execution.
    public enum Execution: Sendable, Hashable {
        case start(RunSpecification)
        /// To run it again, where its manifest says now; where its cancellation is awaited, to take that back.
        case requeue(RunID, RunSpecification)
        case place(RunID, RunSpecification)
    }

    /// The object as it will be recorded; `nil` to forget it.
    public var object: ObjectDraft?
    public var newVersion: JobVersionDraft?
    public var execution: Execution?
    /// An execution that nobody wants any more.
    public var cancels: RunID?

    public init(
        object: ObjectDraft?, newVersion: JobVersionDraft? = nil, execution: Execution? = nil, cancels: RunID? = nil
    ) {
        self.object = object
        self.newVersion = newVersion
        self.execution = execution
        self.cancels = cancels
    }
}

/// An object as it will be recorded, but for the moment and the commit.
public struct ObjectDraft: Sendable, Hashable {
    public var digest: Digest
    public var content: String
    public var file: String
    public var line: Int
    public var isPrunable: Bool
    public var identity: Digest?
    public var version: Int?

    public init(
        digest: Digest, content: String, file: String, line: Int, isPrunable: Bool, identity: Digest? = nil,
        version: Int? = nil
    ) {
        self.digest = digest
        self.content = content
        self.file = file
        self.line = line
        self.isPrunable = isPrunable
        self.identity = identity
        self.version = version
    }
}

/// A job version that does not exist yet.
public struct JobVersionDraft: Sendable, Hashable {
    public var number: Int
    public var digest: Digest
    public var content: JobVersionContent

    public init(number: Int, digest: Digest, content: JobVersionContent) {
        self.number = number
        self.digest = digest
        self.content = content
    }
}

/// One step of a plan.
public struct Action: Sendable, Hashable {
    public var operation: Operation
    public var key: ObjectKey
    public var reason: Reason
    /// One clause for people.
    public var message: String
    public var fields: [FieldChange]
    /// `nil` only where no manifest is left to point at.
    public var cause: Cause?
    /// `nil` where nothing is to be written.
    public var change: RecordChange?

    public init(
        _ operation: Operation, _ key: ObjectKey, _ reason: Reason, _ message: String, fields: [FieldChange] = [],
        cause: Cause?, change: RecordChange? = nil
    ) {
        self.operation = operation
        self.key = key
        self.reason = reason
        self.message = message
        self.fields = fields
        self.cause = cause
        self.change = change
    }
}
