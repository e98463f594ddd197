import Images
import Manifests
import Synchronization
import YAML

/// Sees to it that a tool has an image, once for all who ask for it at the same time.
final class ContainerImages: Sendable {
    private let underWay = Mutex<[String: Task<String, any Error>]>([:])

    /// The id by which the tool runs the image.
    ///
    /// - Throws: `ContainerSilence` where the tool cannot be asked; a `Diagnostic` where the image cannot be had.
    func id(of image: SubmittedImage, _ client: ContainerClient) async throws -> String {
        if let id = try await known(image, client) { return id }
        let key = "\(client.tool.rawValue) \(image.config)"
        let task = underWay.withLock { all -> Task<String, any Error> in
            if let task = all[key] { return task }
            let task = Task {
                defer { underWay.withLock { _ = $0.removeValue(forKey: key) } }
                return try await bring(image, client)
            }
            all[key] = task
            return task
        }
        return try await task.value
    }

    /// By what people find it among the tool's images.
    static func name(of image: SubmittedImage) -> String { "localhost/slipway:\(image.config.hex)" }

    /// Both tools know an image by its configuration; Docker's newer storage knows it by its manifest or a name only,
    /// and then its layers are compared.
    private func known(_ image: SubmittedImage, _ client: ContainerClient) async throws -> String? {
        if let found = try await client.image(image.config.description) { return found.id }
        if let reference = image.reference, let found = try await client.image(reference) { return found.id }
        guard let found = try await client.image(Self.name(of: image)) else { return nil }
        let layers = try DockerArchive(of: image.digest, in: ImageLayout(path: image.layout), named: "").diffIDs()
        return found.layers == layers.map(\.description) ? found.id : nil
    }

    private func bring(_ image: SubmittedImage, _ client: ContainerClient) async throws -> String {
        // Another process may be at it, or have been.
        let lock = try await FileLock.acquire(
            "\(image.layout)/.\(client.tool.rawValue).lock", patience: .seconds(3600), waiting: {})
        defer { _ = lock }
        if let id = try await known(image, client) { return id }
        let layout = ImageLayout(path: image.layout)
        let isHere = layout.contains(image.digest)
        var refusal: String?
        if let reference = image.reference {
            switch await client.pull(reference) {
            case .done: if let id = try await known(image, client) { return id }
            case .refused(let why): refusal = why
            case .unclear(let why): throw ContainerSilence(why: why)
            }
            guard isHere else {
                throw Diagnostic.containerImageNotPulled(reference, refusal ?? "it is not there afterwards")
            }
        }
        guard isHere else { throw Diagnostic.containerImageMissing(image.digest, image.layout) }
        let archive = DockerArchive(of: image.digest, in: layout, named: Self.name(of: image))
        switch try await archive.withFile({ file in await client.load(file) }) {
        case .done: break
        case .refused(let why): throw Diagnostic.containerImageNotLoaded(image.digest, client.tool, why)
        case .unclear(let why): throw ContainerSilence(why: why)
        }
        guard let id = try await known(image, client) else {
            throw Diagnostic.containerImageNotLoaded(image.digest, client.tool, "it is not there afterwards")
        }
        return id
    }
}
