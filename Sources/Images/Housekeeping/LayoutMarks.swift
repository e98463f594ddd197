import Manifests
import YAML

/// Which blobs of a layout are needed: those that needed images reach, and what was attached to one of those.
///
/// Documents of any OCI kind are followed by the names of their members, so that an index, or an artifact that another
/// tool has put here, keeps what it is made of.
struct LayoutMarks {
    private let layout: ImageLayout
    private(set) var needed: Set<Digest> = []

    /// A manifest or index of more bytes is not one (OCI distribution specification: registries take 4 MB).
    private static let documentLimit = 4 << 20

    init(_ layout: ImageLayout) { self.layout = layout }

    /// Marks documents and all that they reach.
    mutating func mark(_ roots: some Sequence<Digest>) {
        var open = Array(roots)
        while let digest = open.popLast() {
            guard needed.insert(digest).inserted, let document = document(digest) else { continue }
            for member in ["config", "layers", "blobs"] { needed.formUnion(Self.digests(document[member])) }
            open += Self.digests(document["manifests"])
            // What it was built on is asked for when the next version is built: its documents cost next to nothing.
            if let base = document["annotations"]?["org.opencontainers.image.base.digest"]?.string.flatMap({
                Digest($0)
            }) {
                open.append(base)
            }
        }
    }

    /// Of blobs that are not marked: those that are attached to something that is (OCI: `subject`) are marked too.
    ///
    /// - Returns: which of the others are documents that reach further blobs.
    mutating func markReferrers(among candidates: [(digest: Digest, size: Int64)]) -> Set<Digest> {
        var attached: [Digest: [Digest]] = [:]
        var documents: Set<Digest> = []
        for (digest, size) in candidates where size <= Self.documentLimit && !needed.contains(digest) {
            guard let document = document(digest) else { continue }
            if let subject = Self.digests(document["subject"]).first { attached[subject, default: []].append(digest) }
            if document["layers"] != nil || document["manifests"] != nil { documents.insert(digest) }
        }
        var open = attached.keys.filter(needed.contains)
        while let subject = open.popLast() {
            let referrers = attached.removeValue(forKey: subject) ?? []
            mark(referrers)
            open += referrers
        }
        return documents.subtracting(needed)
    }

    /// A blob as a JSON document; `nil` for any other, and for one that is not there or not what its name says: that
    /// reaches nothing.
    private func document(_ digest: Digest) -> JSONValue? {
        guard let status = try? FileAccess.status(layout.blobPath(digest)), status.size <= Self.documentLimit,
            let bytes = try? layout.readBlob(digest, limit: Self.documentLimit), bytes.first == UInt8(ascii: "{"),
            let document = try? JSONValue(parsing: bytes), document.object != nil
        else { return nil }
        return document
    }

    /// The digests of a descriptor, or of a list of them.
    private static func digests(_ value: JSONValue?) -> [Digest] {
        switch value {
        case .array(let list)?: list.compactMap { $0["digest"]?.string.flatMap { Digest($0) } }
        case .object?: [value?["digest"]?.string.flatMap { Digest($0) }].compactMap(\.self)
        default: []
        }
    }
}
