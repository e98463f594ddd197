public import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An image as `docker load` and `podman load` take it, which know it by its configuration's digest then.
///
/// It is Docker's own format, not an OCI archive, because Docker reads that only since version 25. The layers are in it
/// uncompressed, as all versions of both tools read them.
public struct DockerArchive: Sendable {
    private let layout: ImageLayout
    private let image: Digest
    private let name: String

    /// Of all layers together, as they are uncompressed.
    private static let mostBytes = ManifestDocument.mostImageBytes

    /// - Parameters:
    ///   - image: the digest of its manifest.
    ///   - layout: where it is, whole.
    ///   - name: by which people find it among the tool's images: `localhost/slipway:…`.
    public init(of image: Digest, in layout: ImageLayout, named name: String) {
        (self.image, self.layout, self.name) = (image, layout, name)
    }

    /// The digests of the layers' uncompressed archives, lowest first.
    ///
    /// - Throws: a `Diagnostic` where the image's documents cannot be read.
    public func diffIDs() throws -> [Digest] {
        try layout.configuration(of: image, try layout.manifest(image)).diffIDs
    }

    /// Writes the archive beside the layout, lends its path, and removes it. This blocks the thread while it writes;
    /// memory does not grow with the image.
    ///
    /// - Throws: a `Diagnostic` where something of the image is missing or not what its digest says, or there is no
    ///   room; what the body throws.
    public func withFile<Result: Sendable>(
        _ body: (_ path: String) async throws -> Result
    ) async throws -> Result {
        // Whatever a killed process leaves there, the next use of the layout removes.
        let path = "\(layout.stagingFolder)/\(UInt64.random(in: .min ... .max)).docker.tmp"
        defer { unlink(path) }
        try await BlockingWork.run { try write(to: path) }
        return try await body(path)
    }

    private func write(to path: String) throws {
        let manifest = try layout.manifest(image)
        let diffIDs = try layout.configuration(of: image, manifest).diffIDs
        let config = try layout.readBlob(manifest.config.digest)
        let file = try OpenFile(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        var written: Set<Digest> = []
        var room = Self.mostBytes
        for (layer, diffID) in zip(manifest.layers, diffIDs) where written.insert(diffID).inserted {
            try add(layer, diffID, to: file, &room)
        }
        let configName = "\(manifest.config.digest.hex).json"
        try add(config, named: configName, to: file)
        let list = JSONValue.array([
            .object([
                "Config": .string(configName), "RepoTags": .array([.string(name)]),
                "Layers": .array(diffIDs.map { .string(Self.member($0)) }),
            ])
        ])
        try add(list.canonicalBytes, named: "manifest.json", to: file)
        // Two empty blocks end an archive.
        try Self.zeros(1024).withUnsafeBytes { try file.write($0) }
    }

    private static func member(_ diffID: Digest) -> String { "\(diffID.hex).tar" }

    private func add(_ bytes: [UInt8], named name: String, to file: borrowing OpenFile) throws {
        try Self.header(name, size: Int64(bytes.count)).withUnsafeBytes { try file.write($0) }
        try (bytes + Self.padding(Int64(bytes.count))).withUnsafeBytes { try file.write($0) }
    }

    /// How large a layer is uncompressed is known when it has been read: its header is written then.
    private func add(
        _ layer: BlobDescriptor, _ diffID: Digest, to file: borrowing OpenFile, _ room: inout Int64
    ) throws {
        let start = lseek(file.descriptor, 0, SEEK_CUR)
        guard start >= 0 else { throw Diagnostic.fileAccess("write", file.path, errno: errno) }
        let stream = try LayerStream(layer.digest, in: layout, most: room)
        try Self.zeros(512).withUnsafeBytes { try file.write($0) }
        var size: Int64 = 0
        while let bytes = stream.next(), !bytes.isEmpty {
            try file.write(bytes)
            size += Int64(bytes.count)
        }
        if let failure = stream.failure { throw failure }
        try stream.verify(diffID: diffID)
        room -= size
        try Self.padding(size).withUnsafeBytes { try file.write($0) }
        let header = Self.header(Self.member(diffID), size: size)
        let count = header.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, start) }
        guard count == header.count else { throw Diagnostic.fileAccess("write", file.path, errno: errno) }
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private static func padding(_ size: Int64) -> [UInt8] { zeros(Int((512 - size % 512) % 512)) }

    /// A member's header (POSIX.1-1988, ustar). It is written by hand because libarchive wants to know a size before
    /// the first byte.
    private static func header(_ name: String, size: Int64) -> [UInt8] {
        var block = zeros(512)
        func put(_ text: some Sequence<UInt8>, at place: Int) {
            for (offset, byte) in text.enumerated() { block[place + offset] = byte }
        }
        func octal(_ value: Int64, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        put(name.utf8.prefix(100), at: 0)
        put(octal(0o644, 7).utf8, at: 100)
        put(octal(0, 7).utf8, at: 108)
        put(octal(0, 7).utf8, at: 116)
        if size < 1 << 33 {
            put(octal(size, 11).utf8, at: 124)
        } else {
            // Larger than eleven octal digits say: in binary, as GNU tar writes it and all others read it.
            put((0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }, at: 128)
            block[124] = 0x80
        }
        put(octal(0, 11).utf8, at: 136)
        put("        ".utf8, at: 148)
        put("0".utf8, at: 156)
        put("ustar\u{0}00".utf8, at: 257)
        let sum = block.reduce(0) { $0 + Int64($1) }
        put("\(octal(sum, 6))\u{0} ".utf8, at: 148)
        return block
    }
}
