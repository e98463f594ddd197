public import Manifests
import YAML

/// Builds images into a layout by itself: no daemon, no root, no container.
///
/// An image begins with the layers of its base image, if it has one, as they are; on them comes a layer of Python
/// packages, where the job has requirements, and on that a layer of the source. All are functions of their content, and
/// so is the image: same inputs, same digest, on any machine.
public struct OCIBuilder: ImageBuilder {
    public let layout: ImageLayout
    let cache: BuildCache
    private let environment: [String: String]
    private let registries: Registries
    private let compression: LayerCompression
    /// How images are put together. Another number is another image of the same inputs.
    static let contentFormat = 2

    /// - Parameters:
    ///   - layout: where images go; made by the first build.
    ///   - cacheFolder: absolute; holds records, locks and scratch folders, and may be removed between builds.
    ///   - environment: what tools get; a test may say less.
    ///   - registries: where base images are looked for; with what `environment` says where it is left out.
    ///   - compression: of the layers that are made here; those of a base image stay as they are.
    ///   - patience: how long to wait for another build of the same image.
    public init(
        layout: ImageLayout, cacheFolder: String, environment: [String: String] = ToolEnvironment.current,
        registries: Registries? = nil, compression: LayerCompression = .none, patience: Duration = .seconds(3600)
    ) {
        self.layout = layout
        self.environment = environment
        self.registries = registries ?? Registries(environment: environment)
        self.compression = compression
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
        var key: [String: JSONValue] = [
            "format": .int(Int64(Self.contentFormat)),
            "source": .string(request.sourceDigest.description),
            "python": python,
            "command": .array(request.command.map(JSONValue.string)),
            "environment": .object(request.environment.mapValues(JSONValue.string)),
            "labels": .object(request.labels.mapValues(JSONValue.string)),
            "annotations": .object(request.annotations.mapValues(JSONValue.string)),
            "platform": .string("\(request.platform)"),
        ]
        if compression != .none { key["compression"] = .string(compression.rawValue) }
        // What the base image is, never its tag, which means something else tomorrow.
        if request.build.baseImage != "scratch" {
            guard request.base != nil else { throw Diagnostic.baseNotFoundYet(request.build.baseImage) }
            key["base"] = .object(FoundBase.annotations(request).mapValues(JSONValue.string))
        }
        return Digest(of: JSONValue.object(key).canonicalBytes)
    }

    /// What this builder cannot do must not be left out in silence.
    private func refuseUnsupported(_ build: BuildSpec) throws {
        var problems: [Diagnostic] = []
        if let dockerfile = build.dockerfile { problems.append(.notForThisBuilder("dockerfile", dockerfile)) }
        if !build.systemPackages.isEmpty {
            problems.append(.notForThisBuilder("systemPackages", build.systemPackages.joined(separator: ", ")))
        }
        if build.platforms.count > 1 {
            problems.append(.notForThisBuilder("platforms", build.platforms.joined(separator: ", ")))
        }
        guard problems.isEmpty else { throw problems.count == 1 ? problems[0] : Diagnostics(problems) }
    }

    public func build(
        _ request: BuildRequest, log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        try refuseUnsupported(request.build)
        var request = request
        let base = try await base(of: request)
        if let base {
            request.base = base.located.manifest
            // Packages are for the Python that the base image brings.
            if request.build.python != nil, request.build.python?.version == nil {
                request.build.python?.version = base.located.pythonVersion
            }
        }
        let contentKey = try contentKey(of: request)
        let interpreter = try await interpreterBeforeLookup(request)
        // Where no version is wanted, the one that is there is an input of the image too.
        let key = interpreter.map { Digest(of: "\(contentKey) \($0.identity)") } ?? contentKey
        let prepared = request
        return try await remembered(key, tag: request.tag, on: base, log) {
            try await assemble(prepared, on: base, contentKey, interpreter, log)
        }
    }

    /// The base image of a request, found but not yet brought; `nil` for one that begins with nothing.
    func base(of request: BuildRequest) async throws -> FoundBase? {
        try await FoundBase(of: request, layout: layout, registries: registries)
    }

    /// The image of a key that is there, or the one that is made: by one, however many want it.
    func remembered(
        _ key: Digest, tag: String?, on base: FoundBase?, _ log: @escaping @Sendable (String) -> Void,
        _ make: () async throws -> BuiltImage
    ) async throws -> BuiltImage {
        if let image = try known(key, tag, base) { return image }
        try layout.initialise()
        let lock = try await cache.lock("images", key) { log("waiting for another build of the same image") }
        if let image = try known(key, tag, base) { return image }
        let image = try await make()
        try cache.store(image, "images", key)
        if let tag { try layout.tag(tag, image.manifestDigest) }
        _ = consume lock
        return image
    }

    /// Asking an interpreter for its version takes far longer than finding an image, so it is asked first only where
    /// the answer decides which image is meant.
    private func interpreterBeforeLookup(_ request: BuildRequest) async throws -> PythonInterpreter? {
        guard let python = request.build.python, python.requirements != nil, python.version == nil else { return nil }
        return try await PythonInterpreter.find(version: nil, environment: environment)
    }

    private func known(_ key: Digest, _ tag: String?, _ base: FoundBase?) throws -> BuiltImage? {
        guard var image: BuiltImage = cache.record("images", key), layout.keep(image.manifestDigest) else {
            return nil
        }
        if let tag { try layout.tag(tag, image.manifestDigest) }
        // Another name may have led to the same base image.
        image.base = base?.record
        image.reused = true
        return image
    }

    private func assemble(
        _ request: BuildRequest, on base: FoundBase?, _ contentKey: Digest, _ known: PythonInterpreter?,
        _ log: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        let tree = try await request.tree()
        if let base { try await bring(base, log) }
        var layers: [BuiltLayer] = []
        var frozen: [String] = []
        var wheels: [String: Digest] = [:]
        var identity: PythonInterpreter.Identity?
        if let python = request.build.python, let path = python.requirements {
            let environments = PythonEnvironments(
                layout: layout, cache: cache, environment: environment, compression: compression)
            let made = try await environments.make(
                path, version: python.version, known: known, for: request, in: tree, log: log)
            identity = made.identity
            if let layer = made.layer {
                frozen = layer.frozen
                wheels = (layer.wheels ?? [:]).mapValues(\.digest)
                layers.append(BuiltLayer(origin: .packages, blob: layer.blob, diffID: layer.diffID?.digest))
            }
        }
        let source = try await BlockingWork.run { [layout, compression] in
            try LayerWriter(layout: layout, compression: compression).write(tree, under: ImagePaths.source)
        }
        layers.append(BuiltLayer(origin: .source, blob: source.blob, diffID: source.diffID))
        let labelled = request.labelled
        let config = try layout.writeBlob(
            ImageDocuments.config(for: labelled, on: base?.located, layers: layers), mediaType: BlobDescriptor.config)
        let all = (base?.located.layers ?? []) + layers.map(\.blob)
        let annotations = labelled.annotations.merging(FoundBase.annotations(request)) { _, own in own }
        let manifest = try layout.writeBlob(
            ImageDocuments.manifest(config: config, layers: all, annotations: annotations),
            mediaType: BlobDescriptor.manifest)
        return BuiltImage(
            manifestDigest: manifest.digest, contentKey: contentKey, frozenRequirements: frozen, wheels: wheels,
            base: base?.record, layers: all, interpreter: identity, reused: false)
    }

    /// Many images may wait for one base image: one build brings it.
    private func bring(_ base: FoundBase, _ log: @escaping @Sendable (String) -> Void) async throws {
        let lock = try await cache.lock("bases", base.located.manifest) {
            log("waiting for another build to bring the same base image")
        }
        try await base.images.bring(base.located, log: log)
        _ = consume lock
    }
}
