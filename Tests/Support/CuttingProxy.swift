import Foundation
import Synchronization

/// A stretch of wire before a server, that can be cut: around a commit, where it is PostgreSQL's, or in the midst of
/// what is sent.
public final class CuttingProxy: Sendable {
    public enum Cut: Sendable, CaseIterable {
        /// The commit never gets to the server.
        case before
        /// The server has done it, and its answer gets lost.
        case after
    }

    public let port: Int
    private let listener: Int32
    private let upstream: Int
    private let armed = Mutex<(cut: Cut, times: Int)>((.before, 0))
    private let shortened = Mutex<(bytes: Int, times: Int)>((0, 0))
    private let made = Tally()
    /// The connections of clients, and whether new ones are let through.
    private let connections = Mutex<(open: Set<Int32>, isDown: Bool)>(([], false))

    /// How often it was cut.
    public var cuts: Int { made.count }

    public init(to upstream: Int) throws {
        self.upstream = upstream
        (listener, port) = try Loopback.listen()
        Thread.detachNewThread { [listener, weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { break }
                Thread.detachNewThread { self.serve(client) }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Cuts the next so many commits.
    public func cut(_ cut: Cut, times: Int = 1) { armed.withLock { $0 = (cut, times) } }

    /// Cuts the next so many connections through which a client sends more than so many bytes, at that byte.
    public func cut(afterBytes bytes: Int, times: Int = 1) { shortened.withLock { $0 = (bytes, times) } }

    /// Cuts all connections that there are, and new ones until `restore`.
    public func cutAll(stayDown: Bool = false) {
        let open = connections.withLock { connections in
            connections.isDown = stayDown
            return connections.open
        }
        for client in open { shutdown(client, Int32(SHUT_RDWR)) }
        made.add()
    }

    /// Lets connections through again.
    public func restore() { connections.withLock { $0.isDown = false } }

    /// How many of some more bytes may pass, after those that have; `nil` for all.
    private func takeShortening(after sent: Int, _ more: Int) -> Int? {
        shortened.withLock { shortened in
            guard shortened.times > 0, sent + more > shortened.bytes else { return nil }
            shortened.times -= 1
            return max(0, shortened.bytes - sent)
        }
    }

    private func takeCut() -> Cut? {
        armed.withLock { armed in
            guard armed.times > 0 else { return nil }
            armed.times -= 1
            return armed.cut
        }
    }

    private func serve(_ client: Int32) {
        guard let server = try? Loopback.connect(to: upstream) else {
            close(client)
            return
        }
        let isDown = connections.withLock { connections in
            connections.open.insert(client)
            return connections.isDown
        }
        defer {
            // Before its number is another's.
            connections.withLock { _ = $0.open.remove(client) }
            close(client)
            close(server)
        }
        guard !isDown else { return }
        var bytes = [UInt8](repeating: 0, count: 65536)
        var sent = 0
        while true {
            var entries = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, -1) > 0 else { continue }
            if entries[0].revents != 0 {
                let count = read(client, &bytes, bytes.count)
                guard count > 0 else { return }
                let cut = bytes.prefix(count).contains("; COMMIT\0".utf8) ? takeCut() : nil
                if cut != nil { made.add() }
                if cut == .before { return }
                if let rest = takeShortening(after: sent, count) {
                    made.add()
                    _ = write(server, bytes, rest)
                    return
                }
                sent += count
                guard write(server, bytes, count) == count else { return }
                if cut == .after {
                    // Its answer says that the server is done.
                    _ = read(server, &bytes, bytes.count)
                    return
                }
            }
            if entries[1].revents != 0 {
                let count = read(server, &bytes, bytes.count)
                guard count > 0, write(client, bytes, count) == count else { return }
            }
        }
    }
}

extension Collection<UInt8> {
    fileprivate func contains(_ part: some Collection<UInt8>) -> Bool { firstRange(of: part) != nil }
}

/// Sockets on this machine alone.
enum Loopback {
    struct Failure: Error {}

    /// A socket that listens on a free port.
    static func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound, Glibc.listen(descriptor, 64) == 0 else { throw Failure() }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A port that nobody listened on just now.
    static func freePort() throws -> Int {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }

    static func connect(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = address(port: port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else {
            close(descriptor)
            throw Failure()
        }
        return descriptor
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        return address
    }
}

/// A server that takes connections and never says a word.
public enum SilentServer {
    /// The caller closes the socket.
    public static func listen() throws -> (socket: Int32, port: Int) {
        let (socket, port) = try Loopback.listen()
        return (socket, port)
    }
}
