import YAML

/// A spec whose fields are declared by a table.
public protocol ManifestSpec: Sendable {
    /// Its kind.
    static var kind: Kind { get }
    /// The canonical form: every default filled in, keys sorted, numbers and quantities in their one form. Digests and
    /// comparisons are made of it.
    var canonical: JSONValue { get }
}

/// The part of `ManifestSpec` that only this module needs.
protocol DeclaredSpec: ManifestSpec {
    static var schema: ObjectSchema<Self> { get }
}

extension DeclaredSpec {
    public var canonical: JSONValue { Self.schema.encode(self) }
}

extension JobSpec: DeclaredSpec { public static var kind: Kind { .job } }
extension QueueSpec: DeclaredSpec { public static var kind: Kind { .queue } }
extension AgentPoolSpec: DeclaredSpec { public static var kind: Kind { .agentPool } }
extension RunSpec: DeclaredSpec { public static var kind: Kind { .run } }
extension PolicySpec: DeclaredSpec { public static var kind: Kind { .policy } }

extension JobSpec {
    /// Reads back what a job version keeps of `canonical`: any of its fields. The source is not part of it.
    ///
    /// It goes through the YAML reader, so that one set of rules decides what a definition means. `nil` for a value
    /// that these rules refuse, such as one that another version of Slipway wrote.
    public init?(definition: JSONValue) {
        let text = JSONText(definition, style: .yaml).bytes
        let file = YAMLFile.parse(SourceFile(path: "definition", bytes: text))
        guard !file.diagnostics.contains(where: { $0.severity == .error }), let node = file.documents.first else {
            return nil
        }
        var decoding = Decoding(folder: "", isPartial: true)
        guard let job = Self.schema.decode(node, &decoding),
            !decoding.diagnostics.contains(where: { $0.severity == .error })
        else { return nil }
        self = job
    }
}
