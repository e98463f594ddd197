import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A blob on its way into a file: digested as it is written, and given the file's name only when it is what it was
/// said to be.
///
/// Proof: it belongs to whoever made it, who lends it to one transfer, which hands over its pieces on
/// one thread, in order, and uses it again only when that transfer is over.
final class Download: @unchecked Sendable {
    private let blob: BlobDescriptor
    private let path: String
    private let source: String
    private let temporary: String
    private let file: OpenFile
    private var hasher: Digest.Hasher? = Digest.Hasher()
    /// How many bytes it has by now.
    private(set) var size: Int64 = 0

    /// - Parameters:
    ///   - source: where it comes from, for messages.
    ///   - temporary: the name it has until it is whole, in the same file system; beside its own where it is left out.
    init(of blob: BlobDescriptor, to path: String, source: String, temporary: String? = nil) throws {
        self.blob = blob
        self.path = path
        self.source = source
        self.temporary = temporary ?? "\(path).\(UInt64.random(in: .min ... .max)).part"
        file = try OpenFile(self.temporary, O_WRONLY | O_CREAT | O_EXCL)
    }

    /// Whatever was not finished is not left behind.
    deinit { discard() }

    /// Gives it up.
    func discard() { unlink(temporary) }

    /// - Throws: a `Diagnostic` where there is more than was said, at once, so that nobody can fill a disk.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        size += Int64(bytes.count)
        guard size <= blob.size else { throw Diagnostic.artifactCorrupt(blob.digest, in: source) }
        try file.write(bytes)
        hasher?.update(bytes)
    }

    func finish() throws {
        guard size == blob.size, hasher.take()?.finalize() == blob.digest else {
            throw Diagnostic.artifactCorrupt(blob.digest, in: source)
        }
        try file.synchronise()
        try FileAccess.rename(temporary, to: path)
    }
}
