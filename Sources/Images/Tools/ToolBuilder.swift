public import Manifests
import YAML

/// Builds the images of jobs that need more than the embedded builder can do, a Dockerfile or packages of a
/// distribution, with a program of this machine. Any other job's image is the embedded builder's, the same with every
/// builder.
///
/// What a tool makes is taken into the layout and remembered by its content key: it is asked again only for other
/// content. Its images are no function of their content, since what their instructions fetch may change; the digest
/// that is recorded says what was made.
public struct ToolBuilder: ImageBuilder {
    public let tool: BuildTool
    private let embedded: OCIBuilder
    private let environment: [String: String]

    /// How long a tool may take.
    private static let deadline = Duration.seconds(3600)

    /// - Parameters:
    ///   - embedded: whose layout and cache are used.
    ///   - environment: this process's; a tool gets the part of it that says where its own things are.
    public init(_ tool: BuildTool, embedded: OCIBuilder, environment: [String: String]) {
        self.tool = tool
        self.embedded = embedded
        self.environment = ToolEnvironment.select(environment, for: tool)
    }

    private var layout: ImageLayout { embedded.layout }

    public func contentKey(of request: BuildRequest) throws -> Digest {
        if let dockerfile = request.build.dockerfile {
            // Which tool builds it does not matter: they read the same file.
            return Digest(
                of: JSONValue.object([
                    "format": .string("dockerfile 1"),
                    "source": .string(request.sourceDigest.description),
                    "dockerfile": .string(dockerfile),
                    "platform": .string("\(request.platform)"),
                ]).canonicalBytes)
        }
        let key = try embedded.contentKey(of: request.withoutSystemPackages)
        let packages = request.build.systemPackages.sorted()
        return packages.isEmpty ? key : Digest(of: "\(key) \(packages.joined(separator: " "))")
    }

    public func build(
        _ request: BuildRequest, log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        if let dockerfile = request.build.dockerfile {
            guard request.build.python?.requirements == nil, request.build.systemPackages.isEmpty else {
                throw Diagnostic.environmentBesideDockerfile(job: request.jobName)
            }
            return try await build(request, dockerfile, log)
        }
        guard !request.build.systemPackages.isEmpty else { return try await embedded.build(request, log: log) }
        return try await buildOnPackages(request, log)
    }

    // MARK: Dockerfiles

    private func build(
        _ request: BuildRequest, _ dockerfile: String, _ log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        let key = try contentKey(of: request)
        return try await embedded.remembered(key, tag: request.tag, on: nil, log) {
            let digest = try await embedded.cache.withScratchFolder { scratch in
                try await image(of: request, dockerfile, scratch, log)
            }
            return BuiltImage(manifestDigest: digest, contentKey: key, layers: try layout.manifest(digest).layers)
        }
    }

    private func image(
        of request: BuildRequest, _ dockerfile: String, _ scratch: String, _ log: @escaping @Sendable (String) -> Void
    ) async throws -> Digest {
        let found = try find()
        let tree = try await request.tree()
        let path = dockerfile.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        switch tree.entry(at: path)?.kind {
        case .file, .executable: break
        case .directory, .symbolicLink, nil: throw Diagnostic.dockerfileMissing(dockerfile, job: request.jobName)
        }
        // A copy: the tool sees what the digest speaks of, whatever becomes of the folder, and nothing that is ignored.
        let context = "\(scratch)/context"
        if let changed = try await BlockingWork.run({ try HandedFiles.copy("", of: tree, to: context) }) {
            throw Diagnostic.sourceChangedWhileRead(changed)
        }
        return try await take(
            FoundTool.Order(
                context: context, dockerfile: "\(context)/\(path)", platform: request.platform,
                name: name(request), idFile: "\(scratch)/id"), by: found, scratch, job: request.jobName, log)
    }

    // MARK: System packages

    /// The embedded builder's image, on a base image to which the tool has added packages. Those are asked for once for
    /// each base image and list of packages, whatever the source is.
    private func buildOnPackages(
        _ request: BuildRequest, _ log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        for word in request.build.systemPackages where !SystemPackageName.isValid(word) {
            throw Diagnostic.systemPackageInvalid(word)
        }
        guard case .registry(let reference) = try BaseImage(request.build.baseImage),
            let base = try await embedded.base(of: request.withoutSystemPackages)
        else { throw Diagnostic.systemPackagesWithoutBase(job: request.jobName) }
        let pinned = "\(reference.name)@\(base.located.manifest)"
        let text = SystemPackages.dockerfile(base: pinned, packages: request.build.systemPackages)
        let key = Digest(of: "\(text)\(request.platform)")
        let system = try await embedded.remembered(key, tag: nil, on: nil, log) {
            let digest = try await embedded.cache.withScratchFolder { scratch in
                let context = "\(scratch)/context"
                try FileAccess.makeFolder(context)
                let file = "\(scratch)/Dockerfile"
                try FileAccess.replace(file, with: Array(text.utf8))
                return try await take(
                    FoundTool.Order(
                        context: context, dockerfile: file, platform: request.platform,
                        name: name(request) + "-system", idFile: "\(scratch)/id"),
                    by: try find(), scratch, job: request.jobName, log)
            }
            return BuiltImage(manifestDigest: digest, contentKey: key)
        }
        var onSystem = request.withoutSystemPackages
        // By its digest it is in the layout already, whatever it is called.
        onSystem.build.baseImage = "oci:system-packages@\(system.manifestDigest)"
        onSystem.base = system.manifestDigest
        var image = try await embedded.build(onSystem, log: log)
        // What is built on again is what the job names; the packages are then there, or put on it anew.
        image.base = base.record
        return image
    }

    // MARK: The tool

    /// Builds what is ordered, and takes it into the layout.
    private func take(
        _ order: FoundTool.Order, by found: FoundTool, _ scratch: String, job: String,
        _ log: @escaping @Sendable (String) -> Void
    ) async throws -> Digest {
        let hasBuildx = tool == .docker ? try await answers(["buildx", "version"], found) != nil : false
        let former = try await answers(found.identify(order.name), found)?.last
        try await run(found.build(order, hasBuildx: hasBuildx), found, scratch, job, log)
        guard let bytes = try? FileAccess.read(order.idFile, limit: 1024),
            case let id = String(decoding: bytes, as: UTF8.self).filter({ !$0.isWhitespace }), Self.isImage(id)
        else { throw Diagnostic.toolSaysNothing(tool, what: "does not say what it has built") }
        // The one before has lost its name to this one. Where something else still uses it, it stays.
        if let former, Self.isImage(former), !former.hasSuffix(id), !id.hasSuffix(former) {
            _ = try await answers(found.remove(former), found)
        }
        let (arguments, exported) = found.export(id, to: scratch)
        try await run(arguments, found, scratch, job, log)
        let source: any BaseImageSource = try await BlockingWork.run {
            let place = try LocalPlace(exported, root: scratch)
            return exported.kind == .layout ? try LayoutBase(place) : try DockerArchiveBase(place)
        }
        let images = BaseImages(source: source, layout: layout, platform: order.platform)
        let located = try await images.locate(pinned: nil)
        try await images.bring(located, log: log)
        return located.manifest
    }

    /// One for each job and layout: builds of two checkouts do not take each other's layers away.
    private func name(_ request: BuildRequest) -> String {
        "slipway-cache:\(Digest(of: "\(layout.path) \(request.jobName)").hex.prefix(16))"
    }

    private func find() throws -> FoundTool {
        if let found = FoundTool.find(tool, environment: environment) { return found }
        throw Diagnostic.toolMissing(
            tool, others: BuildTool.allCases.filter { FoundTool.find($0, environment: environment) != nil })
    }

    /// What the tool prints; `nil` where it fails.
    private func answers(_ question: [String], _ found: FoundTool) async throws -> [String]? {
        let outcome = try await process(question, found, in: "/").run { _ in }
        return outcome.status == 0 ? outcome.lastLines : nil
    }

    private func process(_ arguments: [String], _ found: FoundTool, in folder: String) -> ToolProcess {
        ToolProcess(
            executable: found.program, arguments: arguments, environment: environment, workingFolder: folder,
            deadline: Self.deadline)
    }

    private func run(
        _ arguments: [String], _ found: FoundTool, _ folder: String, _ job: String,
        _ log: @escaping @Sendable (String) -> Void
    ) async throws {
        let outcome = try await process(arguments, found, in: folder).run(line: log)
        if outcome.timedOut { throw Diagnostic.toolTimedOut(tool, job: job, after: Self.deadline) }
        guard outcome.status == 0 else {
            throw Diagnostic.toolBuildFailed(tool, job: job, status: outcome.status, lines: outcome.lastLines)
        }
    }

    /// `sha256:…`, or the digits alone: what a tool says becomes an argument of its next command.
    private static func isImage(_ text: String) -> Bool {
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        return digits.utf8.count == 64
            && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension ToolEnvironment {
    /// Where each tool has its daemon, its storage, its logins and its rules.
    private static let builders: Set<String> = [
        "BUILDAH_ISOLATION", "CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF",
        "DOCKER_BUILDKIT", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_HOST", "DOCKER_TLS_VERIFY",
        "REGISTRY_AUTH_FILE", "STORAGE_DRIVER", "STORAGE_OPTS", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    ]

    /// What a tool that builds or runs containers gets of this process's environment.
    public static func select(_ all: [String: String], for tool: BuildTool) -> [String: String] {
        select(all, folder: "/").merging(all.filter { builders.contains($0.key) }) { own, _ in own }
    }
}

extension BuildRequest {
    fileprivate var withoutSystemPackages: BuildRequest {
        var request = self
        request.build.systemPackages = []
        return request
    }
}
