import CSpawn
import Foundation

/// A real Docker Engine of the tests' own, on a socket in a temporary folder. It is gone when its process is, however
/// that ends.
public final class DockerEngine: Sendable {
    public let folder: String
    private let guardian: pid_t
    private let lifeline: Int32

    private static let daemon = "/usr/sbin/dockerd"

    /// Only root can start one.
    public static var isThere: Bool { getuid() == 0 && FileManager.default.isExecutableFile(atPath: daemon) }

    private static let watch = """
        trap '' INT TERM HUP
        folder=$1; shift
        "$@" < /dev/null > "$folder/log" 2>&1 &
        engine=$!
        cat > /dev/null
        kill "$engine"
        wait
        umount "$folder/exec/netns/default" 2> /dev/null
        rm -rf "$folder"
        """

    /// Without bridges and filters: nothing of the machine's network is touched.
    ///
    /// - Parameter registry: the host and port of a registry that it may speak to in the clear.
    public init(registry: String? = nil) throws {
        folder = "/tmp/slipway-docker-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw PostgresServer.Failure(description: "no pipe") }
        defer { close(ends[0]) }
        lifeline = ends[1]
        let command = [
            Self.daemon, "--host", "unix://\(folder)/docker.sock", "--data-root", "\(folder)/data", "--exec-root",
            "\(folder)/exec", "--pidfile", "\(folder)/dockerd.pid", "--iptables=false", "--ip6tables=false",
            "--bridge=none", "--ip-forward=false",
        ]
        let insecure = registry.map { ["--insecure-registry", $0] } ?? []
        guardian = try PostgresServer.spawn(
            ["/bin/sh", "-c", Self.watch, "sh", folder] + command + insecure, input: nil, output: "/dev/null",
            pipe: ends[0])
        for _ in 0..<1500 {
            if (try? PostgresServer.run(["/usr/bin/env", "DOCKER_HOST=\(url)", "docker", "version"])) != nil { return }
            usleep(20_000)
        }
        throw PostgresServer.Failure(description: "the engine does not start: see \(folder)/log")
    }

    deinit {
        close(lifeline)
        PostgresServer.wait(for: guardian)
    }

    /// For `DOCKER_HOST`.
    public var url: String { "unix://\(folder)/docker.sock" }
}

/// The environment in which `podman` and `buildah` keep all that is theirs in a folder, and run what they build in a
/// plain `chroot`, which any machine can do.
public enum ContainerStorage {
    /// A program that needs no others, so that an image can be made of it alone.
    public static let busybox = "/bin/busybox"

    public static var hasBuildah: Bool {
        ["/usr/bin/buildah", busybox].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// - Parameter registry: the host and port of a registry that they may speak to in the clear.
    public static func environment(in folder: String, registry: String? = nil) throws -> [String: String] {
        // What podman asks for otherwise is more than a machine need allow, even to root.
        let files = [
            "containers.conf": """
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"

            """,
            "storage.conf": """
            [storage]
            driver = "vfs"
            graphroot = "\(folder)/graph"
            runroot = "\(folder)/run"

            """,
            "registries.conf": registry.map { "[[registry]]\nlocation = \"\($0)\"\ninsecure = true\n" } ?? "",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        return [
            "BUILDAH_ISOLATION": "chroot", "CONTAINERS_CONF": "\(folder)/containers.conf",
            "CONTAINERS_REGISTRIES_CONF": "\(folder)/registries.conf",
            "CONTAINERS_STORAGE_CONF": "\(folder)/storage.conf",
        ]
    }
}
