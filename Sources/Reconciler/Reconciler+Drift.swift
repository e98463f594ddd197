import Agents
import Engines
import Images
import Manifests
import Planning
import Records
import Store
import YAML

extension Reconciler {
    /// How many events at the end of the chain are looked at for a plan.
    private static let examinedEvents = 200
    /// How many images are looked for, and how many of those missing are asked after.
    private static let examinedImages = 1000

    /// Looks at what is really there of what is recorded: the engines' work, agents, images, the end of the chain.
    func observe(_ recorded: RecordedState, store: StateStore?) async throws -> ObservedState {
        var observed = ObservedState()
        guard let store else { return observed }
        let engine = surroundings.engine
        let workspace = surroundings.workspace
        let active = recorded.runs.values.filter(\.phase.isActive).sorted { $0.id < $1.id }
        let newest = try await store.read { snapshot in
            try active.compactMap { run in try snapshot.attempts(of: run.id).last.map { (run, $0) } }
        }
        // All at once: an engine that is asked over a network is asked one time.
        let references = newest.map { workspace.reference(to: $0.1, of: $0.0) }
        for ((run, _), observation) in zip(newest, await engine.observe(references)) {
            observed.attempts[run.id] = ObservedState.Attempt(observation)
            if case .ended(let status, _) = observation, (129..<160).contains(status) {
                observed.signals[run.id] = status - 128
            }
        }
        observed.goneAgents = try await goneAgents(recorded, in: store)
        observed.missingImages = try await missingImages(recorded, in: store)
        observed.suspicion = try await store.read { try $0.suspicion(amongNewest: Self.examinedEvents) }
        return observed
    }

    /// The agents that nobody has said goodbye of, and that are not there.
    private func goneAgents(_ recorded: RecordedState, in store: StateStore) async throws -> [ObservedState.GoneAgent] {
        let now = setting.time.now()
        let (active, standings) = try await store.read { snapshot in
            (try snapshot.activeAgents(), try snapshot.poolStandings(at: now))
        }
        guard !active.isEmpty else { return [] }
        var hands: [String: Int] = [:]
        for run in recorded.runs.values {
            if let agent = run.lease?.agent { hands[agent, default: 0] += 1 }
        }
        // A pool that has enough others does without the one that is silent.
        let missed = Set(standings.filter { $0.phase != "ready" }.flatMap { $0.missing.map(\.agent.id) })
        return try await store.read { [hands] snapshot in
            let rules = RulesCache()
            return try active.compactMap { agent in
                let runs = hands[agent.id] ?? 0
                func gone(_ evidence: ObservedState.GoneAgent.Evidence) -> ObservedState.GoneAgent {
                    ObservedState.GoneAgent(
                        id: agent.id, pool: agent.pool, host: agent.host, since: agent.heartbeatAt,
                        evidence: evidence, runs: runs, placement: agent.placement)
                }
                if surroundings.isGone(agent) { return gone(.process) }
                if missed.contains(agent.id) { return gone(.silence) }
                let lease = try snapshot.poolRules(agent.pool, knowing: rules)?.leaseDuration ?? .seconds(30)
                let isSilent = agent.silentSince(at: now, leaseDuration: lease) != nil
                return isSilent && runs > 0 ? gone(.silence) : nil
            }
        }
    }

    /// The images that are recorded as built and were used here, and are not whole in the layout any more.
    ///
    /// A layout belongs to a machine, and the record may belong to many: only of an image that an attempt of this very
    /// place ran with is it known that it was here.
    private func missingImages(
        _ recorded: RecordedState, in store: StateStore
    ) async throws -> [ObservedState.MissingImage] {
        guard let location = surroundings.location else { return [] }
        var needed: [Digest: JobVersionRecord] = [:]
        let underWay = Set(recorded.runs.values.filter { !$0.phase.isTerminal }.map(\.specification.jobDigest))
        for (name, versions) in recorded.jobVersions {
            let current = recorded.objects[ObjectKey(.job, name)]?.version
            for version in versions where version.number == current || underWay.contains(version.digest) {
                needed[version.digest] = version
            }
        }
        let asked = needed.values.sorted { ($0.job, $0.number) < ($1.job, $1.number) }.prefix(Self.examinedImages)
        let images = surroundings.images
        let absent = try await store.read { snapshot in
            try asked.compactMap { version -> ObservedState.MissingImage? in
                guard let record = try snapshot.imageRecord(ofJob: version.digest), !images.contains(record.manifest),
                    try snapshot.wasUsed(record.manifest, at: location)
                else { return nil }
                return ObservedState.MissingImage(
                    job: version.job, version: version.number, versionDigest: version.digest, image: record.manifest,
                    registry: record.registry)
            }
        }
        return await withoutThoseInRegistries(absent)
    }

    /// What a registry has is not missing: it is pulled when it is needed. Where one cannot be asked nothing is known,
    /// and nothing is said; it is not asked again then.
    private func withoutThoseInRegistries(
        _ absent: [ObservedState.MissingImage]
    ) async -> [ObservedState.MissingImage] {
        var missing: [ObservedState.MissingImage] = []
        var silent: Set<String> = []
        for image in absent {
            guard let place = image.registry else {
                missing.append(image)
                continue
            }
            guard !silent.contains(place.host) else { continue }
            do {
                if try await !surroundings.registry.contains(image.image, in: place) { missing.append(image) }
            } catch {
                silent.insert(place.host)
            }
        }
        return missing
    }
}

extension StateTransaction {
    /// Takes back what is recorded of images that are not there, so that each is built again when a run needs it.
    func forget(_ images: [ObservedState.MissingImage]) throws {
        for missing in images {
            guard try forgetImage(ofJob: missing.versionDigest, manifest: missing.image) else { continue }
            try append([
                EventDraft(
                    .imageForgotten, of: ObjectKey(.job, missing.job), cause: "it is not whole in the layout",
                    details: [
                        "manifest": .string(missing.image.description), "version": .int(Int64(missing.version)),
                    ])
            ])
        }
    }
}
