import Foundation
import Support

/// `git daemon` on a free port of this machine, serving bare repositories of one folder, pushes included.
final class GitDaemon: Sendable {
    let folder: String
    let port: Int
    private let process: RunningProgram

    /// Waits until it listens. Its end is with the value, or with the test's process.
    init(serving folder: String) async throws {
        self.folder = folder
        port = try Self.freePort()
        process = try await RunningProgram.start(
            "/usr/bin/git",
            [
                "daemon", "--export-all", "--enable=receive-pack", "--base-path=\(folder)", "--listen=127.0.0.1",
                "--port=\(port)", "--reuseaddr", folder,
            ], environment: BuiltProgram.environment, in: folder, deadline: .seconds(600))
        let port = port
        try await eventually("git daemon listens") { Self.answers(port) }
    }

    deinit { process.signal(SIGTERM) }

    func url(_ repository: String) -> String { "git://127.0.0.1:\(port)/\(repository)" }

    private static func withSocket<T>(_ body: (Int32) throws -> T) rethrows -> T {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return try body(descriptor)
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func freePort() throws -> Int {
        try withSocket { descriptor in
            var address = address(0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
                }
            }
            guard isBound else { throw NeverCame(what: "a free port") }
            return Int(in_port_t(bigEndian: address.sin_port))
        }
    }

    private static func answers(_ port: Int) -> Bool {
        withSocket { descriptor in
            var address = address(port)
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }
}
