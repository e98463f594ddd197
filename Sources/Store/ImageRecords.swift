public import Manifests
import Records

extension StateSnapshot {
    /// Whether an attempt of a place ran with an image.
    ///
    /// - Parameter location: the id of the folder that holds the attempts of that place.
    public func wasUsed(_ image: Digest, at location: String) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM attempts WHERE image = ? AND location = ? LIMIT 1",
            [.text(image.description), .text(location)]
        ) { _ in true } ?? false
    }
}

/// What is recorded of a job version's image.
public struct ImageRecord: Sendable, Hashable {
    public var manifest: Digest
    /// Where it was put, other than in a layout; `nil` for nowhere.
    public var registry: ImageReference?
    /// All that is known of it.
    public var details: JSONValue

    /// The detail that says where it is.
    public static let registryDetail = "registry"
}

extension StateSnapshot {
    /// What is recorded of the image of a job version; `nil` where none was built.
    public func imageRecord(ofJob job: Digest) throws -> ImageRecord? {
        try connection.first("SELECT manifest, details FROM images WHERE job_digest = ?", [.text(job.description)]) {
            row -> ImageRecord? in
            guard let manifest = Digest(row.text(0)) else { return nil }
            let details = (try? JSONValue(parsing: Array(row.text(1).utf8))) ?? .object([:])
            let registry = details[ImageRecord.registryDetail]?.string.flatMap { try? ImageReference($0) }
            return ImageRecord(manifest: manifest, registry: registry, details: details)
        } ?? nil
    }
}

extension StateTransaction {
    /// Takes back that a job version has an image, where that is still the one; returns whether it was.
    public func forgetImage(ofJob job: Digest, manifest: Digest) throws -> Bool {
        try connection.execute(
            "DELETE FROM images WHERE job_digest = ? AND manifest = ?",
            [.text(job.description), .text(manifest.description)]) > 0
    }
}

extension StateSnapshot {
    /// The packages that were installed when an image was built, as `name==version`; empty where none are recorded.
    public func frozenPackages(of image: Digest) throws -> [String] {
        let details = try connection.first(
            "SELECT details FROM images WHERE manifest = ? ORDER BY job_digest LIMIT 1", [.text(image.description)]
        ) { $0.text(0) }
        let document = details.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        return document?["frozen"]?.array?.compactMap(\.string) ?? []
    }
}
