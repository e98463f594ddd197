public import Images
public import Manifests
public import Records

/// Says of images, beside them, what is in them and where they come from.
public protocol ImageAttestor: Sendable {
    /// Whether all that could be said of an image has been, so that nobody need be asked what it is made of.
    func isDone(with image: Digest) async throws -> Bool

    /// Says it, unless it has been said of this image: whatever it is called with, an image that is used again gets
    /// nothing new.
    ///
    /// - Returns: what was said; `nil` where it had been.
    /// - Throws: a `Diagnostic` where it cannot be said, or not be signed as this machine is told to.
    @discardableResult
    func attest(
        _ image: BuiltImage, of request: BuildRequest, from revision: Revision, begun: Timestamp, ended: Timestamp
    ) async throws -> ImageAttestations?
}
