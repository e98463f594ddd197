public import Engines
import Foundation
public import Images
import Manifests

/// A container tool with a daemon or a storage of a test's own. Nothing of it is left when the value is gone.
public final class ContainerHost: Sendable {
    public let tool: BuildTool
    /// What an agent that uses it has in its environment.
    public let environment: [String: String]
    private let daemon: DockerEngine?
    private let storage: TestWorkspace

    /// The tools that this machine can run containers with.
    public static let tools: [BuildTool] = [.docker, .podman].filter { tool in
        guard getuid() == 0, FileManager.default.isExecutableFile(atPath: ContainerStorage.busybox) else {
            return false
        }
        let environment = ProcessInfo.processInfo.environment
        let runtime = ["/usr/sbin/runc", "/usr/bin/runc"].contains { FileManager.default.isExecutableFile(atPath: $0) }
        guard runtime, tool.program(environment: environment) != nil else { return false }
        return tool == .podman || DockerEngine.isThere
    }

    /// - Parameter registry: one that it may speak to in the clear, and is logged in to.
    public init(_ tool: BuildTool, registry server: RegistryServer? = nil) throws {
        self.tool = tool
        storage = try TestWorkspace("containers")
        let registry = server?.host
        daemon = tool == .docker ? try DockerEngine(registry: registry) : nil
        var environment = ProcessInfo.processInfo.environment
        environment.merge(try ContainerStorage.environment(in: storage.path, registry: registry)) { $1 }
        environment["DOCKER_HOST"] = daemon?.url ?? "unix://\(storage.path)/none.sock"
        if let login = try server?.writeLogin(into: "\(storage.path)/login") {
            environment["DOCKER_CONFIG"] = login
            environment["REGISTRY_AUTH_FILE"] = "\(login)/config.json"
        }
        self.environment = environment
    }

    deinit {
        // Podman's containers have no daemon that would end with the test.
        let all = (try? run("ps", "--all", "--quiet"))?.split(separator: "\n").map(String.init) ?? []
        let now = tool == .podman ? ["--time", "0"] : []
        if !all.isEmpty { _ = try? run(["rm", "--force"] + now + all) }
    }

    /// What a program gets in addition to its own environment to use it.
    public var programEnvironment: [String: String] {
        let names = ["CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF", "DOCKER_HOST"]
        return environment.filter { names.contains($0.key) }
    }

    /// Runs the tool by hand and returns what it prints.
    @discardableResult
    public func run(_ arguments: String...) throws -> String { try run(arguments) }

    @discardableResult
    public func run(_ arguments: [String]) throws -> String {
        let names = [
            "CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF", "DOCKER_CONFIG", "DOCKER_HOST",
            "HOME", "PATH", "REGISTRY_AUTH_FILE",
        ]
        let variables = environment.filter { names.contains($0.key) }.map { "\($0.key)=\($0.value)" }
        return try PostgresServer.run(["/usr/bin/env", "-i"] + variables + [tool.rawValue] + arguments)
    }

    /// The ids of the containers, running or not.
    public func containers() throws -> [String] {
        try run("ps", "--all", "--quiet", "--no-trunc").split(separator: "\n").map(String.init)
    }
}

/// An image that holds nothing but busybox, by all the names by which it can be called.
public enum BusyboxImage {
    /// Puts it into a layout, which is made.
    ///
    /// - Parameter variables: `NAME=value`, as an image has them.
    public static func make(
        in layout: ImageLayout, variables: [String] = ["PATH=/bin"], scratch: TestWorkspace
    ) throws -> SubmittedImage {
        try layout.initialise()
        let root = "root-\(UUID().uuidString)"
        try scratch.folder("\(root)/bin")
        try FileManager.default.copyItem(
            atPath: ContainerStorage.busybox, toPath: "\(scratch.path)/\(root)/bin/busybox")
        for name in ["cat", "echo", "env", "head", "id", "ls", "sh", "sleep", "touch", "tr"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(scratch.path)/\(root)/bin/\(name)", withDestinationPath: "busybox")
        }
        try scratch.folder("\(root)/tmp")
        let archive = "\(scratch.path)/\(root).tar"
        _ = try PostgresServer.run([
            "/bin/tar", "--sort=name", "--owner=0", "--group=0", "--mtime=@0", "-C", "\(scratch.path)/\(root)", "-cf",
            archive, ".",
        ])
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: archive)))
        let layer = try layout.writeBlob(bytes, mediaType: "application/vnd.oci.image.layer.v1.tar")
        let config = JSONValue.object([
            "architecture": .string(Platform.host.architecture), "os": "linux",
            "config": .object(["Env": .array(variables.map { .string($0) }), "WorkingDir": "/tmp"]),
            "rootfs": .object(["type": "layers", "diff_ids": .array([.string(layer.digest.description)])]),
        ])
        let configBlob = try layout.writeBlob(
            config.canonicalBytes, mediaType: "application/vnd.oci.image.config.v1+json")
        func blob(_ blob: BlobDescriptor) -> JSONValue {
            .object([
                "mediaType": .string(blob.mediaType), "digest": .string(blob.digest.description),
                "size": .int(blob.size),
            ])
        }
        let manifest = JSONValue.object([
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": blob(configBlob),
            "layers": .array([blob(layer)]),
        ])
        let digest = try layout.writeBlob(
            manifest.canonicalBytes, mediaType: "application/vnd.oci.image.manifest.v1+json"
        ).digest
        return SubmittedImage(digest: digest, config: configBlob.digest, layout: layout.path)
    }
}
