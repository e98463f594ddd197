/// The kinds of manifest.
public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    case job = "Job"
    case queue = "Queue"
    case agentPool = "AgentPool"
    case run = "Run"
    case policy = "Policy"
}

/// A name within a namespace. Names are unique per kind and namespace.
public struct ObjectName: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public static let defaultNamespace = "default"

    public var namespace: String
    public var name: String

    public init(namespace: String = ObjectName.defaultNamespace, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Reads `name` or `namespace/name`, as a reference in a manifest or on the command line is written.
    ///
    /// `namespace` is that of whoever refers, used where the reference names none.
    public init(reference: some StringProtocol, in namespace: String = ObjectName.defaultNamespace) {
        if let slash = reference.firstIndex(of: "/") {
            self.init(
                namespace: String(reference[..<slash]), name: String(reference[reference.index(after: slash)...]))
        } else {
            self.init(namespace: namespace, name: String(reference))
        }
    }

    /// The name alone in the default namespace, `namespace/name` elsewhere.
    public var description: String {
        namespace == ObjectName.defaultNamespace ? name : "\(namespace)/\(name)"
    }

    public static func < (left: ObjectName, right: ObjectName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// What identifies one manifest: its kind and its name.
public struct ObjectKey: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public var kind: Kind
    public var name: ObjectName

    public init(_ kind: Kind, _ name: ObjectName) {
        self.kind = kind
        self.name = name
    }

    /// `Kind/name`, as `explain` and `history` take it.
    public var description: String { "\(kind.rawValue)/\(name)" }

    public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.kind.order, left.name) < (right.kind.order, right.name)
    }
}

extension Kind {
    /// Dependency order: what is named by others comes first, so that creation goes forward and deletion backward.
    public var order: Int {
        switch self {
        case .job: 0
        case .queue: 1
        case .agentPool: 2
        case .run: 3
        case .policy: 4
        }
    }
}
