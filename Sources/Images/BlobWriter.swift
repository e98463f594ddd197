import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A blob on its way into a layout: written to a temporary file and digested on the way, so that a layer of any size
/// takes no memory, and given its name only when it is whole and on the disk.
///
/// A class because libarchive's C callback needs a place that stays where it is. It belongs to one task.
final class BlobWriter {
    private let temporary: String
    private let layout: ImageLayout
    private let file: OpenFile
    private var hasher: Digest.Hasher? = Digest.Hasher()
    private(set) var size: Int64 = 0
    /// What went wrong in a callback, which can tell libarchive no more than that something did.
    var failure: (any Error)?

    init(layout: ImageLayout) throws {
        self.layout = layout
        temporary = "\(layout.stagingFolder)/\(UInt64.random(in: .min ... .max)).tmp"
        file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL)
    }

    /// Whatever was not finished is not left behind. After `finish` there is nothing of this name any more.
    deinit { unlink(temporary) }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try file.write(bytes)
        hasher?.update(bytes)
        size += Int64(bytes.count)
    }

    func finish(mediaType: String) throws -> BlobDescriptor {
        guard let digest = hasher.take()?.finalize() else {
            throw Diagnostic.archive("finish", reason: "finished twice")
        }
        let descriptor = BlobDescriptor(mediaType: mediaType, digest: digest, size: size)
        if layout.keepBlob(digest, size: size) { return descriptor }
        try file.synchronise()
        try FileAccess.rename(temporary, to: layout.blobPath(digest))
        return descriptor
    }

    /// Finishes a blob that was to be what a descriptor says.
    ///
    /// - Throws: the failure where it is something else.
    func finish(as blob: BlobDescriptor, otherwise failure: @autoclosure () -> Diagnostic) throws {
        guard size == blob.size, let digest = hasher.take()?.finalize(), digest == blob.digest else {
            throw failure()
        }
        try file.synchronise()
        try FileAccess.rename(temporary, to: layout.blobPath(digest))
    }
}
