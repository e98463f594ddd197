public import Manifests

/// Where built images are kept.
public protocol ImageStore: Sendable {
    /// Whether an image is there, whole.
    func contains(_ image: Digest) -> Bool

    /// The same for somebody who is about to use it: where it is there, no housekeeping takes it away for a while.
    func keep(_ image: Digest) -> Bool
}

extension ImageStore {
    public func keep(_ image: Digest) -> Bool { contains(image) }
}

extension ImageLayout: ImageStore {}
