import YAML

/// A manifest of any kind.
///
/// Indirect, so that lists of manifests move pointers rather than specs.
indirect enum AnyManifest: Sendable {
    case job(Manifest<JobSpec>)
    case queue(Manifest<QueueSpec>)
    case pool(Manifest<AgentPoolSpec>)
    case run(Manifest<RunSpec>)
    case policy(Manifest<PolicySpec>)
}

/// One document of a manifest file, decoded as far as it could be.
///
/// A manifest with mistakes is kept where its kind and name are known, so that what refers to it is not reported too;
/// `isSound` says whether its content can be relied on.
struct DecodedDocument: Sendable {
    var manifest: AnyManifest?
    var diagnostics: [Diagnostic]
    /// That it is one of the runs of a matrix.
    var membership: Membership?
    /// Whether another document reports mistakes that are this one's too.
    var hasFaultsElsewhere = false

    var isSound: Bool { !hasFaultsElsewhere && !diagnostics.hasErrors }
}

/// Reads the envelope of a document and, by its kind, the rest.
enum DocumentDecoder {
    private static let fields = ["apiVersion", "kind", "metadata", "spec"]

    /// `folder` is the file's, relative to the repository's root; `nil` outside of it.
    static func decode(_ document: Node, folder: String?) -> DecodedDocument {
        var decoding = Decoding(folder: folder)
        let manifest = decode(document, &decoding)
        return DecodedDocument(manifest: manifest, diagnostics: decoding.diagnostics)
    }

    private static func decode(_ document: Node, _ decoding: inout Decoding) -> AnyManifest? {
        guard isSlipway(document, &decoding), let kind = kind(of: document, &decoding) else { return nil }
        var metadata = Metadata()
        if let node = document["metadata"] {
            decoding.inside(.field("metadata")) { _ = Metadata.schema.decode(node, into: &metadata, &$0) }
        } else {
            decoding.report(.missingField("metadata", at: document.startLocation))
        }
        decoding.namespace = metadata.namespace
        for (key, _) in document.entries where !decoding.isFull && !fields.contains(where: { key.text == $0 }) {
            decoding.report(.unknownField(key, in: "the manifest", known: fields))
        }
        let manifest: AnyManifest =
            switch kind {
            case .job: .job(self.manifest(metadata, document, &decoding))
            case .queue: .queue(self.manifest(metadata, document, &decoding))
            case .agentPool: .pool(self.manifest(metadata, document, &decoding))
            case .run: .run(self.manifest(metadata, document, &decoding))
            case .policy: .policy(self.manifest(metadata, document, &decoding))
            }
        return metadata.name.isEmpty ? nil : manifest
    }

    private static func manifest<Spec: DeclaredSpec>(
        _ metadata: Metadata, _ document: Node, _ decoding: inout Decoding
    ) -> Manifest<Spec> {
        var spec = Spec.schema.initial
        if let node = document["spec"], !node.isNull {
            decoding.inside(.field("spec")) { _ = Spec.schema.decode(node, into: &spec, &$0) }
        } else {
            decoding.report(.missingField("spec", at: (document.key("spec") ?? document).startLocation))
        }
        return Manifest(metadata: metadata, spec: spec, origin: Origin(document: document))
    }

    private static func isSlipway(_ document: Node, _ decoding: inout Decoding) -> Bool {
        guard document.kind == .mapping, let version = document["apiVersion"], version.kind == .scalar else {
            decoding.report(.notSlipway(at: document.startLocation))
            return false
        }
        if version.textEquals("slipway/v1") { return true }
        let isMeant =
            version.text.hasPrefix("slipway")
            || Suggestion.closest(to: version.text, among: [ManifestSchemas.apiVersion]) != nil
        decoding.report(isMeant ? .unknownVersion(version) : .notSlipway(at: version.location, version.text))
        return false
    }

    private static func kind(of document: Node, _ decoding: inout Decoding) -> Kind? {
        guard let node = document["kind"] else {
            decoding.report(.missingField("kind", at: document.startLocation))
            return nil
        }
        guard let text = node.textOfScalar, let kind = Kind(rawValue: text) else {
            decoding.report(.unknownWord("kind", node, allowed: Kind.allCases.map(\.rawValue)))
            return nil
        }
        return kind
    }
}
