import Images
import Manifests
import Support
import Synchronization
import YAML

/// A builder that makes empty images as quickly as it is told to.
final class ModelBuilder: ImageBuilder {
    private struct State {
        var builds: [String: Int] = [:]
        var failure: Diagnostic?
        var isHeld = false
        var base: BuiltBase?
        var asked: [Digest?] = []
    }

    private let layout: ImageLayout
    private let state = Mutex(State())

    init(layout: ImageLayout) { self.layout = layout }

    /// How often each job's image was built.
    var builds: [String: Int] { state.withLock { $0.builds } }

    /// What every build throws from now on; `nil` for none.
    func fail(with failure: Diagnostic?) { state.withLock { $0.failure = failure } }

    /// What every image begins with from now on.
    func begin(with base: BuiltBase?) { state.withLock { $0.base = base } }

    /// The base that each build was asked for, in their order.
    var asked: [Digest?] { state.withLock { $0.asked } }

    /// Builds neither end nor fail until they are let go.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() { state.withLock { $0.isHeld = false } }

    func contentKey(of request: BuildRequest) throws -> Digest { Digest(of: request.jobName) }

    func build(_ request: BuildRequest, log: @escaping @Sendable (String) -> Void) async throws -> BuiltImage {
        state.withLock {
            $0.builds[request.jobName, default: 0] += 1
            $0.asked.append(request.base)
        }
        log("building \(request.jobName)")
        try await eventually("the build is let go") { state.withLock { !$0.isHeld } }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return BuiltImage(
            manifestDigest: try layout.addEmptyImage(named: request.jobName),
            contentKey: try contentKey(of: request), base: state.withLock { $0.base })
    }
}

extension ImageLayout {
    /// Puts an image without layers into the layout; the name makes it differ from others.
    func addEmptyImage(named name: String) throws -> Digest {
        let variables = JSONValue.array([.string("IMAGE=\(name)"), .string("PATH=/image/bin:/usr/bin")])
        let config = try writeBlob(
            JSONValue.object([
                "architecture": .string("amd64"), "os": .string("linux"),
                "config": .object(["Env": variables, "WorkingDir": .string("/")]),
            ]).canonicalBytes, mediaType: "application/vnd.oci.image.config.v1+json")
        return try writeBlob(
            JSONValue.object([
                "schemaVersion": .int(2), "layers": .array([]),
                "config": .object([
                    "mediaType": .string(config.mediaType), "digest": .string(config.digest.description),
                    "size": .int(config.size),
                ]),
            ]).canonicalBytes, mediaType: "application/vnd.oci.image.manifest.v1+json"
        ).digest
    }
}
