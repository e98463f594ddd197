public import Manifests

/// Another run that has to have ended before this one begins, resolved: not what it is called but what it computes is
/// waited for.
public struct RunDependency: Sendable, Hashable, Comparable {
    /// As the manifest names it, for people.
    public var run: ObjectName
    /// What the run of that name computed when the plan was made.
    public var identity: Digest
    public var condition: DependencyCondition

    public init(run: ObjectName, identity: Digest, condition: DependencyCondition) {
        self.run = run
        self.identity = identity
        self.condition = condition
    }

    public static func < (left: RunDependency, right: RunDependency) -> Bool {
        (left.run, left.identity, left.condition.rawValue) < (right.run, right.identity, right.condition.rawValue)
    }
}

/// An output of another run that this one reads.
public struct RunInput: Sendable, Hashable, Comparable {
    /// As the manifest names it, for people.
    public var run: ObjectName
    /// What the run of that name computed when the plan was made.
    public var identity: Digest
    /// In that run's outputs, in the form of `OutputPath`.
    public var path: String
    /// Below the folder of inputs, in the same form.
    public var target: String

    public init(run: ObjectName, identity: Digest, path: String, target: String) {
        self.run = run
        self.identity = identity
        self.path = path
        self.target = target
    }

    /// By what is computed first and by names last, so that the order within an identity does not hang on names.
    public static func < (left: RunInput, right: RunInput) -> Bool {
        (left.identity, left.path, left.target, left.run) < (right.identity, right.path, right.target, right.run)
    }

    /// `data.csv of prepare`.
    public var description: String { "\(path) of \(run)" }
}

// The forms in which the store keeps them.

extension RunDependency {
    var recorded: JSONValue {
        .object([
            "condition": .string(condition.rawValue), "identity": .string(identity.description),
            "run": .string(run.recorded),
        ])
    }

    init?(recorded: JSONValue) {
        guard let run = recorded["run"]?.string, let identity = recorded["identity"]?.string.flatMap({ Digest($0) }),
            let condition = recorded["condition"]?.string.flatMap(DependencyCondition.init(rawValue:))
        else { return nil }
        self.init(run: ObjectName(reference: run), identity: identity, condition: condition)
    }
}

extension RunInput {
    /// What of it is part of its reader's identity: not what the other run is called.
    var computation: JSONValue {
        .object(["as": .string(target), "identity": .string(identity.description), "path": .string(path)])
    }

    var recorded: JSONValue {
        .object([
            "as": .string(target), "identity": .string(identity.description), "path": .string(path),
            "run": .string(run.recorded),
        ])
    }

    init?(recorded: JSONValue) {
        guard let run = recorded["run"]?.string, let identity = recorded["identity"]?.string.flatMap({ Digest($0) }),
            let path = recorded["path"]?.string, let target = recorded["as"]?.string
        else { return nil }
        self.init(run: ObjectName(reference: run), identity: identity, path: path, target: target)
    }
}

extension ObjectName {
    fileprivate var recorded: String { "\(namespace)/\(name)" }
}

extension Array {
    /// The elements of a recorded list; none where there is no list, `nil` where it or an element is something else.
    init?(recorded list: JSONValue?, _ read: (JSONValue) -> Element?) {
        guard let list else {
            self = []
            return
        }
        guard case .array(let values) = list else { return nil }
        let elements = values.compactMap(read)
        guard elements.count == values.count else { return nil }
        self = elements
    }
}
