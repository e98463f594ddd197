import Agents
public import Engines
public import Manifests
import Planning
import Records
import Store
import YAML

/// What was found of a queue's engine before anything is submitted to it.
public struct QueuePreflight: Sendable {
    public var queue: ObjectName
    public var engine: EngineKind
    public var findings: [PreflightFinding]

    public var isBad: Bool { findings.contains { $0.verdict == .bad } }
}

/// What a run of a plan would submit.
public struct SubmissionPreview: Sendable {
    public var run: ObjectName
    public var queue: ObjectName
    public var engine: EngineKind
    public var attempt: Int
    public var command: [String]
    /// What the engine would get of the queue's document. Of an image that is not built yet, `${image}` stands there.
    public var document: JSONValue
    /// What the engine says against it; empty where it would take it, `nil` where it cannot be asked that.
    public var objections: [String]?
}

extension Reconciler {
    /// Looks at what the engines of all queues need: tools, versions, credentials, quotas.
    ///
    /// - Throws: `Diagnostics` where the manifests cannot be read.
    public func preflight() async throws -> [QueuePreflight] {
        let desired = try await surroundings.read().input.desired
        return await preflight(of: desired.queues.keys.sorted(), in: desired)
    }

    private func preflight(of queues: [ObjectName], in desired: DesiredState) async -> [QueuePreflight] {
        let engine = surroundings.engine
        var found: [QueuePreflight] = []
        for name in queues {
            guard let spec = desired.queues[name]?.spec else { continue }
            let target = QueueRules(name: name, spec).engine.map { engine in
                EngineTarget(
                    kind: engine.kind, settings: engine.settings,
                    document: QueueTemplate.rendered(
                        engine.config, variables: engine.variables, macros: [:], parameters: [:]))
            }
            found.append(
                QueuePreflight(queue: name, engine: spec.resource, findings: await engine.preflight(target)))
        }
        return found
    }

    /// What the runs that a plan starts would submit, and what their engines say to it.
    public func submissions(
        of work: PlannedWork
    ) async throws -> (previews: [SubmissionPreview], engines: [QueuePreflight]) {
        let desired = work.reading.input.desired
        let store = try surroundings.openIfThere(.readOnly)
        let engine = surroundings.engine
        let actor = setting.actor
        var previews: [SubmissionPreview] = []
        for action in work.plan.actions {
            guard let execution = action.change?.execution else { continue }
            let (recorded, specification): (RunID?, RunSpecification) =
                switch execution {
                case .start(let specification): (nil, specification)
                case .requeue(let id, let specification), .place(let id, let specification): (id, specification)
                }
            guard let queue = desired.queues[specification.queue]?.spec else { continue }
            let known = try await recorded.flatMapAsync { id in try await store?.read { try $0.run(id) } }
            var run =
                known
                ?? RunRecord(
                    identity: specification.identity, name: action.key.name, specification: specification,
                    sequence: 0, createdAt: setting.time.now())
            run.specification = specification
            run.attempt += 1
            var preview = SubmissionPreview(
                run: action.key.name, queue: specification.queue, engine: queue.resource, attempt: run.attempt,
                command: specification.arguments, document: .object([:]), objections: nil)
            if var binding = QueueRules(name: specification.queue, queue).engine {
                binding.variables.merge(specification.variables) { _, given in given }
                binding.author = actor
                binding.commit = work.revision.commit
                let place = desired.images(ofQueue: specification.queue)
                let image = try await store?.read { try $0.imageRecord(ofJob: specification.jobDigest) }.map { record in
                    place?.reference(to: specification.job, version: specification.jobVersion)
                        .map { "\($0.pinned(to: record.manifest))" } ?? record.manifest.description
                }
                preview.document = binding.document(of: run, attempt: run.attempt, image: image)
                preview.objections = await engine.dryRun(
                    submission(run, binding, preview.document, image: image))
            }
            previews.append(preview)
        }
        let queues = Set(previews.map(\.queue)).sorted()
        return (previews, await preflight(of: queues, in: desired))
    }

    /// As it would be submitted, but for the values of secrets, which are not asked for.
    private func submission(
        _ run: RunRecord, _ binding: EngineBinding, _ document: JSONValue, image: String?
    ) -> Submission {
        var environment: [String: String] = [:]
        var secrets: [String: String] = [:]
        for (name, entry) in run.specification.environment {
            switch entry {
            case .value(let value): environment[name] = value
            case .secret(let secret): secrets[name] = secret
            }
        }
        var submission = Submission(
            name: "\(run.id)-\(run.attempt)", folder: "\(paths.runs)/\(run.folder)/\(run.attempt)",
            workingDirectory: "/", arguments: run.specification.arguments, environment: environment)
        submission.secrets = secrets
        submission.location = surroundings.location
        submission.resources = run.specification.resources
        submission.timeout = run.specification.timeout
        submission.target = EngineTarget(kind: binding.kind, settings: binding.settings, document: document)
        submission.label(run, attempt: run.attempt, commit: binding.commit)
        return submission
    }
}

extension Optional {
    fileprivate func flatMapAsync<Other>(_ transform: (Wrapped) async throws -> Other?) async throws -> Other? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

extension DesiredState {
    /// Where the pools that serve a queue keep their images: of the first by name.
    fileprivate func images(ofQueue queue: ObjectName) -> ImageLocation? {
        pools.filter { $0.value.spec.queues.contains(queue) }.min { $0.key < $1.key }?.value.spec.images
    }
}
