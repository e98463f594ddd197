import CArchive
public import Manifests
import YAML

/// The Python packages that the layers of an image hold, by their own metadata.
///
/// Layers come from anybody: their names are compared and never used, and there is an end to how much is read.
struct LayerPackages {
    /// By the names of their folders.
    private var found: [String: PythonDistribution] = [:]
    private var budget = UnpackLimits.default

    /// Where packages are looked for: those that a builder put there, and not those of a base image's own interpreter.
    private static let folder = ImagePaths.packages.split(separator: "/")
    /// More is no header of a package's metadata.
    private static let mostMetadata = 1 << 20
    private static let mostPackages = 100_000

    init() {}

    /// Sorted by name.
    var packages: [PythonDistribution] { found.values.sorted { ($0.name, $0.version) < ($1.name, $1.version) } }

    /// Reads one more layer, which lies above those before it.
    ///
    /// - Throws: a `Diagnostic` where it is no archive, or larger than any layer should be.
    mutating func add(_ path: String, of digest: Digest) throws {
        guard let archive = archive_read_new() else { throw Diagnostic.layerUnreadable(digest, "out of memory") }
        defer { archive_read_free(archive) }
        archive_read_support_format_tar(archive)
        archive_read_support_format_empty(archive)
        archive_read_support_filter_gzip(archive)
        archive_read_support_filter_zstd(archive)
        try UTF8Locale.with {
            try check(archive_read_open_filename(archive, path, 128 << 10), archive, digest)
            var entry: OpaquePointer?
            while true {
                let result = archive_read_next_header(archive, &entry)
                if result == ARCHIVE_EOF { return }
                try check(result, archive, digest)
                guard let entry else { return }
                try look(at: entry, archive, digest)
            }
        }
    }

    private mutating func look(at entry: OpaquePointer, _ archive: OpaquePointer, _ digest: Digest) throws {
        let size = archive_entry_size(entry)
        budget.entries -= 1
        budget.bytes -= max(0, size)
        guard budget.entries >= 0, budget.bytes >= 0 else {
            throw Diagnostic.unpackLimit(digest, what: "the allowed number of files or bytes")
        }
        guard let name = archive_entry_pathname_utf8(entry) else { return }
        let parts = String(cString: name).split(separator: "/").filter { $0 != "." }
        guard parts.starts(with: Self.folder) else { return whiteOutFolder(parts) }
        let below = parts.dropFirst(Self.folder.count)
        guard let first = below.first else { return }
        if first == ".wh..wh..opq" {
            found = [:]
        } else if first.hasPrefix(".wh.") {
            found[String(first.dropFirst(4))] = nil
        } else if below.count == 2, below.last == ".wh.METADATA" || below.last == ".wh..wh..opq" {
            found[String(first)] = nil
        } else if below.count == 2, below.last == "METADATA", first.hasSuffix(".dist-info") {
            found[String(first)] = PythonDistribution(metadata: try content(archive, digest))
            guard found.count <= Self.mostPackages else {
                throw Diagnostic.unpackLimit(digest, what: "\(Self.mostPackages) packages")
            }
        }
    }

    /// A folder around the packages that an upper layer takes away.
    private mutating func whiteOutFolder(_ parts: [Substring]) {
        guard let last = parts.last, last.hasPrefix(".wh."), Self.folder.starts(with: parts.dropLast()) else { return }
        let isOpaque = last == ".wh..wh..opq"
        if isOpaque || Self.folder.dropFirst(parts.count - 1).first == last.dropFirst(4) { found = [:] }
    }

    private func content(_ archive: OpaquePointer, _ digest: Digest) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < Self.mostMetadata {
            let count = archive_read_data(archive, &buffer, buffer.count)
            guard count >= 0 else { throw fault(archive, digest) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private func check(_ result: Int32, _ archive: OpaquePointer, _ digest: Digest) throws {
        // A warning is about what is not looked at here.
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN else { throw fault(archive, digest) }
    }

    private func fault(_ archive: OpaquePointer, _ digest: Digest) -> Diagnostic {
        .layerUnreadable(digest, archive_error_string(archive).map { String(cString: $0) } ?? "unknown")
    }
}

extension ImageLayout {
    /// The Python packages in an image that was just built here.
    public func packages(in image: Digest) throws -> [PythonDistribution] {
        var result = LayerPackages()
        for layer in try manifest(image).layers { try result.add(blobPath(layer.digest), of: layer.digest) }
        return result.packages
    }
}
