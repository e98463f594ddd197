public import Manifests

/// Registries, as agents keep the images of jobs in them.
public protocol ImageRegistry: Sendable {
    /// Whether a repository has an image.
    ///
    /// - Throws: a `Diagnostic` where that cannot be known.
    func contains(_ image: Digest, in repository: ImageReference) async throws -> Bool

    /// Copies an image of this machine into a repository, under the tag that it names. What is there is not sent.
    func push(_ image: Digest, to repository: ImageReference, log: @escaping @Sendable (String) -> Void) async throws

    /// Copies an image from a repository to this machine's images.
    func pull(_ image: Digest, from repository: ImageReference, log: @escaping @Sendable (String) -> Void) async throws
}

/// The registries that this machine can reach, and the layout from which and into which images are copied.
public struct LayoutRegistry: ImageRegistry {
    private let layout: ImageLayout
    private let registries: Registries

    public init(layout: ImageLayout, registries: Registries) {
        self.layout = layout
        self.registries = registries
    }

    public func contains(_ image: Digest, in repository: ImageReference) async throws -> Bool {
        try await registries.repository(of: repository).find(.digest(image)) != nil
    }

    public func push(
        _ image: Digest, to repository: ImageReference, log: @escaping @Sendable (String) -> Void
    ) async throws {
        let client = try registries.repository(of: repository)
        try await client.pushImage(image, from: layout, tag: repository.tag) { progress in
            log("pushing \(repository.pinned(to: image)): \(progress)")
        }
        // What is said of it goes with it.
        try await layout.copyReferrers(of: image, to: RegistryArtifacts(client))
    }

    public func pull(
        _ image: Digest, from repository: ImageReference, log: @escaping @Sendable (String) -> Void
    ) async throws {
        _ = try await registries.repository(of: repository).pullImage(.digest(image), into: layout) { progress in
            log("pulling \(repository.pinned(to: image)): \(progress)")
        }
    }
}
