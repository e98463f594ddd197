public import Images
public import Manifests
public import Records
public import Store
import Synchronization
import YAML

/// Gives agents the images of job versions: the one that is there, or a new one, built once however many ask.
public actor ImageSupply {
    private let store: StateStore
    private let layout: ImageLayout
    private let builder: (any ImageBuilder)?
    /// How to build the job versions that are checked out, by their digest.
    private let requests: [Digest: BuildRequest]
    private let provenance: Provenance
    private let time: any TimeSource
    private let log: @Sendable (String) -> Void
    private var underWay: [Digest: Task<Digest, any Error>] = [:]
    private var known: [Digest: Digest] = [:]

    /// - Parameter builder: `nil` for a pool that builds nothing.
    public init(
        store: StateStore, layout: ImageLayout, builder: (any ImageBuilder)?, requests: [Digest: BuildRequest],
        provenance: Provenance, time: any TimeSource, log: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.layout = layout
        self.builder = builder
        self.requests = requests
        self.provenance = provenance
        self.time = time
        self.log = log
    }

    /// The digest of the image's manifest, when it is in the layout.
    ///
    /// - Throws: a `Diagnostic` where it is not there and cannot be built.
    public func image(ofJob job: Digest, named name: String) async throws -> Digest {
        if let image = known[job] { return image }
        if let task = underWay[job] { return try await value(of: task) }
        // Owned by this actor and awaited below, and by everybody else who asks meanwhile.
        let task = Task { try await obtain(job, named: name) }
        underWay[job] = task
        defer { underWay[job] = nil }
        let image = try await value(of: task)
        known[job] = image
        return image
    }

    /// Agents are only cancelled all together, so that a build may end with the first of them.
    private func value(of task: Task<Digest, any Error>) async throws -> Digest {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func obtain(_ job: Digest, named name: String) async throws -> Digest {
        let recorded = try await store.read { try $0.image(ofJob: job) }
        if let recorded, layout.contains(recorded) { return recorded }
        guard let request = requests[job] else { throw Diagnostic.noSource(forJob: name) }
        guard let builder else { throw Diagnostic.noBuilder(forJob: name) }
        let built = try await builder.build(request, log: log)
        let details = JSONValue.object([
            "frozen": .array(built.frozenRequirements.map(JSONValue.string)),
            "layers": .array(built.layers.map { .string($0.digest.description) }),
            "manifest": .string(built.manifestDigest.description),
            "python": built.interpreter.map { .string("\($0)") } ?? .null,
            "source": .string(request.sourceDigest.description),
        ])
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.writeImage(ofJob: job, manifest: built.manifestDigest, details: details)
            guard !built.reused || recorded == nil else { return }
            let key = ObjectKey(.job, ObjectName(reference: request.jobName))
            try transaction.append([
                EventDraft(
                    .imageBuilt, of: key, cause: "no image of \(name) was recorded", details: details.object ?? [:])
            ])
        }
        return built.manifestDigest
    }
}
