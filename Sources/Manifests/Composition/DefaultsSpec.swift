import YAML

/// What a folder gives the manifests in it and below it where they write nothing themselves.
///
/// It is no object: it is neither recorded nor planned, and shows in what it gives.
struct DefaultsSpec: Sendable {
    /// What a document of it says as its `kind`.
    static let kind = "Defaults"

    var namespace: String?
    var labels: NamedValues<String> = [:]
    var annotations: NamedValues<String> = [:]
    /// What is there for each kind's specs; the values are taken from the document.
    var jobs: Fragment<JobSpec>?
    var queues: Fragment<QueueSpec>?
    var agentPools: Fragment<AgentPoolSpec>?
    var runs: Fragment<RunSpec>?

    /// The name of the field with the defaults of a kind's specs; `nil` for a kind that has none: what a policy
    /// demands is to be seen in the policy.
    static func field(of kind: Kind) -> String? {
        switch kind {
        case .job: "jobs"
        case .queue: "queues"
        case .agentPool: "agentPools"
        case .run: "runs"
        case .policy: nil
        }
    }

    /// A part of a spec: any of its fields.
    struct Fragment<Spec: DeclaredSpec>: Sendable {
        var spec: Spec
    }
}

/// One document of kind `Defaults`, as it stands.
struct DefaultsDocument: Sendable {
    let document: StoredDocument
    /// What it gives a manifest of a kind, as a document of its own.
    let layers: [Kind: Node]

    /// What it says.
    private let spec: Node?

    init(_ stored: StoredDocument) {
        document = stored
        let document = stored.root
        spec = document["spec"]
        guard let spec, spec.kind == .mapping else {
            layers = [:]
            return
        }
        layers = Dictionary(
            uniqueKeysWithValues: Kind.allCases.compactMap { kind in
                Self.layer(for: kind, spec, in: document).map { (kind, Node(composing: $0)) }
            })
    }

    /// The namespace that it gives.
    var namespace: String? { spec?["namespace"]?.string }

    /// The folder that jobs below it have as their source, as it was written.
    var sourcePath: Node? { spec?["jobs"]?["source"]?["path"] }

    private static func layer(for kind: Kind, _ spec: Node, in document: Node) -> Composition? {
        let metadata = ["namespace", "labels", "annotations"].compactMap { name in
            spec.entries.first { $0.key.text == name }.map { (Composition.node($0.key), Composition.node($0.value)) }
        }
        var entries: [(key: Composition, value: Composition)] = []
        if !metadata.isEmpty { entries.append((.scalar("metadata", at: spec), .mapping(metadata, at: spec))) }
        if let field = DefaultsSpec.field(of: kind), let values = spec[field], values.kind == .mapping {
            entries.append((.scalar("spec", at: spec), .node(values)))
        }
        return entries.isEmpty ? nil : .mapping(entries, at: document)
    }
}
