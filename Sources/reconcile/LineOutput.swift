import Foundation
import Synchronization
import YAML

/// Lines of data, to stdout or into a file that is there only when it is whole.
///
/// Other than `Console`, it says when they could not be written: somebody keeps them for later.
final class LineOutput: Sendable {
    private struct Destination {
        var descriptor: Int32
        var waiting: [UInt8] = []
        /// Nobody reads any more (`| head`).
        var isAbandoned = false
    }

    private let path: String?
    /// Where the file grows until it is whole; `nil` where bytes go straight to where they belong.
    private let temporary: String?
    private let destination: Mutex<Destination>

    private static let chunk = 1 << 16

    /// - Parameter place: a file; `nil` for stdout.
    init(to place: String?) throws {
        // Where the name is a link, what it leads to is written.
        path = place.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        guard let path else {
            temporary = nil
            destination = Mutex(Destination(descriptor: STDOUT_FILENO))
            return
        }
        // A device or a pipe is written to; only a file can be put in another's place.
        var status = stat()
        let isFile = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        let temporary = isFile ? "\(path).\(getpid()).part" : nil
        let descriptor =
            temporary.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
            ?? open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.fault(path) }
        self.temporary = temporary
        destination = Mutex(Destination(descriptor: descriptor))
    }

    deinit {
        guard path != nil else { return }
        destination.withLock { _ = close($0.descriptor) }
        // After `finish` there is none.
        if let temporary { unlink(temporary) }
    }

    func write(_ line: [UInt8]) throws {
        try destination.withLock { destination in
            destination.waiting += line
            destination.waiting.append(0x0A)
            if destination.waiting.count >= Self.chunk { try flush(&destination) }
        }
    }

    /// Writes what is left, and puts the file in its place.
    func finish() throws {
        try destination.withLock { destination in
            try flush(&destination)
            guard let temporary, let path else { return }
            guard fsync(destination.descriptor) == 0, rename(temporary, path) == 0 else { throw Self.fault(path) }
        }
    }

    private func flush(_ destination: inout Destination) throws {
        let descriptor = destination.descriptor
        var isAbandoned = destination.isAbandoned
        try destination.waiting.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty, !isAbandoned {
                let count = Foundation.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EPIPE {
                    isAbandoned = true
                } else if errno != EINTR, errno != EAGAIN {
                    throw Self.fault(path ?? "stdout")
                }
            }
        }
        destination.isAbandoned = isAbandoned
        destination.waiting.removeAll(keepingCapacity: true)
    }

    private static func fault(_ place: String) -> Diagnostic {
        .outputUnwritable(place, reason: String(cString: strerror(errno)))
    }
}
