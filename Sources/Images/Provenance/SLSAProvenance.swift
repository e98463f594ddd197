public import Manifests

/// How an image came to be (SLSA provenance v1), as docs/provenance.md describes its `buildType`. A pure function.
public enum SLSAProvenance {
    public static let predicateType = "https://slsa.dev/provenance/v1"
    public static let buildType = "urn:slipway:image-build:v1"
    private static let builder = "urn:slipway:builder:oci"
    /// A tool of the machine, of whose images nobody can say that their layers are the source.
    fileprivate static let dockerfileBuilder = "urn:slipway:builder:dockerfile"
    /// The name, in a set of digests, of `SourceTree`'s, which is of a list of files and not of the bytes of one.
    public static let sourceDigest = "slipwaySource"

    /// - Parameter bill: the bill of materials that was made with the image: who believes the statement believes it.
    public static func statement(
        _ facts: BuildFacts, _ contents: ImageContents, bill: BlobDescriptor
    ) -> InTotoStatement {
        InTotoStatement(
            about: contents.image, named: facts.imageName, predicateType: predicateType,
            predicate: .object([
                "buildDefinition": .object([
                    "buildType": .string(buildType), "externalParameters": external(facts),
                    "internalParameters": internals(facts),
                    "resolvedDependencies": .array(dependencies(facts, contents)),
                ]),
                "runDetails": .object([
                    "builder": [
                        "id": .string(facts.build.dockerfile == nil ? builder : dockerfileBuilder),
                        "version": ["slipway": .string(facts.version)],
                    ],
                    "metadata": [
                        "invocationId": .string(facts.invocation), "startedOn": .string(facts.startedOn),
                        "finishedOn": .string(facts.finishedOn),
                    ],
                    "byproducts": [
                        [
                            "name": .string(ImageAttachment.billTitle), "mediaType": .string(bill.mediaType),
                            "digest": ["sha256": .string(bill.digest.hex)],
                        ]
                    ],
                ]),
            ]))
    }

    /// What people chose.
    private static func external(_ facts: BuildFacts) -> JSONValue {
        object([
            "job": ["namespace": .string(facts.job.namespace), "name": .string(facts.job.name)],
            "manifest": facts.manifestPath.map(JSONValue.string),
            "source": facts.sourcePath.map { .string($0.isEmpty ? "." : $0) },
            "repository": facts.repository.map(JSONValue.string), "commit": facts.commit.map(JSONValue.string),
            "treeHadChanges": facts.isDirty ? true : nil, "author": facts.author.map(JSONValue.string),
            "build": facts.build.canonical, "platform": .string("\(facts.platform)"),
        ])
    }

    /// What the builder added by itself.
    private static func internals(_ facts: BuildFacts) -> JSONValue {
        object([
            "contentFormat": .int(Int64(OCIBuilder.contentFormat)), "contentKey": .string("\(facts.contentKey)"),
            "interpreter": facts.interpreter.map { .string("\($0)") }, "host": .string(facts.host),
            "actor": .string(facts.actor), "imageWasThere": facts.wasThere ? true : nil,
        ])
    }

    /// As skopeo and its like write it, which is what a base image in a folder or file is called already.
    private static func address(of base: ImageContents.Base) -> String {
        guard case .registry(let reference)? = try? BaseImage(base.reference) else { return base.reference }
        return "docker://\(reference)"
    }

    private static func dependencies(_ facts: BuildFacts, _ contents: ImageContents) -> [JSONValue] {
        var result: [JSONValue] = []
        if let commit = facts.commit {
            let place = facts.repository.map { JSONValue.string("git+\($0)@\(commit)") }
            result.append(object(["name": "commit", "uri": place, "digest": ["gitCommit": .string(commit)]]))
        }
        result.append(["name": "source", "digest": [sourceDigest: .string(contents.source.hex)]])
        if let base = contents.base {
            result.append(
                [
                    "name": "base", "uri": .string(address(of: base)),
                    "digest": ["sha256": .string(base.digest.hex)],
                ])
        }
        for package in contents.packages.sorted(by: { ($0.name, $0.version) < ($1.name, $1.version) }) {
            let wheel = contents.wheels["\(package.name)==\(package.version)"]
            result.append(
                object([
                    "uri": .string(PackageURL.pypi(package.name, package.version)),
                    "digest": wheel.map { ["sha256": .string($0.hex)] },
                ]))
        }
        return result
    }

    private static func object(_ fields: [String: JSONValue?]) -> JSONValue { .object(fields.compactMapValues { $0 }) }
}

/// What somebody's provenance says, as far as it can be checked.
public struct ProvenanceClaims: Sendable, Hashable {
    public var buildType: String?
    public var builder: String?
    /// Whether a Dockerfile made the image, which may do anything with the source.
    public var isOfDockerfile: Bool { builder == SLSAProvenance.dockerfileBuilder }
    public var commit: String?
    public var hadChanges: Bool
    /// The folder of the source, relative to the repository's root.
    public var sourcePath: String?
    public var source: Digest?
    public var bill: Digest?

    public init(_ predicate: JSONValue) {
        let definition = predicate["buildDefinition"]
        let dependencies = definition?["resolvedDependencies"]?.array ?? []
        func digest(_ name: String, _ algorithm: String) -> String? {
            dependencies.first { $0["name"]?.string == name }?["digest"]?[algorithm]?.string
        }
        buildType = definition?["buildType"]?.string
        builder = predicate["runDetails"]?["builder"]?["id"]?.string
        commit = digest("commit", "gitCommit")
        hadChanges = definition?["externalParameters"]?["treeHadChanges"]?.bool ?? false
        sourcePath = definition?["externalParameters"]?["source"]?.string
        source = digest("source", SLSAProvenance.sourceDigest).flatMap { Digest(hex: $0) }
        bill = predicate["runDetails"]?["byproducts"]?.array?
            .first { $0["name"]?.string == ImageAttachment.billTitle }?["digest"]?["sha256"]?.string
            .flatMap { Digest(hex: $0) }
    }
}
