public import Manifests

/// What is in an image, for its bill of materials.
public struct ImageContents: Sendable, Hashable {
    public struct Base: Sendable, Hashable {
        /// As the job names it.
        public var reference: String
        /// Of its manifest.
        public var digest: Digest

        public init(reference: String, digest: Digest) {
            self.reference = reference
            self.digest = digest
        }
    }

    /// The digest of the image's manifest.
    public var image: Digest
    /// `nil` for an image that begins with nothing.
    public var base: Base?
    /// Of the source's files.
    public var source: Digest
    public var packages: [PythonDistribution]
    /// The digest of the wheel that a package was installed from, by `name==version`, where it is known.
    public var wheels: [String: Digest]

    public init(
        image: Digest, base: Base? = nil, source: Digest, packages: [PythonDistribution],
        wheels: [String: Digest] = [:]
    ) {
        self.image = image
        self.base = base
        self.source = source
        self.packages = packages
        self.wheels = wheels
    }
}

/// Where an image comes from: what its provenance says beyond its contents. Nothing of this is part of the image.
public struct BuildFacts: Sendable, Hashable {
    /// As the layout or the registry calls it.
    public var imageName: String
    public var job: ObjectName
    /// The path of the file with the job, relative to the repository's root; `nil` where nobody said.
    public var manifestPath: String?
    /// The folder of the source, relative to the repository's root.
    public var sourcePath: String?
    /// Where the repository was cloned from, without a login.
    public var repository: String?
    public var commit: String?
    /// Whether the tree differed from the commit, somewhere.
    public var isDirty: Bool
    /// Who wrote the commit.
    public var author: String?
    public var build: BuildSpec
    public var platform: Platform
    public var contentKey: Digest
    public var interpreter: PythonInterpreter.Identity?
    /// Whether the image was found and not made anew.
    public var wasThere: Bool
    /// The version of Slipway.
    public var version: String
    public var host: String
    /// Who started it: `ada@laptop`, or a CI run.
    public var actor: String
    public var invocation: String
    /// Times as RFC 3339 writes them, in UTC.
    public var startedOn: String
    public var finishedOn: String

    public init(
        imageName: String, job: ObjectName, manifestPath: String? = nil, sourcePath: String? = nil,
        repository: String? = nil, commit: String? = nil, isDirty: Bool = false, author: String? = nil,
        build: BuildSpec, platform: Platform, contentKey: Digest, interpreter: PythonInterpreter.Identity? = nil,
        wasThere: Bool = false, version: String, host: String, actor: String, invocation: String,
        startedOn: String, finishedOn: String
    ) {
        self.imageName = imageName
        self.job = job
        self.manifestPath = manifestPath
        self.sourcePath = sourcePath
        self.repository = repository
        self.commit = commit
        self.isDirty = isDirty
        self.author = author
        self.build = build
        self.platform = platform
        self.contentKey = contentKey
        self.interpreter = interpreter
        self.wasThere = wasThere
        self.version = version
        self.host = host
        self.actor = actor
        self.invocation = invocation
        self.startedOn = startedOn
        self.finishedOn = finishedOn
    }
}
