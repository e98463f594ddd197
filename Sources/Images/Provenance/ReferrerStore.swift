public import Manifests
import YAML

/// A manifest that names an image as its subject: something said of the image, kept beside it
/// (OCI image specification 1.1, `subject`).
public struct Referrer: Sendable, Hashable {
    public var blob: BlobDescriptor
    public var artifactType: String?
    public var annotations: [String: String]

    public init(blob: BlobDescriptor, artifactType: String?, annotations: [String: String] = [:]) {
        self.blob = blob
        self.artifactType = artifactType
        self.annotations = annotations
    }

    var json: JSONValue {
        var fields = blob.json.object ?? [:]
        fields["artifactType"] = artifactType.map(JSONValue.string)
        if !annotations.isEmpty { fields["annotations"] = .object(annotations.mapValues(JSONValue.string)) }
        return .object(fields)
    }
}

/// How a store was asked for referrers.
public enum ReferrerSource: String, Sendable {
    /// The registry keeps the list itself.
    case api = "referrers API"
    /// Clients keep the list in an index with a tag made of the image's digest (“Referrers Tag Schema”).
    case tag = "referrers tag"
    case layout = "layout's index"
}

/// A store in which what is said of an image is found from the image.
public protocol ReferrerStore: ArtifactStore {
    /// Puts a manifest with a subject, so that it is found from that. All that it names has to be there.
    ///
    /// Doing it again changes nothing, and what others put there stays.
    func putReferrer(_ manifest: [UInt8], as referrer: Referrer, to image: BlobDescriptor) async throws

    /// What claims to be about an image. Nothing of it has been believed yet: who wants to, reads the manifests.
    func referrers(of image: Digest) async throws -> (list: [Referrer], source: ReferrerSource)

    /// Where the verified bytes of a blob can be read.
    ///
    /// - Parameter scratch: a folder for a copy, where the store is not on this machine.
    /// - Throws: a `Diagnostic` where it is not there, or not what its digest and size say.
    func file(of blob: BlobDescriptor, scratch: String) async throws -> String
}

/// A list of manifests (OCI image specification, image index), as referrers are listed.
///
/// What others put into an entry is kept as it is.
struct ReferrerIndex: Sendable, Hashable {
    private(set) var entries: [JSONValue]

    /// Some two kilobytes for each entry: more is no list of referrers.
    static let mostBytes = 4 << 20
    static let mostEntries = 2000

    init() { entries = [] }

    /// Reads one that anybody may have written.
    init(_ bytes: [UInt8]) throws(StatementFault) {
        let json: JSONValue
        do { json = try JSONValue(parsingStrictly: bytes) } catch {
            throw StatementFault("it is no JSON: \((error as? Diagnostic)?.message ?? "\(error)")")
        }
        guard json["schemaVersion"]?.int == 2, let manifests = json["manifests"]?.array else {
            throw StatementFault("it is no image index")
        }
        guard manifests.count <= Self.mostEntries else {
            throw StatementFault("it lists more than \(Self.mostEntries) manifests")
        }
        entries = manifests
    }

    mutating func add(_ referrer: Referrer) { entries.append(referrer.json) }

    mutating func add(contentsOf other: ReferrerIndex) { entries += other.entries }

    func names(_ digest: Digest) -> Bool { entries.contains { $0["digest"]?.string == digest.description } }

    /// Those that can be asked for here: image manifests known by SHA-256. Each is there once.
    var referrers: [Referrer] {
        var seen: Set<Digest> = []
        return entries.compactMap { entry in
            guard entry["mediaType"]?.string == BlobDescriptor.manifest, let size = entry["size"]?.int, size >= 0,
                let digest = entry["digest"]?.string.flatMap({ Digest($0) }), seen.insert(digest).inserted
            else { return nil }
            return Referrer(
                blob: BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: digest, size: size),
                artifactType: entry["artifactType"]?.string,
                annotations: entry["annotations"]?.object?.compactMapValues(\.string) ?? [:])
        }
    }

    var bytes: [UInt8] {
        JSONValue.object([
            "schemaVersion": .int(2), "mediaType": .string(BlobDescriptor.index), "manifests": .array(entries),
        ]).canonicalBytes
    }

    /// The tag under which the list for an image is found where nobody else keeps it.
    static func tag(of image: Digest) -> String { "sha256-\(image.hex)" }
}
