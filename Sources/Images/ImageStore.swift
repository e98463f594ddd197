public import Manifests

/// Where built images are kept.
public protocol ImageStore: Sendable {
    /// Whether an image is there, whole.
    func contains(_ image: Digest) -> Bool
}

extension ImageLayout: ImageStore {}
