import Manifests
import YAML

/// Where the paths of a layer are on the disk, while it is unpacked.
///
/// Distributions have links between folders (`/bin` to `usr/bin`), and layers that write through them: such links are
/// followed as in a container, where `/` is the image's own root. One that leads out of the image, or to nothing, is an
/// attack or a mistake.
///
/// A class because it is changed while libarchive is in the middle of an entry. It belongs to one task.
final class LayerPaths {
    private let root: ImageRoot
    private let layer: Digest
    /// The folder that was looked for last and where it is: members of one folder stand together in most archives.
    private var last: (folder: [Substring], place: String)?
    /// What the layer has brought, and all folders on the way there, by hash: a name for each of a million files would
    /// take much more than their numbers.
    private var touched: Set<Int> = []

    init(root: String, layer: Digest) {
        self.root = ImageRoot(root)
        self.layer = layer
    }

    /// To be called where a link comes or something goes: what was known of folders may be wrong then.
    func forget() { last = nil }

    /// The same where something comes that may stand in the place of such a link.
    func forget(below parts: [Substring]) {
        if let last, Self.areSame(Array(last.folder.prefix(parts.count)), parts) { forget() }
    }

    /// The absolute path at which a path of the image is. The links on the way are followed, one at its end is not.
    ///
    /// - Throws: a `Diagnostic` for a link that leads out of the image or to nothing.
    func place(of parts: [Substring]) throws -> String {
        guard let name = parts.last else { return root.path }
        let folder = Array(parts.dropLast())
        if let last, Self.areSame(last.folder, folder) { return "\(last.place)/\(name)" }
        let place = try resolve(folder, path: parts)
        last = (folder, place)
        return "\(place)/\(name)"
    }

    private func resolve(_ folder: [Substring], path: [Substring]) throws -> String {
        do {
            return try root.resolve(folder, stays: false)
        } catch let astray as ImageRoot.Astray {
            let reason =
                switch astray {
                case .outside: "leads out of the image through a link"
                case .nothing: "leads through a link to nothing"
                case .tooManyLinks: "leads through too many links"
                }
            throw Diagnostic.layerHostile(layer, path: path.joined(separator: "/"), reason: reason)
        }
    }

    /// By bytes: to `String`, two spellings of “é” are one name; to the file system they are two.
    private static func areSame(_ left: [Substring], _ right: [Substring]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Remembers what the layer brings.
    func touch(_ path: String) {
        var path = path[...]
        while path.utf8.count > root.path.utf8.count, touched.insert(Self.hash(path)).inserted,
            let slash = path.lastIndex(of: "/")
        {
            path = path[..<slash]
        }
    }

    func isTouched(_ path: String) -> Bool { touched.contains(Self.hash(path[...])) }

    private static func hash(_ path: Substring) -> Int {
        var (hasher, path) = (Hasher(), path)
        path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return hasher.finalize()
    }
}
