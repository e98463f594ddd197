import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The bytes that go to a server, from memory or from a file.
struct Upload: ~Copyable {
    private let bytes: [UInt8]
    private let file: FileBody?
    let size: Int64
    /// Where in the file it begins.
    private let start: Int64
    private var offset: Int64 = 0

    /// A class, since an optional of a type that cannot be copied cannot be used in part.
    private final class FileBody {
        let file: OpenFile

        init(_ path: String) throws { file = try OpenFile(path, O_RDONLY) }
    }

    init(_ body: HTTPRequest.Body) throws {
        switch body {
        case .none: (bytes, file, size, start) = ([], nil, 0, 0)
        case .bytes(let given): (bytes, file, size, start) = (given, nil, Int64(given.count), 0)
        case .file(let path):
            let (opened, length) = try Self.open(path)
            (bytes, file, size, start) = ([], opened, length, 0)
        case .part(let path, let from, let count):
            let (opened, length) = try Self.open(path)
            guard from >= 0, count >= 0, from <= length, count <= length - from else {
                throw Diagnostic.sourceChangedWhileRead(path)
            }
            guard lseek(opened.file.descriptor, off_t(from), SEEK_SET) >= 0 else {
                throw Diagnostic.fileAccess("read", path, errno: errno)
            }
            (bytes, file, size, start) = ([], opened, count, from)
        }
    }

    private static func open(_ path: String) throws -> (FileBody, Int64) {
        let opened = try FileBody(path)
        let status = try opened.file.status()
        guard status.kind == .file else { throw Diagnostic.notARegularFile(path) }
        return (opened, status.size)
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = Int(min(Int64(buffer.count), size - offset))
        guard count > 0 else { return 0 }
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        var filled = count
        if let file {
            filled = try file.file.read(into: part)
        } else {
            let start = Int(offset)
            part.copyBytes(from: bytes[start..<(start + count)])
        }
        offset += Int64(filled)
        return filled
    }

    mutating func seek(_ position: Int64) throws {
        if let file, lseek(file.file.descriptor, off_t(start + position), SEEK_SET) < 0 {
            throw Diagnostic.fileAccess("read", file.file.path, errno: errno)
        }
        offset = position
    }
}

/// What comes from a server, put where the request wants it.
struct Answer: ~Copyable {
    private let sink: HTTPRequest.Sink
    private let file: FileSink?
    private var received: Int64 = 0
    private var headerBytes = 0
    private(set) var headers: [HTTPHeader] = []
    private(set) var kept: [UInt8] = []

    private final class FileSink {
        let file: OpenFile

        init(_ path: String) throws { file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL) }
    }

    /// The most of all header lines together.
    private static let headerLimit = 256 * 1024

    init(_ sink: HTTPRequest.Sink) throws {
        self.sink = sink
        if case .file(let path, _) = sink { file = try FileSink(path) } else { file = nil }
    }

    mutating func takeHeader(_ line: String) throws {
        headerBytes += line.utf8.count
        guard headerBytes <= Self.headerLimit else { throw HTTPFailure.tooLarge(limit: Int64(Self.headerLimit)) }
        // Each answer begins with its status: one to a redirection, or `100 Continue`, is not the last word.
        if line.hasPrefix("HTTP/") {
            headers = []
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        headers.append(HTTPHeader(String(line[..<colon]), line[line.index(after: colon)...].trimmedOfBlanks))
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer, status: Int) throws {
        received += Int64(bytes.count)
        guard (200..<300).contains(status) else {
            kept.append(contentsOf: bytes.prefix(max(0, HTTPRequest.errorBytes - kept.count)))
            return
        }
        switch sink {
        case .memory(let limit):
            guard received <= limit else { throw HTTPFailure.tooLarge(limit: Int64(limit)) }
            kept.append(contentsOf: bytes)
        case .file(_, let limit):
            guard received <= limit else { throw HTTPFailure.tooLarge(limit: limit) }
            try file?.file.write(bytes)
        case .stream(let body): try body(bytes)
        }
    }
}

extension Substring {
    fileprivate var trimmedOfBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
        let front = drop(while: isBlank)
        guard let end = front.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(front[...end])
    }
}
