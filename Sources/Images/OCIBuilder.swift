public import Manifests
import YAML

/// Builds images into a layout by itself: no daemon, no root, no container.
///
/// An image has a layer of Python packages, where the job has requirements, and above it a layer of the source. Both
/// are functions of their content, and so is the image: same inputs, same digest, on any machine.
public struct OCIBuilder: ImageBuilder {
    public let layout: ImageLayout
    private let cache: BuildCache
    private let environment: [String: String]

    /// - Parameters:
    ///   - layout: where images go; made by the first build.
    ///   - cacheFolder: absolute; holds records, locks and scratch folders, and may be removed between builds.
    ///   - environment: what tools get; a test may say less.
    ///   - patience: how long to wait for another build of the same image.
    public init(
        layout: ImageLayout, cacheFolder: String, environment: [String: String] = ToolEnvironment.current,
        patience: Duration = .seconds(3600)
    ) {
        self.layout = layout
        self.environment = environment
        cache = BuildCache(folder: cacheFolder, patience: patience)
    }

    public func contentKey(of request: BuildRequest) throws -> Digest {
        try refuseUnsupported(request.build)
        let python: JSONValue =
            request.build.python.map { python in
                .object([
                    "version": python.version.map(JSONValue.string) ?? .null,
                    "requirements": python.requirements.map(JSONValue.string) ?? .null,
                ])
            } ?? .null
        return Digest(
            of: JSONValue.object([
                "format": .int(1),
                "source": .string(request.sourceDigest.description),
                "python": python,
                "command": .array(request.command.map(JSONValue.string)),
                "environment": .object(request.environment.mapValues(JSONValue.string)),
                "labels": .object(request.labels.mapValues(JSONValue.string)),
                "annotations": .object(request.annotations.mapValues(JSONValue.string)),
                "platform": .string("\(request.platform)"),
            ]).canonicalBytes)
    }

    /// What this builder cannot do must not be left out in silence.
    private func refuseUnsupported(_ build: BuildSpec) throws {
        var problems: [Diagnostic] = []
        if build.baseImage != "scratch" { problems.append(.notForThisBuilder("baseImage", build.baseImage)) }
        if let dockerfile = build.dockerfile { problems.append(.notForThisBuilder("dockerfile", dockerfile)) }
        if !build.systemPackages.isEmpty {
            problems.append(.notForThisBuilder("systemPackages", build.systemPackages.joined(separator: ", ")))
        }
        let others = build.platforms.filter { $0 != "\(Platform.host)" }
        if !others.isEmpty { problems.append(.notForThisBuilder("platforms", others.joined(separator: ", "))) }
        guard problems.isEmpty else { throw problems.count == 1 ? problems[0] : Diagnostics(problems) }
    }

    public func build(
        _ request: BuildRequest, log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        let contentKey = try contentKey(of: request)
        let interpreter = try await interpreterBeforeLookup(request)
        // Where no version is wanted, the one that is there is an input of the image too.
        let key = interpreter.map { Digest(of: "\(contentKey) \($0.identity)") } ?? contentKey
        if let image = try known(key, request) { return image }
        try layout.initialise()
        let lock = try await cache.lock("images", key) { log("waiting for another build of the same image") }
        if let image = try known(key, request) { return image }
        let image = try await assemble(request, contentKey, interpreter, log)
        try cache.store(image, "images", key)
        if let tag = request.tag { try layout.tag(tag, image.manifestDigest) }
        _ = consume lock
        return image
    }

    /// Asking an interpreter for its version takes far longer than finding an image, so it is asked first only where
    /// the answer decides which image is meant.
    private func interpreterBeforeLookup(_ request: BuildRequest) async throws -> PythonInterpreter? {
        guard let python = request.build.python, python.requirements != nil, python.version == nil else { return nil }
        return try await PythonInterpreter.find(version: nil, environment: environment)
    }

    private func known(_ key: Digest, _ request: BuildRequest) throws -> BuiltImage? {
        guard var image: BuiltImage = cache.record("images", key), layout.keep(image.manifestDigest) else {
            return nil
        }
        if let tag = request.tag { try layout.tag(tag, image.manifestDigest) }
        image.reused = true
        return image
    }

    private func assemble(
        _ request: BuildRequest, _ contentKey: Digest, _ known: PythonInterpreter?,
        _ log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        let tree = try await BlockingWork.run { try SourceTree.read(request.sourceRoot) }
        guard tree.digest == request.sourceDigest else { throw Diagnostic.sourceDiffers(job: request.jobName) }
        var layers: [BuiltLayer] = []
        var frozen: [String] = []
        var identity: PythonInterpreter.Identity?
        if let python = request.build.python, let path = python.requirements {
            let requirements = try requirements(path, in: tree, request)
            var interpreter = known
            if interpreter == nil {
                interpreter = try await PythonInterpreter.find(version: python.version, environment: environment)
            }
            identity = interpreter?.identity
            if let interpreter, !requirements.lines.isEmpty {
                let packages = PythonPackages(layout: layout, cache: cache, environment: environment)
                let layer = try await packages.layer(
                    for: requirements, interpreter: interpreter, platform: request.platform, log: log)
                frozen = layer.frozen
                layers.append(BuiltLayer(origin: .packages, blob: layer.blob))
            }
        }
        let source = try await BlockingWork.run { [layout] in
            try LayerWriter(layout: layout).write(tree, under: ImagePaths.source)
        }
        layers.append(BuiltLayer(origin: .source, blob: source))
        let config = try layout.writeBlob(
            ImageDocuments.config(for: request, layers: layers), mediaType: BlobDescriptor.config)
        let manifest = try layout.writeBlob(
            ImageDocuments.manifest(config: config, layers: layers, annotations: request.annotations),
            mediaType: BlobDescriptor.manifest)
        return BuiltImage(
            manifestDigest: manifest.digest, contentKey: contentKey, frozenRequirements: frozen,
            layers: layers.map(\.blob), interpreter: identity, reused: false)
    }

    /// The requirements file must be one of the source's own files: then the source's digest covers it.
    private func requirements(_ path: String, in tree: SourceTree, _ request: BuildRequest) throws -> Requirements {
        let normal = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        switch tree.entry(at: normal)?.kind {
        case .file(_, let content), .executable(_, let content):
            let bytes = try FileAccess.read("\(tree.root)/\(normal)", limit: 1 << 20)
            guard Digest(of: bytes) == content else { throw Diagnostic.sourceChangedWhileRead(normal) }
            return try Requirements(bytes, path: normal)
        case .directory, .symbolicLink, nil:
            throw Diagnostic.requirementsMissing(path, job: request.jobName)
        }
    }
}
