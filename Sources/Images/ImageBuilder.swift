public import Manifests
import YAML

/// What an image is made from.
public struct BuildRequest: Sendable, Hashable {
    /// The job's name, for messages only: renaming a job does not change its image.
    public var jobName: String
    /// The absolute path of the source folder.
    public var sourceRoot: String
    /// What `SourceTree.read` said of that folder; a build refuses a source that has changed since.
    public var sourceDigest: Digest
    /// What was read there, where it has been read just now; a build reads it otherwise.
    public var source: SourceTree?
    /// The absolute path of the repository's root, from which a base image in it is named; the source itself where it
    /// is left out.
    public var repositoryRoot: String?
    public var build: BuildSpec
    /// The manifest of the base image, or an index that has it, where that is known; otherwise the build finds out what
    /// its name leads to now.
    public var base: Digest?
    /// The image's default command; empty for none.
    public var command: [String]
    /// Variables set in the image. Never a secret: whoever has the image can read them.
    public var environment: [String: String]
    /// The image's labels (config) and annotations (manifest). Nothing that differs between machines or days.
    public var labels: [String: String]
    public var annotations: [String: String]
    public var platform: Platform
    /// The name under which the layout lists the image; `nil` for none. It is no part of the image.
    public var tag: String?
    /// Where all that comes from, for the image's provenance. It is no part of the image.
    public var origin: Origin?

    /// Where a job and its source are written, relative to the repository's root.
    public struct Origin: Sendable, Hashable {
        public var manifestPath: String
        /// Empty for the root itself.
        public var sourcePath: String

        public init(manifestPath: String, sourcePath: String) {
            self.manifestPath = manifestPath
            self.sourcePath = sourcePath
        }
    }

    public init(
        jobName: String, sourceRoot: String, sourceDigest: Digest, source: SourceTree? = nil,
        repositoryRoot: String? = nil,
        build: BuildSpec = BuildSpec(),
        command: [String] = [], environment: [String: String] = [:], labels: [String: String] = [:],
        annotations: [String: String] = [:],
        platform: Platform = .host, tag: String? = nil, origin: Origin? = nil
    ) {
        self.jobName = jobName
        self.sourceRoot = sourceRoot
        self.sourceDigest = sourceDigest
        self.source = source
        self.repositoryRoot = repositoryRoot
        self.build = build
        self.command = command
        self.environment = environment
        self.labels = labels
        self.annotations = annotations
        self.platform = platform
        self.tag = tag
        self.origin = origin
    }
}

extension BuildRequest {
    /// The files of the source.
    ///
    /// That they still are what the digest says is seen when they are put into a layer.
    ///
    /// - Throws: a `Diagnostic` where the folder is another by now, or cannot be read.
    func tree() async throws -> SourceTree {
        if let source, source.digest == sourceDigest, source.root == sourceRoot { return source }
        let tree = try await BlockingWork.run { [sourceRoot] in try SourceTree.read(sourceRoot) }
        guard tree.digest == sourceDigest else { throw Diagnostic.sourceDiffers(job: jobName) }
        return tree
    }
}

/// What came of a build.
public struct BuiltImage: Sendable, Hashable, Codable {
    /// The image's own name: the digest of its manifest.
    public var manifestDigest: Digest
    /// Of everything that went in; see `ImageBuilder.contentKey(of:)`.
    public var contentKey: Digest
    /// `name==version` of every installed package, sorted; empty without requirements.
    public var frozenRequirements: [String]
    /// The digests of the wheels that packages were installed from, by `name==version`, where that is known.
    public var wheels: [String: Digest]
    /// What it begins with; `nil` for nothing.
    public var base: BuiltBase?
    /// Lowest first: the base image's, the packages, if there are any, then the source.
    public var layers: [BlobDescriptor]
    /// What the packages were installed for; `nil` without requirements.
    public var interpreter: PythonInterpreter.Identity?
    /// Whether it was there already and nothing was built.
    public var reused: Bool

    public init(
        manifestDigest: Digest, contentKey: Digest, frozenRequirements: [String] = [],
        wheels: [String: Digest] = [:], base: BuiltBase? = nil, layers: [BlobDescriptor] = [],
        interpreter: PythonInterpreter.Identity? = nil, reused: Bool = false
    ) {
        self.manifestDigest = manifestDigest
        self.contentKey = contentKey
        self.frozenRequirements = frozenRequirements
        self.base = base
        self.wheels = wheels
        self.layers = layers
        self.interpreter = interpreter
        self.reused = reused
    }
}

/// Makes images.
public protocol ImageBuilder: Sendable {
    /// Names what goes into an image, without looking at anything but the request: equal keys, equal images.
    func contentKey(of request: BuildRequest) throws -> Digest

    /// Builds the image, or finds the one that is there. Many may ask for one image at once: one builds, the others
    /// wait.
    ///
    /// - Parameters:
    ///   - request: what goes in.
    ///   - log: takes the lines that tools print, as they come, from any thread.
    /// - Returns: the image, all of whose parts are in place.
    /// - Throws: a `Diagnostic` or `Diagnostics`; nothing half-made is left then.
    func build(_ request: BuildRequest, log: @escaping @Sendable (String) -> Void) async throws -> BuiltImage
}
