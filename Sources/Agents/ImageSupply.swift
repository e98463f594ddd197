public import Images
public import Manifests
public import Records
public import Store
import Synchronization
import YAML

/// Gives agents the images of job versions: the one that is there, or a new one, built once however many ask.
///
/// Where a pool keeps its images in a registry, each is put there after it was built, and comes from there where it is
/// not on this machine. That it is there is seen, once in the life of a process, and not believed for being recorded.
public actor ImageSupply {
    /// The image of a job version, as a pool keeps it.
    private struct Wanted: Hashable {
        var job: Digest
        var location: ImageLocation
    }

    private let store: StateStore
    private let images: any ImageStore
    private let registry: any ImageRegistry
    private let attestor: (any ImageAttestor)?
    private let builder: (any ImageBuilder)?
    private let sources: any JobSources
    private let provenance: Provenance
    private let time: any TimeSource
    private let log: @Sendable (String) -> Void
    /// What is being made ready, each with who waits for it.
    private var underWay: [Wanted: [CheckedContinuation<Result<Digest, any Error>, Never>]] = [:]
    private var known: [Wanted: Digest] = [:]

    /// - Parameters:
    ///   - builder: `nil` for a pool that builds nothing.
    ///   - attestor: `nil` where nothing is said of what is built.
    public init(
        store: StateStore, images: any ImageStore, registry: any ImageRegistry, builder: (any ImageBuilder)?,
        attestor: (any ImageAttestor)? = nil, sources: any JobSources, provenance: Provenance, time: any TimeSource,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.images = images
        self.registry = registry
        self.attestor = attestor
        self.builder = builder
        self.sources = sources
        self.provenance = provenance
        self.time = time
        self.log = log
    }

    /// The digest of the image's manifest, when it is on this machine, and where the pool keeps its images.
    ///
    /// - Throws: a `Diagnostic` where it is not there and cannot be built.
    public func image(
        ofJob job: Digest, named name: JobVersionName, keptIn location: ImageLocation = .layout
    ) async throws -> Digest {
        let wanted = Wanted(job: job, location: location)
        while true {
            if let image = known[wanted] { return image }
            guard underWay[wanted] != nil else { return try await makeReady(wanted, name) }
            let result = await withCheckedContinuation { underWay[wanted]?.append($0) }
            try Task.checkCancellation()
            // Whoever built it may have been cancelled; then it is the next one's turn.
            if case .failure(is CancellationError) = result { continue }
            return try result.get()
        }
    }

    private func makeReady(_ wanted: Wanted, _ name: JobVersionName) async throws -> Digest {
        underWay[wanted] = []
        let result: Result<Digest, any Error>
        do { result = .success(try await obtain(wanted, name)) } catch { result = .failure(error) }
        if case .success(let image) = result { known[wanted] = image }
        let isCut = Task.isCancelled
        for waiter in underWay.removeValue(forKey: wanted) ?? [] {
            waiter.resume(returning: isCut ? .failure(CancellationError()) : result)
        }
        return try result.get()
    }

    private func obtain(_ wanted: Wanted, _ name: JobVersionName) async throws -> Digest {
        let target = wanted.location.reference(to: name.job, version: name.version)
        let recorded = try await store.read { try $0.imageRecord(ofJob: wanted.job) }
        if let recorded {
            if images.keep(recorded.manifest) {
                if let target { try await keep(recorded, in: target, wanted.job, name) }
                return recorded.manifest
            }
            if try await fetch(recorded, target, name) { return recorded.manifest }
        }
        guard let builder else {
            throw target.map { .notInRegistry(forJob: "\(name)", $0) } ?? Diagnostic.noBuilder(forJob: "\(name)")
        }
        guard var request = try await sources.request(forJob: wanted.job) else {
            throw Diagnostic.noSource(forJob: "\(name)")
        }
        // What a job version was built on once, it is built on again: a tag may have moved since. An index stays one,
        // of which an agent on another platform takes its own.
        request.base = (recorded?.details["base"]?["digest"]?.string).flatMap { Digest($0) }
        return try await build(request, by: builder, target, wanted.job, name, isFirst: recorded == nil)
    }

    /// Sees to it that a registry has an image that is here.
    ///
    /// A registry that cannot be reached stops no run whose image is on this machine and was in the registry before:
    /// nothing of it is needed then.
    private func keep(
        _ recorded: ImageRecord, in target: ImageReference, _ job: Digest, _ name: JobVersionName
    ) async throws {
        let wasThere = recorded.registry?.name == target.name
        do {
            let image = recorded.manifest
            let isThere = try await registry.contains(image, in: target)
            if isThere, wasThere { return }
            if !isThere { try await registry.push(image, to: target, log: log) }
            var details = recorded.details.object ?? [:]
            details[ImageRecord.registryDetail] = .string("\(target.pinned(to: image))")
            let cause = wasThere ? "\(target.name) did not have it any more" : "the pool keeps its images there"
            try await record(image, details, of: job, .imagePushed, cause, name)
        } catch let fault as Diagnostic where wasThere && fault.code == .registryUnreachable {
            log("\(fault.message); the image of \(name) is here, and is used")
        }
    }

    /// Gets an image that is not here from where it was put; `false` where nobody has it.
    private func fetch(
        _ recorded: ImageRecord, _ target: ImageReference?, _ name: JobVersionName
    ) async throws -> Bool {
        var places = [target].compactMap { $0 }
        if let place = recorded.registry, place.name != target?.name { places.append(place) }
        for place in places {
            do {
                guard try await registry.contains(recorded.manifest, in: place) else { continue }
                try await registry.pull(recorded.manifest, from: place, log: log)
                return true
            } catch let fault as Diagnostic where place.name != target?.name && builder != nil {
                // Another pool's registry: what it does not give is built.
                log("\(fault.message); the image of \(name) is built here")
            }
        }
        return false
    }

    private func build(
        _ request: BuildRequest, by builder: any ImageBuilder, _ target: ImageReference?, _ job: Digest,
        _ name: JobVersionName, isFirst: Bool
    ) async throws -> Digest {
        let begun = time.now()
        let built = try await builder.build(request, log: log)
        let image = built.manifestDigest
        if let attestor {
            let commit = try await store.read { try $0.commit(ofJobVersion: job) }
            // The commit that is known to hold this very version says more than the one that is applied just now.
            let isOther = commit != nil && (commit != provenance.revision.commit || provenance.revision.isDirty)
            try await attestor.attest(
                built, of: request, from: isOther ? Revision(commit: commit, isDirty: false) : provenance.revision,
                begun: begun, ended: time.now())
        }
        var details: [String: JSONValue] = [
            "base": built.base?.json ?? .null,
            "frozen": .array(built.frozenRequirements.map(JSONValue.string)),
            "layers": .array(built.layers.map { .string($0.digest.description) }),
            "manifest": .string(image.description),
            "python": built.interpreter.map { .string("\($0)") } ?? .null,
            "source": .string(request.sourceDigest.description),
        ]
        var failure: (any Error)?
        if let target {
            do {
                try await registry.push(image, to: target, log: log)
                details[ImageRecord.registryDetail] = .string("\(target.pinned(to: image))")
            } catch {
                failure = error
            }
        }
        // What was built is recorded also where it could not be put into the registry: the next attempt only has to.
        let isNew = !built.reused || isFirst || target != nil
        try await record(
            image, details, of: job, isNew ? .imageBuilt : nil,
            isFirst ? "no image of \(name) was recorded" : "the image of \(name) that is recorded was not found", name)
        if let failure { throw failure }
        return image
    }

    private func record(
        _ image: Digest, _ details: [String: JSONValue], of job: Digest, _ kind: EventKind?, _ cause: String,
        _ name: JobVersionName
    ) async throws {
        try await store.write(as: provenance, at: time.now()) { transaction in
            try transaction.writeImage(ofJob: job, manifest: image, details: .object(details))
            guard let kind else { return }
            try transaction.append([
                EventDraft(kind, of: ObjectKey(.job, name.job), cause: cause, details: details)
            ])
        }
    }
}

/// A job version, as people name it: `train@v3`.
public struct JobVersionName: Sendable, Hashable, CustomStringConvertible {
    public var job: ObjectName
    public var version: Int

    public init(_ job: ObjectName, version: Int) {
        self.job = job
        self.version = version
    }

    public var description: String { "\(job)@v\(version)" }
}
