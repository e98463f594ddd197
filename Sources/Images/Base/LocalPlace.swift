import Manifests
import YAML

/// Where an image that a manifest names as a folder or file is on this machine.
struct LocalPlace: Sendable {
    let image: LocalImage
    /// The absolute path, without links.
    let path: String

    var name: String { image.description }

    /// - Parameter root: the root of the repository, absolute, which what is named by a relative path stays in, links
    ///   or no.
    /// - Throws: a `Diagnostic` where there is nothing, or something outside of the repository.
    init(_ image: LocalImage, root: String) throws {
        self.image = image
        let written = image.isAbsolute ? image.path : "\(root)/\(image.path)"
        // Following links: a layout may be a link to one.
        guard try FileAccess.status(try FileAccess.resolvedIfPresent(written)) != nil else {
            throw Diagnostic.baseMissing(image.description, path: written)
        }
        path = try FileAccess.resolved(written)
        guard !image.isAbsolute else { return }
        let root = try FileAccess.resolved(root)
        guard path == root || root == "/" || path.hasPrefix(root + "/") else {
            throw Diagnostic.baseOutside(image.description, target: path)
        }
    }

    /// The images that an index lists and the name means.
    func chosen(from entries: [ManifestDocument.Entry]) throws -> [ManifestDocument.Entry] {
        let names = entries.compactMap(\.name)
        if let wanted = image.name {
            let found = entries.filter { $0.name == wanted }
            guard !found.isEmpty else { throw Diagnostic.baseNameUnknown(name, there: names) }
            return found
        }
        // Several without a name are one image for several platforms.
        guard entries.count <= 1 || names.isEmpty else { throw Diagnostic.baseUnnamed(name, there: names) }
        guard !entries.isEmpty else { throw Diagnostic.baseNameUnknown(name, there: []) }
        return entries
    }

    /// Reads an `index.json`.
    func entries(_ index: [UInt8]) throws -> [ManifestDocument.Entry] {
        guard case .index(let entries) = try? ManifestDocument(index, mediaType: nil, name: name).content else {
            throw Diagnostic.baseInvalid(name, reason: "its index.json is no index of images")
        }
        return entries
    }
}
