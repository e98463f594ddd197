public import Manifests

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// How builds and housekeeping go together. Whoever counts on a blob that is there already makes it young; whoever
// removes one looks at its age. Both do so under one lock, the users together and the remover alone, so that a blob is
// either young or gone before anybody counts on it, and what is young is not removed (as `git gc` does with objects).
extension ImageLayout {
    var sweepLockPath: String { "\(path)/sweep.lock" }

    /// Whether an image is there, whole; where it is, all its blobs are young.
    public func keep(_ image: Digest) -> Bool {
        guard let manifest = try? manifest(image) else { return false }
        let parts = ([manifest.config] + manifest.layers).map { ($0.digest, Optional($0.size)) }
        return keep([(image, nil)] + parts)
    }

    /// Whether a blob is there, of that size; where it is, it is young.
    func keepBlob(_ digest: Digest, size: Int64) -> Bool { hasBlob(digest, size: size) && keep([(digest, size)]) }

    private func keep(_ blobs: [(digest: Digest, size: Int64?)]) -> Bool {
        // Who may not write into the layout cannot be in the way of somebody who may: there the blobs only have to be
        // there now. One that is gone when it is read is an error that names it.
        let lock = try? FileLock.acquireBriefly(sweepLockPath, isShared: true)
        let areThere = blobs.allSatisfy { blob in
            guard hasBlob(blob.digest, size: blob.size) else { return false }
            utimensat(AT_FDCWD, blobPath(blob.digest), nil, AT_SYMLINK_NOFOLLOW)
            return true
        }
        _ = consume lock
        return areThere
    }

    /// Removes a blob, unless somebody has written it or counted on it since a moment.
    ///
    /// - Parameter moment: seconds since 1970.
    /// - Returns: whether it was removed.
    func removeBlob(_ digest: Digest, unlessUsedSince moment: Int) throws -> Bool {
        let lock = try FileLock.acquireBriefly(sweepLockPath)
        guard let status = try FileAccess.status(blobPath(digest)), status.modified < moment else { return false }
        try FileAccess.remove(blobPath(digest))
        _ = consume lock
        return true
    }
}
