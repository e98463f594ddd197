public import Images
public import Manifests
public import Records
public import Store
import Synchronization
import YAML

/// Gives agents the images of job versions: the one that is there, or a new one, built once however many ask.
public actor ImageSupply {
    private let store: StateStore
    private let images: any ImageStore
    private let builder: (any ImageBuilder)?
    private let attestor: (any ImageAttestor)?
    private let sources: any JobSources
    private let provenance: Provenance
    private let time: any TimeSource
    private let log: @Sendable (String) -> Void
    /// The builds under way, each with who waits for it.
    private var underWay: [Digest: [CheckedContinuation<Result<Digest, any Error>, Never>]] = [:]
    private var known: [Digest: Digest] = [:]

    /// - Parameters:
    ///   - builder: `nil` for a pool that builds nothing.
    ///   - attestor: `nil` where nothing is said of what is built.
    public init(
        store: StateStore, images: any ImageStore, builder: (any ImageBuilder)?,
        attestor: (any ImageAttestor)? = nil, sources: any JobSources, provenance: Provenance, time: any TimeSource,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.images = images
        self.builder = builder
        self.attestor = attestor
        self.sources = sources
        self.provenance = provenance
        self.time = time
        self.log = log
    }

    /// The digest of the image's manifest, when it is in the layout.
    ///
    /// - Throws: a `Diagnostic` where it is not there and cannot be built.
    public func image(ofJob job: Digest, named name: String) async throws -> Digest {
        while true {
            if let image = known[job] { return image }
            guard underWay[job] != nil else { return try await build(job, named: name) }
            let result = await withCheckedContinuation { underWay[job]?.append($0) }
            try Task.checkCancellation()
            // Whoever built it may have been cancelled; then it is the next one's turn.
            if case .failure(is CancellationError) = result { continue }
            return try result.get()
        }
    }

    private func build(_ job: Digest, named name: String) async throws -> Digest {
        underWay[job] = []
        let result: Result<Digest, any Error>
        do { result = .success(try await obtain(job, named: name)) } catch { result = .failure(error) }
        if case .success(let image) = result { known[job] = image }
        let isCut = Task.isCancelled
        for waiter in underWay.removeValue(forKey: job) ?? [] {
            waiter.resume(returning: isCut ? .failure(CancellationError()) : result)
        }
        return try result.get()
    }

    private func obtain(_ job: Digest, named name: String) async throws -> Digest {
        let recorded = try await store.read { try $0.image(ofJob: job) }
        if let recorded, images.keep(recorded) { return recorded }
        guard var request = try await sources.request(forJob: job) else { throw Diagnostic.noSource(forJob: name) }
        guard let builder else { throw Diagnostic.noBuilder(forJob: name) }
        // What a job version was built on once, it is built on again: a tag may have moved since. An index stays one,
        // of which an agent on another platform takes its own.
        if recorded != nil {
            let details = try await store.read { try $0.imageDetails(ofJob: job) }
            request.base = (details?["base"]?["digest"]?.string).flatMap { Digest($0) }
        }
        let begun = time.now()
        let built = try await builder.build(request, log: log)
        if let attestor {
            let commit = try await store.read { try $0.commit(ofJobVersion: job) }
            // The commit that is known to hold this very version says more than the one that is applied just now.
            let isOther = commit != nil && (commit != provenance.revision.commit || provenance.revision.isDirty)
            try await attestor.attest(
                built, of: request, from: isOther ? Revision(commit: commit, isDirty: false) : provenance.revision,
                begun: begun, ended: time.now())
        }
        let key = ObjectKey(.job, ObjectName(reference: request.jobName))
        let details = JSONValue.object([
            "base": built.base?.json ?? .null,
            "frozen": .array(built.frozenRequirements.map(JSONValue.string)),
            "layers": .array(built.layers.map { .string($0.digest.description) }),
            "manifest": .string(built.manifestDigest.description),
            "python": built.interpreter.map { .string("\($0)") } ?? .null,
            "source": .string(request.sourceDigest.description),
        ])
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.writeImage(ofJob: job, manifest: built.manifestDigest, details: details)
            guard !built.reused || recorded == nil else { return }
            try transaction.append([
                EventDraft(
                    .imageBuilt, of: key, cause: "no image of \(name) was recorded", details: details.object ?? [:])
            ])
        }
        return built.manifestDigest
    }
}
