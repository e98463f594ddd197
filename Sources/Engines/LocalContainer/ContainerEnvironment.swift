import CSpawn
import Foundation
import YAML

/// A command's environment on its way into a container: never on a command line, and never on a disk.
///
/// Nearly all of it goes through a file in memory, which the tool reads by a path that only this user can open. What
/// cannot stand in a line of it goes through the tool's own environment, by name.
struct ContainerEnvironment {
    /// `NAME=value` lines.
    let lines: String
    /// What the tool is to take from its own environment.
    let byName: [String: String]

    /// The longest line that Docker reads (Go's `bufio.MaxScanTokenSize`), with some room.
    private static let longestLine = 60_000

    init(_ environment: [String: String]) throws {
        var lines = ""
        var byName: [String: String] = [:]
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard Self.isName(name) else { throw Diagnostic.containerVariableName(name) }
            guard !value.utf8.contains(0) else {
                throw Diagnostic.argumentUnusable("the environment variable \(name)")
            }
            let isLine = !value.utf8.contains(UInt8(ascii: "\n")) && !value.utf8.contains(UInt8(ascii: "\r"))
            if isLine, name.utf8.count + value.utf8.count < Self.longestLine {
                lines += "\(name)=\(value)\n"
            } else {
                guard !Self.isReadByTools(name) else { throw Diagnostic.containerVariableValue(name) }
                byName[name] = value
            }
        }
        (self.lines, self.byName) = (lines, byName)
    }

    /// What both tools take for a name, and for nothing else: no comment, no wildcard, no white space.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 255, first != UInt8(ascii: "#") else { return false }
        return name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "*") }
    }

    /// Whether a tool, or what it is made with, may go by a variable of that name itself.
    private static func isReadByTools(_ name: String) -> Bool {
        let name = name.uppercased()
        let names: Set = ["HOME", "LANG", "LOGNAME", "NETRC", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER"]
        let prefixes = [
            "BUILDAH", "BUILDKIT", "CONTAINER", "DBUS_", "DOCKER", "GO", "LC_", "LD_", "LISTEN_", "MALLOC_", "NOTIFY_",
            "OTEL_", "PODMAN", "REGISTRY_", "REQUESTS_", "SSH_", "SSL_", "STORAGE_", "XDG_", "_",
        ]
        return names.contains(name) || name.hasSuffix("_PROXY") || prefixes.contains { name.hasPrefix($0) }
    }

    /// Lends the path of a file with the lines. It is gone when the body returns, or this process ends.
    func withFile<Result>(_ body: (_ path: String) async throws -> Result) async throws -> Result {
        // No name, no disk: a reader needs to be this user, or root.
        let descriptor = memfd_create("slipway", memory_file_closes)
        guard descriptor >= 0 else {
            throw Diagnostic.containerEnvironmentUnusable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var rest = Array(lines.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                throw Diagnostic.containerEnvironmentUnusable(String(cString: strerror(errno)))
            }
            rest = rest.dropFirst(max(0, count))
        }
        return try await body("/proc/\(getpid())/fd/\(descriptor)")
    }
}
