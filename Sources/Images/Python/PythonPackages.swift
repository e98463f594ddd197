import Manifests
import YAML

/// Makes the layer of a job's Python packages, and finds it again.
///
/// The layer is kept by what is to be installed, the Python and the platform, so all jobs with the same requirements
/// share one, and a change of the code costs no installation. What pip chose for the parts that nobody pinned is
/// frozen with it: it stays until the requirements change, or a lock says what it is to be.
struct PythonPackages: Sendable {
    let layout: ImageLayout
    let cache: BuildCache
    let environment: [String: String]
    var compression = LayerCompression.none

    struct Layer: Sendable, Codable {
        var frozen: [String]
        /// By `name==version`; `nil` in what an older version wrote.
        var wheels: [String: DigestText]?
        /// Of the uncompressed archive; `nil` where the layer is that itself.
        var diffID: DigestText?
        var blob: BlobDescriptor
    }

    /// - Parameter tool: finds an interpreter that has pip; asked only where something has to be fetched.
    func layer(
        for requirements: Requirements, target: PythonTarget, tool: () async throws -> PythonInterpreter,
        log: @escaping @Sendable (String) -> Void
    ) async throws -> Layer {
        var parts: [String: JSONValue] = [
            "format": .int(2),
            "requirements": .array(requirements.lines.map(JSONValue.string)),
            "complete": .bool(requirements.isComplete),
            "target": .string("\(target)"),
        ]
        if compression != .none { parts["compression"] = .string(compression.rawValue) }
        let key = Digest(of: JSONValue.object(parts).canonicalBytes)
        if let layer = known(key) { return layer }
        let lock = try await cache.lock("packages", key) { log("waiting for another build of the same packages") }
        if let layer = known(key) { return layer }
        let download = WheelDownload(environment: environment, tool: try await tool(), target: target)
        let layer = try await cache.withScratchFolder { scratch in
            let wheels = try await download.fetch(requirements, scratch: scratch, log: log)
            return try await BlockingWork.run { [layout, compression] in
                try Self.layer(of: wheels, in: layout, compression, scratch: scratch)
            }
        }
        try cache.store(layer, "packages", key)
        _ = consume lock
        return layer
    }

    private func known(_ key: Digest) -> Layer? {
        guard let layer: Layer = cache.record("packages", key) else { return nil }
        return layout.keepBlob(layer.blob.digest, size: layer.blob.size) ? layer : nil
    }

    private static func layer(
        of wheels: [Wheel], in layout: ImageLayout, _ compression: LayerCompression, scratch: String
    ) throws -> Layer {
        let site = "\(scratch)/site"
        try FileAccess.makeFolder(site)
        var installation = WheelInstallation(folder: site)
        var digests: [String: DigestText] = [:]
        for wheel in wheels {
            try installation.add(wheel)
            digests[wheel.name.pin] = DigestText(try HandedFiles.content(of: wheel.path).digest)
            // What is unpacked need not lie there twice: a framework's wheels alone are some gigabytes.
            try FileAccess.remove(wheel.path)
        }
        let tree = try SourceTree.read(site, limits: .packages, rules: nil)
        let layer = try LayerWriter(layout: layout, compression: compression).write(tree, under: ImagePaths.packages)
        return Layer(
            frozen: wheels.map(\.name.pin), wheels: digests,
            diffID: layer.diffID == layer.blob.digest ? nil : DigestText(layer.diffID), blob: layer.blob)
    }
}
