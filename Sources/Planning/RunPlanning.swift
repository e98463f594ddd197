import Manifests
import Records
import YAML

extension Planner {
    /// Decides about one run.
    mutating func planRun(_ name: ObjectName, _ run: Manifest<RunSpec>) {
        let key = ObjectKey(.run, name)
        guard let specification = specifications[name], let identity = identities[name] else { return }
        let record = recorded.objects[key]
        let draft = draft(run.metadata, spec: run.spec.canonical, origin: run.origin, identity: identity)
        let changes = record.map { differences(from: $0, to: draft) } ?? []
        let cause = place(of: changes, in: run.origin)

        if let record, record.identity == identity {
            planSameComputation(key, record, specification, identity, draft, changes, cause)
        } else {
            planOtherComputation(key, record, specification, identity, draft, changes, cause)
        }
        if owners[identity] == nil { owners[identity] = name }
    }

    /// The manifest asks for what it asked for before.
    private mutating func planSameComputation(
        _ key: ObjectKey, _ record: ObjectRecord, _ specification: RunSpecification, _ identity: Digest,
        _ draft: ObjectDraft, _ changes: [FieldChange], _ cause: Cause
    ) {
        let execution = recorded.runs[identity]
        guard let execution else {
            start(key, specification, draft, .neverRun, "its execution is not recorded", changes, cause)
            return
        }
        let isOwner = owners[identity] == nil
        let moved = isOwner && execution.specification.placement != specification.placement
        let waits = execution.phase == .queued || execution.phase == .pending
        if moved && waits {
            let moves = moves(from: execution.specification, to: specification)
            let fields = changes.isEmpty ? moves : changes
            add(
                .update, key, .placementChanged, summary(of: fields), fields: fields,
                cause: changes.isEmpty ? place(ofMoves: moves, of: key.name) ?? cause : cause,
                change: RecordChange(object: draft, execution: .place(execution.id, specification)))
        } else if isOwner, execution.phase.isTerminal, execution.phase != .succeeded, rewrites(changes) {
            add(
                .run, key, .retriedAfterChange, "\(execution.phase.rawValue) before; \(summary(of: changes))",
                fields: changes, cause: cause,
                change: RecordChange(object: draft, execution: .requeue(execution.id, specification)))
        } else if record.digest != draft.digest {
            let done = knowledge == .files ? "it computes the same" : "it has succeeded and is not repeated"
            let note = execution.phase == .succeeded ? "; \(done)" : ""
            add(
                .update, key, reason(for: changes) == .metadataChanged ? .metadataChanged : .placementChanged,
                summary(of: changes) + note, fields: changes, cause: cause, change: RecordChange(object: draft))
        } else {
            add(.unchanged, key, .upToDate, execution.phase.rawValue, cause: cause)
        }
    }

    /// Whether a manifest says something else of its run than before; a new label does not.
    private func rewrites(_ changes: [FieldChange]) -> Bool {
        !changes.isEmpty && reason(for: changes) != .metadataChanged
    }

    /// How the placement of an execution differs from what is wanted now.
    private func moves(from old: RunSpecification, to new: RunSpecification) -> [FieldChange] {
        ObjectContent.changes(from: old.placement, to: new.placement)
            .map { FieldChange(path: ["spec"] + $0.path, before: $0.before, after: $0.after) }
    }

    /// Where the first part of a placement was written: some are the job's, the others the run's own.
    private func place(ofMoves moves: [FieldChange], of name: ObjectName) -> Cause? {
        guard let run = input.desired.runs[name], let field = moves.first?.path.dropFirst().first else { return nil }
        let isJobs = ["outputs", "retry", "timeout"].contains(field)
        let job = input.desired.jobs[run.spec.job.name]
        return place(of: moves, in: isJobs ? job?.origin ?? run.origin : run.origin)
    }

    /// The manifest is new, or asks for another computation than before.
    private mutating func planOtherComputation(
        _ key: ObjectKey, _ record: ObjectRecord?, _ specification: RunSpecification, _ identity: Digest,
        _ draft: ObjectDraft, _ changes: [FieldChange], _ cause: Cause
    ) {
        let cancelled = record?.identity.flatMap { abandoned($0) }
        let note = (cancelled == nil ? "" : "; the one under way is cancelled") + note(on: specification)
        var change = RecordChange(object: draft, cancels: cancelled)

        let execution = recorded.runs[identity]
        if let execution, execution.phase == .succeeded {
            add(
                .satisfied, key, .alreadySucceeded,
                "\(knowledge == .files ? "wanted" : "succeeded") already, as Run/\(execution.name) with "
                    + reference(execution.specification) + note,
                fields: changes, cause: cause, change: change)
        } else if let other = owners[identity] {
            let runs = actions.contains { $0.key.name == other && $0.change?.execution != nil }
            let state = execution.map { !runs && $0.phase.isTerminal ? "which is \($0.phase.rawValue)" : nil } ?? nil
            add(
                .satisfied, key, .sharedExecution,
                "the same computation as Run/\(other), \(state ?? "which executes it")\(note)",
                fields: changes, cause: cause, change: change)
        } else if let execution, execution.phase.isTerminal || execution.cancelledBy != nil {
            change.execution = .requeue(execution.id, specification)
            let before = execution.phase.isTerminal ? "\(execution.phase.rawValue) before" : "it was being cancelled"
            add(
                .run, key, .retriedAfterChange, "\(before); its manifest was written anew\(note)", fields: changes,
                cause: cause, change: change)
        } else if let execution {
            takeOver(execution, key, specification, change, changes, cause, note)
        } else {
            let (reason, message, cause) = explain(key, record, specification, changes, cause)
            start(
                key, specification, draft, reason, message + self.note(on: specification), changes, cause,
                cancelling: cancelled)
        }
    }

    /// The computation waits or runs already, under a name that has no manifest any more, or under this one's own.
    private mutating func takeOver(
        _ execution: RunRecord, _ key: ObjectKey, _ specification: RunSpecification, _ change: RecordChange,
        _ changes: [FieldChange], _ cause: Cause, _ note: String
    ) {
        let phase = execution.phase.rawValue
        let message =
            execution.name == key.name
            ? "the same computation is still \(phase)" : "the same computation is \(phase) as Run/\(execution.name)"
        let moves = moves(from: execution.specification, to: specification)
        guard !moves.isEmpty, !execution.phase.isActive else {
            add(.satisfied, key, .sharedExecution, message + note, fields: changes, cause: cause, change: change)
            return
        }
        var change = change
        change.execution = .place(execution.id, specification)
        add(
            .update, key, .placementChanged, "\(message); \(summary(of: moves))\(note)", fields: moves, cause: cause,
            change: change)
    }

    private mutating func start(
        _ key: ObjectKey, _ specification: RunSpecification, _ draft: ObjectDraft, _ reason: Reason,
        _ message: String, _ changes: [FieldChange], _ cause: Cause, cancelling: RunID? = nil
    ) {
        add(
            cancelling == nil ? .run : .replace, key, reason,
            cancelling == nil ? message : "\(message); the one under way is cancelled", fields: changes, cause: cause,
            change: RecordChange(object: draft, execution: .start(specification), cancels: cancelling))
        findings[key.name] = (reason == .inputsChanged ? "its own input changed" : message, cause)
    }

    /// Why a computation that nobody has done is wanted now.
    private func explain(
        _ key: ObjectKey, _ record: ObjectRecord?, _ specification: RunSpecification, _ changes: [FieldChange],
        _ cause: Cause
    ) -> (Reason, String, Cause) {
        let reference = reference(specification)
        guard let record, let before = record.identity.flatMap({ recorded.runs[$0]?.specification }) else {
            return (.neverRun, "first run of \(reference)", cause)
        }
        if before.repetition != specification.repetition {
            return (.repeatRequested, "asked for once more: repeat \(specification.repetition)", cause)
        }
        if before.jobDigest != specification.jobDigest {
            let job = jobs[specification.job]
            let own = changes.contains { $0.path == ["spec", "job"] }
            let isShort = knowledge == .record && !own && before.job == specification.job
            let after = isShort ? "v\(specification.jobVersion)" : reference
            let isSame = self.reference(before) == reference
            let message = isSame ? "job \(reference) has other content" : "\(self.reference(before)) → \(after)"
            return (.jobVersionChanged, message, own ? cause : job?.cause ?? cause)
        }
        if before.parameters != specification.parameters {
            let fields = ObjectContent.changes(from: .object(before.parameters), to: .object(specification.parameters))
            let message = summary(
                of: fields.map {
                    FieldChange(path: ["spec", "parameters"] + $0.path, before: $0.before, after: $0.after)
                })
            return (.parametersChanged, message, cause)
        }
        if let change = changedInput(from: before, to: specification) {
            return explain(change, key, changes, cause)
        }
        return (.specChanged, summary(of: changes), cause)
    }

    /// The execution that nobody would want once its run asks for something else: only that is cancelled, and once,
    /// however many runs shared it.
    mutating func abandoned(_ identity: Digest) -> RunID? {
        guard !wanted.contains(identity), let run = recorded.runs[identity], !run.phase.isTerminal,
            cancelled.insert(run.id).inserted
        else { return nil }
        return run.id
    }

    /// Resolves a run: its job version, its parameters, its command, what it waits for. Reports and returns `nil` where
    /// it cannot, and where a run that it waits for could not be resolved.
    mutating func specify(_ run: Manifest<RunSpec>) -> RunSpecification? {
        guard let upstreams = resolvedUpstreams(of: run), var specification = specifyComputation(run) else {
            return nil
        }
        specification.dependencies = upstreams.dependencies
        specification.inputs = upstreams.inputs
        return specification
    }

    private mutating func specifyComputation(_ run: Manifest<RunSpec>) -> RunSpecification? {
        let reference = run.spec.job
        guard let job = input.desired.jobs[reference.name], let current = jobs[reference.name] else { return nil }
        if let pinned = reference.version, knowledge == .files { return unresolved(run, job.spec, version: pinned) }
        guard let pinned = reference.version, pinned != current.number else {
            return RunSpecification(
                run, job: job.spec, version: current.number, digest: current.digest, definition: JobDefinition(job.spec)
            )
        }
        let versions = recorded.jobVersions[reference.name] ?? []
        guard let version = versions.first(where: { $0.number == pinned }) else {
            let newest = max(current.number, versions.last?.number ?? 0)
            let location = run.origin.location(of: ["spec", "job"])
            refusals.append(.unknownJobVersion(reference, newest: newest, at: location))
            return nil
        }
        guard let definition = JobDefinition(version.content) else {
            refusals.append(.unreadableJobVersion(version.reference))
            return nil
        }
        let violations = definition.violations(of: run.spec.parameters)
        guard violations.isEmpty else {
            refusals += violations.map { violation in
                .pinnedParameterInvalid(
                    reference, violation.violation,
                    at: run.origin.location(of: ["spec", "parameters", violation.parameter]))
            }
            return nil
        }
        return RunSpecification(
            run, job: job.spec, version: version.number, digest: version.digest, definition: definition)
    }
}

extension RunSpecification {
    init(
        _ run: Manifest<RunSpec>, job: JobSpec, version: Int, digest: Digest, definition: JobDefinition
    ) {
        let parameters = definition.resolved(run.spec.parameters)
        self.init(
            job: run.spec.job.name, jobVersion: version, jobDigest: digest, parameters: parameters,
            arguments: definition.arguments.map { $0.rendered(parameters: parameters) },
            environment: definition.environment.mapValues { value in
                switch value {
                case .value(let template): .value(template.rendered(parameters: parameters))
                case .secret(let name): .secret(name)
                }
            }.dictionary,
            repetition: run.spec.repeat, outputs: job.outputs, queue: run.spec.queue, priority: run.spec.priority,
            variables: run.spec.variables.dictionary, retry: job.retry, timeout: job.timeout)
        resources = job.resources
    }
}
