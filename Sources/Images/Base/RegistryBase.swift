import Manifests
import Synchronization
import YAML

/// A base image in a registry.
struct RegistryBase: BaseImageSource {
    let reference: ImageReference
    let client: RegistryClient
    /// Where configurations are put, which are blobs like others to a registry.
    let layout: ImageLayout
    let name: String

    func candidates() async throws -> [ManifestDocument.Entry] {
        do {
            return [ManifestDocument.Entry(blob: try await client.resolve(reference.selector))]
        } catch var failure as Diagnostic where failure.code == .registryUnreachable {
            // What it led to once is no answer: the tag may have moved, and nobody would know.
            failure.notes.append(
                Diagnostic.Note("what a tag means has to be asked for; `@sha256:…` needs no answer for what is here"))
            throw failure
        }
    }

    func manifest(_ digest: Digest) async throws -> [UInt8] {
        guard let found = try await client.read(.digest(digest)) else {
            throw Diagnostic.imageMissing("\(reference.name)@\(digest)")
        }
        return found.bytes
    }

    func config(_ blob: BlobDescriptor) async throws -> [UInt8] {
        try await BlockingWork.run { [layout] in try layout.initialise() }
        try await client.fetch(blob, into: layout, TransferMeter(blobs: 1) { _ in })
        return try layout.readBlob(blob.digest, limit: ManifestDocument.mostBytes)
    }

    func copy(
        _ blobs: [BlobDescriptor], to layout: ImageLayout, log: @escaping @Sendable (String) -> Void
    ) async throws {
        let told = Mutex(0)
        let meter = TransferMeter(blobs: blobs.count) { progress in
            let isNew = told.withLock { told in
                defer { told = max(told, progress.blobs) }
                return progress.blobs > told
            }
            if isNew { log("\(progress.blobs) of \(progress.allBlobs) layers are here, \(progress.bytes) bytes") }
        }
        for blob in blobs { meter.expect(blob) }
        try await RegistryClient.each(blobs) { [client] in try await client.fetch($0, into: layout, meter) }
    }
}
