import Manifests
import Synchronization

/// How far an image has come on its way to or from a registry.
public struct TransferProgress: Sendable, Hashable {
    /// How many of its blobs are over there, those among them that had been there before.
    public var blobs = 0
    public var allBlobs: Int
    /// In bytes. Of a pull without what had been there before; of a push all, since that shows on the way only.
    public var bytes: Int64 = 0
    public var allBytes: Int64

    public init(blobs: Int = 0, of allBlobs: Int, bytes: Int64 = 0, of allBytes: Int64) {
        self.blobs = blobs
        self.allBlobs = allBlobs
        self.bytes = bytes
        self.allBytes = allBytes
    }
}

extension TransferProgress: CustomStringConvertible {
    /// `2 of 3 blobs, 12 of 40 MB`
    public var description: String {
        func megabytes(_ bytes: Int64) -> Int64 { (bytes + 500_000) / 1_000_000 }
        return "\(blobs) of \(allBlobs) blobs, \(megabytes(bytes)) of \(megabytes(allBytes)) MB"
    }
}

/// Adds up what several transfers at once tell.
final class TransferMeter: Sendable {
    private struct State {
        var done: Set<Digest> = []
        var expected: [Digest: Int64] = [:]
        var bytes: [Digest: Int64] = [:]
        var told: Int64 = 0
    }

    /// As much as is worth a word.
    private static let step: Int64 = 4 << 20

    private let blobs: Int
    private let state = Mutex(State())
    private let tell: @Sendable (TransferProgress) -> Void

    init(blobs: Int, _ tell: @escaping @Sendable (TransferProgress) -> Void) {
        self.blobs = blobs
        self.tell = tell
    }

    /// Says that a blob is going to be transferred.
    func expect(_ blob: BlobDescriptor) { state.withLock { $0.expected[blob.digest] = blob.size } }

    /// So many bytes of a blob are over there; fewer than before, where it was begun again.
    func note(_ blob: BlobDescriptor, bytes: Int64) {
        let isWorthIt = state.withLock { state in
            state.bytes[blob.digest] = bytes
            let sum = state.bytes.values.reduce(0, +)
            guard sum - state.told >= Self.step else { return false }
            state.told = sum
            return true
        }
        if isWorthIt { say() }
    }

    /// A blob is over there, whole.
    func finish(_ blob: BlobDescriptor) {
        state.withLock { state in
            state.done.insert(blob.digest)
            state.bytes[blob.digest] = state.expected[blob.digest]
        }
        say()
    }

    private func say() {
        let progress = state.withLock { state in
            TransferProgress(
                blobs: state.done.count, of: blobs, bytes: state.bytes.values.reduce(0, +),
                of: state.expected.values.reduce(0, +))
        }
        tell(progress)
    }
}
