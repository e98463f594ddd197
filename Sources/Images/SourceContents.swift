import Dispatch
import Manifests
import Synchronization
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Digests the files of a tree, on all cores where there is much to digest: that is most of what a build of unchanged
/// or slightly changed sources has to do.
struct SourceContents {
    let root: String
    /// The most bytes of all files together.
    let limit: Int64

    /// Below this, other threads take longer to come than the work takes.
    private static let much: Int64 = 4 << 20

    struct File: Sendable {
        /// Relative to the root.
        var path: String
        /// As it was when the folder was looked at.
        var size: Int64
    }

    /// What each file is, in the order of the files.
    ///
    /// - Throws: a `Diagnostic`; of several files with a fault, that of the first.
    func kinds(of files: [File]) throws -> [SourceTree.Kind] {
        let bytes = files.reduce(into: Int64(0)) { sum, file in
            sum = sum.addingReportingOverflow(file.size).partialValue
        }
        let next = Atomic(0)
        let sum = Atomic(Int64(0))
        let found = Mutex([SourceTree.Kind?](repeating: nil, count: files.count))
        let fault = Mutex<(index: Int, error: any Error)?>(nil)
        @Sendable func work() {
            var buffer = [UInt8](repeating: 0, count: 128 << 10)
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < files.count else { return }
                do {
                    let kind = try kind(of: files[index].path, &buffer, sum)
                    found.withLock { $0[index] = kind }
                } catch {
                    fault.withLock { known in
                        if known.map({ index < $0.index }) ?? true { known = (index, error) }
                    }
                    // Those before it may have a fault too, and are all begun; none is begun after it.
                    next.store(files.count, ordering: .relaxed)
                    return
                }
            }
        }
        let workers = bytes < Self.much ? 1 : min(files.count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        if workers > 1 { DispatchQueue.concurrentPerform(iterations: workers) { _ in work() } } else { work() }
        if let fault = fault.withLock({ $0 }) { throw fault.error }
        return found.withLock { $0.compactMap(\.self) }
    }

    private func kind(
        of path: String, _ buffer: inout [UInt8], _ sum: borrowing Atomic<Int64>
    ) throws -> SourceTree.Kind {
        // Not blocking, not following: between the look and the opening, a pipe or a link may have taken the place.
        let file = try OpenFile("\(root)/\(path)", O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
        let status = try file.status()
        guard status.kind == .file else { throw Diagnostic.sourceChangedWhileRead(path) }
        var hasher = Digest.Hasher()
        var size: Int64 = 0
        while true {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { break }
            size += Int64(count)
            guard sum.add(Int64(count), ordering: .relaxed).newValue <= limit else {
                throw Diagnostic.sourceTooLarge(root, limit: limit)
            }
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        let content = hasher.finalize()
        return status.isExecutable ? .executable(size: size, content: content) : .file(size: size, content: content)
    }
}
