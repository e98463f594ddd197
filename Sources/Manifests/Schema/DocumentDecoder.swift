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
    /// Whether it is of kind `Defaults`, which is no manifest of an object.
    var isDefaults = false

    var isSound: Bool { !diagnostics.contains { $0.severity == .error } }
}

/// Reads the envelope of a document and, by its kind, the rest.
enum DocumentDecoder {
    private static let fields = ["apiVersion", "kind", "metadata", "spec"]

    /// `folder` is the file's, relative to the repository's root; `nil` outside of it.
    ///
    /// `parts` are the documents that it is put together from; none where it stands in its file as it is.
    static func decode(_ document: Node, folder: String?, parts: [Node] = []) -> DecodedDocument {
        var decoding = Decoding(folder: folder, parts: parts)
        var decoded = DecodedDocument(manifest: nil, diagnostics: [])
        if isSlipway(document, &decoding) {
            switch subject(of: document, &decoding) {
            case .object(let kind)?: decoded.manifest = decode(kind, document, &decoding)
            case .defaults?:
                decoded.isDefaults = true
                decodeDefaults(document, &decoding)
            case nil: break
            }
        }
        decoded.diagnostics = decoding.diagnostics
        return decoded
    }

    /// What it gives is taken from the document once it is known to what; here it is only judged.
    private static func decodeDefaults(_ document: Node, _ decoding: inout Decoding) {
        checkFields(of: document, &decoding)
        var metadata = Metadata()
        decode(document, "metadata", DefaultsSpec.metadataSchema, into: &metadata, &decoding)
        var spec = DefaultsSpec()
        decode(document, "spec", DefaultsSpec.schema, into: &spec, &decoding)
    }

    private static func decode<Part>(
        _ document: Node, _ field: StaticString, _ schema: ObjectSchema<Part>, into part: inout Part,
        _ decoding: inout Decoding
    ) {
        if let node = document["\(field)"], !node.isNull {
            decoding.inside(.field(field)) { _ = schema.decode(node, into: &part, &$0) }
        } else {
            let place = (document.key("\(field)") ?? document).startLocation
            decoding.report(.missingField("\(field)", at: place))
        }
    }

    private static func checkFields(of document: Node, _ decoding: inout Decoding) {
        for (key, _) in document.entries where !decoding.isFull && !fields.contains(where: { key.text == $0 }) {
            decoding.report(.unknownField(key, in: "the manifest", known: fields))
        }
    }

    private static func decode(_ kind: Kind, _ document: Node, _ decoding: inout Decoding) -> AnyManifest? {
        var metadata = Metadata()
        if let node = document["metadata"] {
            decoding.inside(.field("metadata")) { _ = Metadata.schema.decode(node, into: &metadata, &$0) }
        } else {
            decoding.report(.missingField("metadata", at: document.startLocation))
        }
        decoding.namespace = metadata.namespace
        checkFields(of: document, &decoding)
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
        decode(document, "spec", Spec.schema, into: &spec, &decoding)
        return Manifest(metadata: metadata, spec: spec, origin: Origin(document: document, parts: decoding.parts))
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

    /// What a document is about.
    private enum Subject {
        case object(Kind)
        case defaults
    }

    private static func subject(of document: Node, _ decoding: inout Decoding) -> Subject? {
        guard let node = document["kind"] else {
            decoding.report(.missingField("kind", at: document.startLocation))
            return nil
        }
        if let text = node.textOfScalar {
            if let kind = Kind(rawValue: text) { return .object(kind) }
            if text == DefaultsSpec.kind { return .defaults }
        }
        decoding.report(.unknownWord("kind", node, allowed: Kind.allCases.map(\.rawValue) + [DefaultsSpec.kind]))
        return nil
    }
}
