import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a registry has under a tag or a digest: an image, or a list of images for several platforms. OCI's and Docker's
/// are the same but for the names of the types.
struct ManifestDocument: Sendable {
    enum Content: Sendable {
        case image(config: BlobDescriptor, layers: [BlobDescriptor])
        case index([Entry])
    }

    /// One of a list.
    struct Entry: Sendable {
        var blob: BlobDescriptor
        /// `nil` where it is not said.
        var platform: Platform?
        /// What the index of a layout calls it.
        var name: String?
    }

    /// The most bytes, which every registry takes.
    static let mostBytes = 4 << 20
    static let mostLayers = 512
    /// The most of all blobs of one image together: no machine that runs jobs has room for more.
    static let mostImageBytes: Int64 = 1 << 40

    let content: Content
    /// As it is to be called where it is pushed.
    let mediaType: String
    private let annotations: [String: String]

    private struct Document: Decodable {
        struct Listed: Decodable {
            var blob: BlobDescriptor
            var platform: Platform?
            var annotations: [String: String]?

            private enum Key: String, CodingKey { case platform, annotations }

            init(from decoder: any Decoder) throws {
                blob = try BlobDescriptor(from: decoder)
                let container = try decoder.container(keyedBy: Key.self)
                platform = try container.decodeIfPresent(Platform.self, forKey: .platform)
                annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
            }
        }

        var schemaVersion: Int
        var mediaType: String?
        var config: BlobDescriptor?
        var layers: [BlobDescriptor]?
        var manifests: [Listed]?
        var annotations: [String: String]?
    }

    /// Reads one.
    ///
    /// - Parameters:
    ///   - mediaType: what the registry calls it.
    ///   - name: for messages.
    /// - Throws: a `Diagnostic` for what is neither, or would be one to one reader and the other to the next.
    init(_ bytes: [UInt8], mediaType: String?, name: String) throws {
        func unreadable(_ why: String) -> Diagnostic { .imageUnreadable(name, reason: why) }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw unreadable("its manifest cannot be read: \(error)")
        }
        guard document.schemaVersion == 2 else {
            throw unreadable("its manifest is of version \(document.schemaVersion), which nobody writes any more")
        }
        annotations = document.annotations ?? [:]
        self.mediaType =
            mediaType ?? document.mediaType
            ?? (document.manifests == nil ? BlobDescriptor.manifest : BlobDescriptor.index)
        let known = BlobDescriptor.manifests + BlobDescriptor.indexes
        let types = Set([mediaType, document.mediaType].compactMap { $0 }.filter(known.contains))
        guard types.count < 2 else { throw unreadable("it is said to be two things: \(types.sorted())") }
        switch (document.config, document.layers, document.manifests) {
        case (let config?, let layers?, nil):
            guard !types.contains(where: BlobDescriptor.indexes.contains) else {
                throw unreadable("it is said to be a list of images, and is one")
            }
            try Self.check(config: config, layers: layers, name: name)
            content = .image(config: config, layers: layers)
        case (nil, nil, let listed?):
            guard !types.contains(where: BlobDescriptor.manifests.contains) else {
                throw unreadable("it is said to be an image, and is a list of them")
            }
            content = .index(
                listed.map {
                    Entry(
                        blob: $0.blob, platform: $0.platform, name: $0.annotations?[ImageLayout.nameAnnotation])
                })
        default: throw unreadable("it is neither an image nor a list of images")
        }
    }

    private static func check(config: BlobDescriptor, layers: [BlobDescriptor], name: String) throws {
        guard BlobDescriptor.configs.contains(config.mediaType) else {
            throw Diagnostic.imageUnreadable(name, reason: "it is no image: its configuration is a \(config.mediaType)")
        }
        if let other = layers.first(where: { !BlobDescriptor.layers.contains($0.mediaType) }) {
            throw Diagnostic.imageUnreadable(
                name, reason: "“\(other.mediaType)” is no kind of layer known here")
        }
        guard layers.count <= mostLayers else { throw Diagnostic.imageBeyond(name, what: "\(mostLayers) layers") }
        var sum: Int64 = 0
        for blob in [config] + layers {
            guard blob.size >= 0 else { throw Diagnostic.imageUnreadable(name, reason: "a size is below 0") }
            guard blob.size <= mostImageBytes - sum else {
                throw Diagnostic.imageBeyond(name, what: "\(mostImageBytes >> 30) GiB")
            }
            sum += blob.size
        }
        guard config.size <= mostBytes else {
            throw Diagnostic.imageBeyond(name, what: "\(mostBytes >> 20) MiB of configuration")
        }
    }

    /// The repositories of a registry that have what the image was built on, as far as it says so
    /// (OCI image specification, `org.opencontainers.image.base.name`).
    func baseRepositories(on host: String) -> [String] {
        guard let name = annotations["org.opencontainers.image.base.name"], let base = try? ImageReference(name),
            base.host == host
        else { return [] }
        return [base.repository]
    }

    /// The one of a list that is for a platform: an image, or a list without a platform of its own, which may have it.
    static func choose(_ platform: Platform, from entries: [Entry]) -> BlobDescriptor? {
        let known = BlobDescriptor.manifests + BlobDescriptor.indexes
        let usable = entries.filter { known.contains($0.blob.mediaType) && $0.blob.size >= 0 }
        return (usable.first { $0.platform == platform } ?? usable.first { $0.platform == nil })?.blob
    }
}
