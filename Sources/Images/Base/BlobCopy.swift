import Manifests
import YAML

/// A blob of a base image on its way into the layout, which takes it only when it is what its descriptor says.
struct BlobCopy {
    private let blob: BlobDescriptor
    private let writer: BlobWriter
    /// Of the base image, for messages.
    private let name: String

    init(of blob: BlobDescriptor, to layout: ImageLayout, name: String) throws {
        self.blob = blob
        self.name = name
        writer = try BlobWriter(layout: layout)
    }

    /// - Throws: a `Diagnostic` where there is more than was said, at once, so that nobody can fill a disk.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard writer.size + Int64(bytes.count) <= blob.size else {
            throw Diagnostic.baseBlobCorrupt(blob.digest, of: name)
        }
        try writer.write(bytes)
    }

    func finish() throws { try writer.finish(as: blob, otherwise: .baseBlobCorrupt(blob.digest, of: name)) }
}
