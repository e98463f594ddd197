import Foundation
import Synchronization

/// A small HTTP server on this machine, that answers as a test says and remembers what it was asked.
public final class HTTPServer: Sendable {
    public struct Request: Sendable {
        public var method: String
        public var path: String
        /// With names in lower case.
        public var headers: [String: String]
        public var body: [UInt8]
    }

    public enum Reply: Sendable {
        case answer(Int, headers: [String] = [], body: [UInt8] = [])
        /// Says that so many bytes come, and sends these.
        case partly(Int, [UInt8])
        /// Hangs up without a word.
        case hangUp
        /// Says nothing, and leaves the connection open.
        case silence
    }

    public let port: Int
    private let listener: Int32
    private let seen = Mutex<[Request]>([])
    private let reply: @Sendable (Request, Int) -> Reply

    /// - Parameter reply: gets a request and how many came before it.
    public init(_ reply: @escaping @Sendable (Request, Int) -> Reply) throws {
        self.reply = reply
        (listener, port) = try Loopback.listen()
        Thread.detachNewThread { [listener, weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                Thread.detachNewThread { self.serve(client) }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    public var url: String { "http://127.0.0.1:\(port)" }
    public var requests: [Request] { seen.withLock { $0 } }

    private func serve(_ client: Int32) {
        guard let request = read(client) else {
            close(client)
            return
        }
        let before = seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
        switch reply(request, before) {
        case .answer(let status, let headers, let body):
            send(head(status, headers + ["Content-Length: \(body.count)"]) + body, to: client)
        case .partly(let promised, let body): send(head(200, ["Content-Length: \(promised)"]) + body, to: client)
        case .hangUp: break
        case .silence:
            // Ends when the other side gives up.
            var byte: UInt8 = 0
            while Glibc.read(client, &byte, 1) > 0 {}
        }
        close(client)
    }

    private func head(_ status: Int, _ headers: [String]) -> [UInt8] {
        Array((["HTTP/1.1 \(status) Said"] + headers + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8)
    }

    private func send(_ bytes: [UInt8], to client: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    client, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private func read(_ client: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        func more() -> Bool {
            let count = Glibc.read(client, &buffer, buffer.count)
            guard count > 0 else { return false }
            bytes.append(contentsOf: buffer[..<count])
            return true
        }
        let end = Array("\r\n\r\n".utf8)
        while bytes.firstRange(of: end) == nil { guard more() else { return nil } }
        guard let range = bytes.firstRange(of: end) else { return nil }
        let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        if headers["expect"] != nil { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: client) }
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        while bytes.count < range.upperBound + length { guard more() else { return nil } }
        return Request(
            method: String(words[0]), path: String(words[1]), headers: headers, body: Array(bytes[range.upperBound...]))
    }
}
