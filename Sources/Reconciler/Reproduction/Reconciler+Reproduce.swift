import Agents
import Engines
import Foundation
import Images
public import Manifests
public import Records
import Store
import YAML

/// What a reproduction tells while it works.
public enum ReproductionEvent: Sendable {
    /// Its image is not here, and is built again.
    case rebuilding(Digest)
    /// A line that a builder printed.
    case building(String)
    /// It is about to be executed.
    case started(Reproduction)
    /// One that an earlier command left behind is gone on with.
    case resumed(Reproduction)
}

extension Reconciler {
    /// Executes a run once more from its record, on this machine, and compares what comes out with what came out.
    ///
    /// The intent is recorded before anything is started, and the outcome after it. Who is killed in between leaves a
    /// command that goes on; the next reproduction of the same run here goes on with it, and the next apply or agent
    /// here ends it.
    ///
    /// - Parameters:
    ///   - number: the attempt to compare with; `nil` for the newest that the command ended.
    ///   - tolerance: what of metrics counts as the same.
    /// - Throws: a `Diagnostic` where the run or its attempt is not recorded or cannot be reproduced, its image cannot
    ///   be had, or somebody else reproduces it here; and `CancellationError`, with its end recorded, where the task
    ///   was cancelled.
    public func reproduce(
        _ name: ObjectName, attempt number: Int? = nil, tolerance: MetricTolerance = MetricTolerance(),
        tell: @escaping @Sendable (ReproductionEvent) -> Void
    ) async throws -> ReproductionReport {
        let store = try openState(.readWrite)
        let run = try await execution(of: name, in: store)
        let attempts = try await store.read { try $0.attempts(of: run.id) }
        let original = try Self.original(among: attempts, number, of: run)
        if let engine = original.engine {
            throw Diagnostic.notReproducible(
                "\(run.name)", original.number,
                "it ran on the engine `\(engine.kind.rawValue)`, and a reproduction runs as a process of this machine")
        }
        let provenance = Provenance(revision: try await surroundings.revision(), actor: setting.actor)
        try surroundings.prepareToAct()
        let place = try surroundings.place()
        let work = ReproductionWork(run: run, original: original, place: place, store: store, provenance: provenance)
        let report = try await withReproductions(of: run, in: place) {
            try await reproduce(work, tolerance, tell)
        }
        guard let report else { throw Diagnostic.reproducedElsewhere("\(run.name)") }
        return report
    }

    private func reproduce(
        _ work: ReproductionWork, _ tolerance: MetricTolerance, _ tell: @escaping @Sendable (ReproductionEvent) -> Void
    ) async throws -> ReproductionReport {
        let (run, original) = (work.run, work.original)
        let left = try await work.store.read { try $0.reproductions(of: run) }
            .filter { $0.end == nil && $0.location == work.place.location }
        // One that was for another attempt is not what is asked for.
        for other in left where other.original != original.number {
            try await end(other, of: run, work.store, work.provenance, cause: "another attempt is reproduced")
        }
        let inputs = run.specification.inputs.isEmpty ? [] : try await work.store.read { try $0.sources(of: run) }
        let resumed = left.last { $0.original == original.number }
        if let resumed { tell(.resumed(resumed)) }
        let reproduction = if let resumed { resumed } else { try await begin(work, inputs, tell) }
        let result = try await reproducer.execute(reproduction, of: run, inputs: inputs)
        // What was executed is not to be forgotten because somebody does not want to wait for a comparison.
        return try await Task {
            var report = ReproductionReport(
                run: run, reproduction: reproduction, expected: original.outcome ?? .lost(""), found: result.outcome,
                wasResumed: resumed != nil)
            guard result.outcome.isOfCommand else {
                try await record(
                    reproduction, of: run, result, nil, work.store, work.provenance, cause: result.outcome.message)
                guard result.outcome != .cancelled else { throw CancellationError() }
                throw Diagnostic.notReproduced("\(run.name)", result.outcome.message)
            }
            report = try await compare(report, original, result.outputs, tolerance)
            try await record(
                reproduction, of: run, result, report, work.store, work.provenance, cause: result.outcome.message)
            return report
        }.value
    }

    /// Sees to the image, and writes the intent down.
    private func begin(
        _ work: ReproductionWork, _ inputs: [InputSource], _ tell: @escaping @Sendable (ReproductionEvent) -> Void
    ) async throws -> Reproduction {
        let (run, original, place, provenance) = (work.run, work.original, work.place, work.provenance)
        guard let image = original.image else { throw Diagnostic.noImageRecorded("\(run.name)", original.number) }
        try await supply(image, of: run, work.store, tell)
        let reproduction = try await work.store.write(as: provenance, at: setting.time.now()) { transaction in
            try transaction.startReproduction(of: run, inputs: inputs.digestsByTarget) { number in
                Reproduction(
                    run: run.id, number: number, original: original.number, image: image, host: place.host,
                    folder: "\(place.runs)/\(run.folder)/reproduction-\(number)", location: place.location,
                    requestedBy: provenance.actor, startedAt: transaction.now)
            }
        }
        tell(.started(reproduction))
        return reproduction
    }

    /// The attempt to compare with: one of which it is known what its command did.
    private static func original(
        among attempts: [AttemptRecord], _ number: Int?, of run: RunRecord
    ) throws -> AttemptRecord {
        if let number {
            guard let attempt = attempts.first(where: { $0.number == number }) else {
                guard let newest = attempts.last else { throw Diagnostic.noAttemptYet("\(run.name)") }
                throw Diagnostic.noSuchAttempt("\(run.name)", number, newest: newest.number)
            }
            guard attempt.outcome?.isOfCommand == true else {
                throw Diagnostic.notReproducible("\(run.name)", number, attempt.outcome?.message ?? "it has not ended")
            }
            return attempt
        }
        if let attempt = attempts.last(where: { $0.outcome?.isOfCommand == true }) { return attempt }
        guard let newest = attempts.last else { throw Diagnostic.noAttemptYet("\(run.name)") }
        throw Diagnostic.notReproducible(
            "\(run.name)", newest.number, newest.outcome?.message ?? "it has not ended")
    }

    var reproducer: Reproducer {
        Reproducer(engine: surroundings.engine, workspace: surroundings.workspace, time: setting.time)
    }

    /// Does something while nobody else executes reproductions of a run here. The kernel lets go of the lock with the
    /// process, however that ends.
    ///
    /// - Returns: `nil`, with nothing done, where somebody else has it.
    private func withReproductions<Value>(
        of run: RunRecord, in place: AgentPlace, _ body: () async throws -> Value
    ) async throws -> Value? {
        let folder = "\(place.runs)/\(run.folder)"
        try HandedFiles.makeFolder(folder)
        guard let lock = try FileLock.attempt("\(folder)/.reproduction.lock") else { return nil }
        let value = try await body()
        _ = consume lock
        return value
    }

    /// Sees to it that an image is in the layout: it is there, or is built again and comes out the same.
    private func supply(
        _ image: Digest, of run: RunRecord, _ store: StateStore,
        _ tell: @escaping @Sendable (ReproductionEvent) -> Void
    ) async throws {
        if surroundings.images.keep(image) { return }
        tell(.rebuilding(image))
        let job = "\(run.specification.job)@v\(run.specification.jobVersion)"
        let sources = surroundings.sources(nil, in: store)
        guard var request = try await sources.request(forJob: run.specification.jobDigest) else {
            throw Diagnostic.imageNotRebuildable(image, job: job)
        }
        // The name in the layout stays with the image that has it.
        request.tag = nil
        let recorded = try await store.read { try $0.imageRecord(ofJob: run.specification.jobDigest) }
        request.base = (recorded?.details["base"]?["digest"]?.string).flatMap { Digest($0) }
        let built = try await surroundings.builder.build(request) { tell(.building($0)) }
        guard built.manifestDigest == image else {
            throw Diagnostic.imageRebuiltOtherwise(job: job, expected: image, found: built.manifestDigest)
        }
    }

    func record(
        _ reproduction: Reproduction, of run: RunRecord, _ result: Reproducer.Result, _ report: ReproductionReport?,
        _ store: StateStore, _ provenance: Provenance, cause: String
    ) async throws {
        try await store.write(as: provenance, at: setting.time.now()) { transaction in
            let end = Reproduction.End(
                at: transaction.now, outcome: result.outcome, outputs: result.outputs, verdict: report?.verdict)
            try transaction.endReproduction(
                reproduction, of: run, end, differences: report?.differences ?? [], cause: cause)
        }
    }

    // MARK: What was left behind

    /// Ends what is left here of reproductions whose command was killed: nobody asks for them any more.
    ///
    /// - Returns: those that were ended.
    @discardableResult
    func endAbandonedReproductions(_ store: StateStore, _ provenance: Provenance) async throws -> [Reproduction] {
        guard let location = surroundings.location else { return [] }
        let host = setting.host
        let open = try await store.read { try $0.openReproductions(onHost: host) }.filter { $0.location == location }
        guard !open.isEmpty else { return [] }
        let place = try surroundings.place()
        var ended: [Reproduction] = []
        for reproduction in open {
            guard let run = try await store.read({ try $0.run(reproduction.run) }) else { continue }
            let isEnded = try await withReproductions(of: run, in: place) {
                // Whoever held the lock until now may have recorded its end.
                let isOpen = try await store.read { try $0.reproductions(of: run) }
                    .contains { $0.number == reproduction.number && $0.end == nil }
                if isOpen { try await end(reproduction, of: run, store, provenance, cause: "its reproduce is gone") }
                return isOpen
            }
            if isEnded == true { ended.append(reproduction) }
        }
        return ended
    }

    /// Ends one; its run's lock is held.
    private func end(
        _ reproduction: Reproduction, of run: RunRecord, _ store: StateStore, _ provenance: Provenance, cause: String
    ) async throws {
        let result = try await reproducer.execute(reproduction, of: run, inputs: [], isUnwanted: true)
        try await record(reproduction, of: run, result, nil, store, provenance, cause: cause)
    }
}

/// What one reproduction is about.
private struct ReproductionWork: Sendable {
    var run: RunRecord
    /// The attempt that it is compared with.
    var original: AttemptRecord
    var place: AgentPlace
    var store: StateStore
    var provenance: Provenance
}

extension AttemptOutcome {
    /// Whether it says what the command did.
    fileprivate var isOfCommand: Bool {
        switch self {
        case .succeeded, .exited, .timedOut, .outputMissing: true
        case .cancelled, .buildFailed, .submissionFailed, .lost, .engine: false
        }
    }
}
