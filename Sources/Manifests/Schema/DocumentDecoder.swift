import YAML

/// A manifest of any kind.
enum AnyManifest: Sendable {
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
    var membership: Membership? {
        get { memberships.first }
        set { memberships = newValue.map { [$0] } ?? [] }
    }

    /// One or none, which is what most have and costs them nothing.
    private var memberships: [Membership] = []
    /// Whether another document reports mistakes that are this one's too.
    var hasFaultsElsewhere = false
    /// Whether it is of kind `Defaults`, which is no manifest of an object.
    var isDefaults = false

    init(manifest: AnyManifest? = nil, diagnostics: [Diagnostic] = []) {
        self.manifest = manifest
        self.diagnostics = diagnostics
    }

    var isSound: Bool { !hasFaultsElsewhere && !diagnostics.hasErrors }
}

/// Reads the envelope of a document and, by its kind, the rest.
enum DocumentDecoder {
    private static let fields = ["apiVersion", "kind", "metadata", "spec"]

    /// `folder` is the file's, relative to the repository's root; `nil` outside of it.
    ///
    /// `parts` are the documents that it is put together from; none where it stands in its file as it is.
    static func decode(_ stored: StoredDocument, folder: String?, parts: [StoredDocument] = []) -> DecodedDocument {
        var former = Metadata()
        return decode(stored, folder: folder, parts: parts, after: &former)
    }

    /// `former` is what the manifest before it says of itself, and becomes what this one says.
    static func decode(
        _ stored: StoredDocument, folder: String?, parts: [StoredDocument] = [], after former: inout Metadata
    ) -> DecodedDocument {
        let document = stored.root
        var decoding = Decoding(folder: folder, parts: parts)
        var decoded = DecodedDocument()
        if isSlipway(document, &decoding) {
            switch subject(of: document, &decoding) {
            case .object(let kind)?:
                decoded.manifest = decode(kind, stored, document, &decoding, after: &former)
                if case .job(let job)? = decoded.manifest, !decoding.diagnostics.hasErrors {
                    decoding.diagnostics += ResourceChecks.warnings(job, document)
                }
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
        let meant = checkFields(of: document, &decoding)
        var metadata = Metadata()
        decode(document, "metadata", DefaultsSpec.metadataSchema, into: &metadata, meant, &decoding)
        var spec = DefaultsSpec()
        // What only holds of a whole is judged where it is whole, and `null` takes away what a farther folder gives.
        decoding.isFragment = true
        decode(document, "spec", DefaultsSpec.schema, into: &spec, meant, &decoding)
    }

    /// `meant` are the fields that misspelled keys stand for: they are not said to be missing too.
    private static func decode<Part>(
        _ document: Node, _ field: StaticString, _ schema: ObjectSchema<Part>, into part: inout Part,
        _ meant: Set<String>, _ decoding: inout Decoding
    ) {
        if let node = document["\(field)"], !node.isNull {
            decoding.inside(.field(field)) { _ = schema.decode(node, into: &part, &$0) }
        } else if !meant.contains("\(field)") {
            decoding.report(missing("\(field)", in: document))
        }
    }

    /// Reports what is no field of a document; returns the fields that were probably meant.
    private static func checkFields(of document: Node, _ decoding: inout Decoding) -> Set<String> {
        let slips = document.entries.map(\.key).filter { key in !fields.contains { key.text == $0 } }
        for key in slips where !decoding.isFull {
            decoding.report(.unknownField(key, of: document, in: "the manifest", known: fields))
        }
        return Set(slips.prefix(100).compactMap { Suggestion.closest(to: $0.text, among: fields) })
    }

    private static func decode(
        _ kind: Kind, _ stored: StoredDocument, _ document: Node, _ decoding: inout Decoding,
        after former: inout Metadata
    ) -> AnyManifest? {
        let meant = checkFields(of: document, &decoding)
        var metadata = Metadata()
        decode(document, "metadata", Metadata.schema, into: &metadata, meant, &decoding)
        metadata.share(former)
        former = metadata
        decoding.namespace = metadata.namespace
        let manifest: AnyManifest =
            switch kind {
            case .job: .job(self.manifest(metadata, stored, document, meant, &decoding))
            case .queue: .queue(self.manifest(metadata, stored, document, meant, &decoding))
            case .agentPool: .pool(self.manifest(metadata, stored, document, meant, &decoding))
            case .run: .run(self.manifest(metadata, stored, document, meant, &decoding))
            case .policy: .policy(self.manifest(metadata, stored, document, meant, &decoding))
            }
        return metadata.name.isEmpty ? nil : manifest
    }

    private static func manifest<Spec: DeclaredSpec>(
        _ metadata: Metadata, _ stored: StoredDocument, _ document: Node, _ meant: Set<String>,
        _ decoding: inout Decoding
    ) -> Manifest<Spec> {
        var spec = Spec.schema.initial
        decode(document, "spec", Spec.schema, into: &spec, meant, &decoding)
        return Manifest(metadata: metadata, spec: spec, origin: Origin(stored, parts: decoding.parts))
    }

    private static func missing(_ field: String, in document: Node) -> Diagnostic {
        document.key(field).map { .emptyField(field, at: $0.location) }
            ?? .missingField(field, at: document.startLocation)
    }

    /// A key that is no field and was probably meant to be this one, such as `Kind`.
    private static func slip(for field: String, in document: Node) -> (key: Node, value: Node)? {
        guard document.kind == .mapping else { return nil }
        return document.entries.prefix(100).first { key, _ in
            !fields.contains { key.text == $0 } && Suggestion.closest(to: key.text, among: fields) == field
        }.map { (key: $0.key, value: $0.value) }
    }

    private static func isSlipway(_ document: Node, _ decoding: inout Decoding) -> Bool {
        guard document.kind == .mapping, let version = document["apiVersion"], version.kind == .scalar else {
            let slip = slip(for: "apiVersion", in: document)
            let isMeant = slip.map { $0.value.kind == .scalar && $0.value.text.hasPrefix("slipway") } ?? false
            decoding.report(
                slip.flatMap { slip in
                    isMeant ? .unknownField(slip.key, of: document, in: "the manifest", known: fields) : nil
                }
                    ?? .notSlipway(at: document.startLocation))
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
            decoding.report(
                slip(for: "kind", in: document).map {
                    .unknownField($0.key, of: document, in: "the manifest", known: fields)
                }
                    ?? .missingField("kind", at: document.startLocation))
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
