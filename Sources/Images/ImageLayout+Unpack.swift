public import Manifests
import YAML

/// How much an image may unpack to.
public struct UnpackLimits: Sendable, Hashable {
    /// The most files, links and folders.
    public var entries: Int
    /// The most bytes of all files together.
    public var bytes: Int64

    public init(entries: Int, bytes: Int64) {
        self.entries = entries
        self.bytes = bytes
    }

    public static let `default` = UnpackLimits(entries: 1_000_000, bytes: 64 << 30)

    /// How long an archive of so much may be: its headers take room too.
    var archiveBytes: Int64 { bytes + 4096 * (Int64(entries) + 16) }
}

/// An image's files in a folder of this machine, for an engine that runs them without a container.
public struct UnpackedImage: Sendable, Hashable {
    /// The absolute path of the folder that stands for the image's `/`.
    public let root: String
    public let config: ImageConfig

    public init(root: String, config: ImageConfig) {
        self.root = root
        self.config = config
    }

    /// The same after the folder that it was unpacked into was renamed, or one above it.
    public func moved(to root: String) -> UnpackedImage { UnpackedImage(root: root, config: config) }

    /// The absolute path of the image's working directory.
    public var workingDirectory: String { relocated(config.workingDirectory ?? "/") }

    /// The image's variables. In `PATH` and `PYTHONPATH`, what is of the image is found below `root`; the system's own
    /// folders stay what they are, because the machine's interpreter runs the code.
    public var environment: [String: String] {
        var result = config.variables
        for name in ["PATH", "PYTHONPATH"] { result[name] = result[name].map(relocatedList) }
        return result
    }

    private func relocatedList(_ list: String) -> String {
        list.split(separator: ":", omittingEmptySubsequences: false).map { part in
            let isOfImage = [ImagePaths.source, ImagePaths.packages].contains { part == $0 || part.hasPrefix("\($0)/") }
            return isOfImage ? relocated(String(part)) : String(part)
        }.joined(separator: ":")
    }

    private func relocated(_ path: String) -> String {
        // An image that says “..” gets its root: a working directory must not lead out of it.
        let parts = path.split(separator: "/").filter { $0 != "." }
        return parts.contains("..") || parts.isEmpty ? root : root + "/" + parts.joined(separator: "/")
    }
}

extension ImageLayout {
    /// Unpacks an image into a folder that does not exist yet or is empty.
    ///
    /// Every file is a copy of its own: a run may change what it unpacked without harm to the image or to other runs.
    /// On any error, what was unpacked is removed again. This blocks the thread: see `BlockingWork`.
    ///
    /// - Throws: a `Diagnostic` for a blob that is missing or not what its digest says, and for an archive that would
    ///   write outside the folder, make a device, or unpack to more than the limits.
    public func unpack(
        _ image: Digest, into folder: String, limits: UnpackLimits = .default
    ) throws -> UnpackedImage {
        let manifest = try manifest(image)
        let (config, diffIDs) = try configuration(of: image, manifest)
        try FileAccess.makeFolder(folder)
        guard try FileAccess.names(in: folder).isEmpty else { throw Diagnostic.unpackTargetNotFresh(folder) }
        let root = try FileAccess.resolved(folder)
        do {
            var budget = limits
            for (index, layer) in manifest.layers.enumerated() {
                try demand(layer, of: image)
                try UTF8Locale.with {
                    let extraction = try LayerExtraction(
                        of: layer.digest, diffID: diffIDs[index], in: self, to: root, isUpper: index > 0,
                        within: budget)
                    try extraction.run(&budget)
                }
            }
        } catch {
            try removeContents(of: root, after: error)
            throw error
        }
        return UnpackedImage(root: root, config: config)
    }

    /// Makes sure that a layer is there, and of a kind that can be read.
    func demand(_ layer: BlobDescriptor, of image: Digest) throws {
        guard BlobDescriptor.layers.contains(layer.mediaType) else {
            throw Diagnostic.documentInvalid(
                image, what: "image manifest", reason: "“\(layer.mediaType)” is no kind of layer known here")
        }
        guard hasBlob(layer.digest) else { throw Diagnostic.blobMissing(layer.digest, in: path) }
        guard hasBlob(layer.digest, size: layer.size) else { throw Diagnostic.blobCorrupt(layer.digest, in: path) }
    }

    /// The first error is the one to tell; one in clearing up is told with it.
    private func removeContents(of folder: String, after cause: any Error) throws {
        do {
            for name in try FileAccess.names(in: folder) {
                try FileAccess.remove("\(folder)/\(String(decoding: name, as: UTF8.self))")
            }
        } catch let failure as Diagnostic {
            guard var first = cause as? Diagnostic else { return }
            first.notes.append(Diagnostic.Note("clearing up failed too: \(failure.message)"))
            throw first
        }
    }
}
