public import Manifests
public import Records
import YAML

/// The engines of a machine as one: each attempt goes to that which its target names, and without one to the processes
/// of the machine.
public struct EngineSet: Engine {
    public let kind = EngineKind.localProcess
    private let engines: [EngineKind: any Engine]
    private let processes: any Engine

    /// - Parameters:
    ///   - processes: what executes attempts on this machine itself.
    ///   - others: each of another kind.
    public init(processes: any Engine, others: [any Engine]) {
        self.processes = processes
        engines = Dictionary(others.map { ($0.kind, $0) }) { first, _ in first }
    }

    private func engine(_ target: EngineTarget?) throws -> any Engine {
        guard let target, target.kind != .localProcess else { return processes }
        guard let engine = engines[target.kind] else { throw Diagnostic.engineMissing(target.kind) }
        return engine
    }

    public func hasQueue(for target: EngineTarget?) -> Bool { (try? engine(target))?.hasQueue(for: target) ?? false }

    public func form(for target: EngineTarget?) -> AttemptForm { (try? engine(target))?.form(for: target) ?? .unpacked }

    public func submit(_ submission: Submission) async throws {
        try await engine(submission.target).submit(submission)
    }

    public func observe(_ reference: SubmissionReference) async -> Observation {
        do { return try await engine(reference.target).observe(reference) } catch { return Self.elsewhere(error) }
    }

    public func observe(_ references: [SubmissionReference]) async -> [Observation] {
        var found = [Observation?](repeating: nil, count: references.count)
        let kinds = Dictionary(grouping: references.indices) { references[$0].target?.kind ?? .localProcess }
        for (_, indices) in kinds {
            guard let first = indices.first else { continue }
            do {
                let engine = try engine(references[first].target)
                let observations = await engine.observe(indices.map { references[$0] })
                for (index, observation) in zip(indices, observations) { found[index] = observation }
            } catch {
                for index in indices { found[index] = Self.elsewhere(error) }
            }
        }
        return found.map { $0 ?? .unreachable("the engine did not say") }
    }

    public func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        do {
            return try await engine(reference.target).wait(for: reference, until: deadline)
        } catch {
            return Self.elsewhere(error)
        }
    }

    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        do {
            return try await engine(reference.target).change(of: reference, from: seen, until: deadline)
        } catch {
            return Self.elsewhere(error)
        }
    }

    public func seal(_ reference: SubmissionReference) async throws -> Observation {
        try await engine(reference.target).seal(reference)
    }

    public func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        try await engine(reference.target).cancel(reference, grace: grace)
    }

    public func fetchLogs(of reference: SubmissionReference) async throws {
        try await engine(reference.target).fetchLogs(of: reference)
    }

    public func discard(_ reference: SubmissionReference) async {
        await (try? engine(reference.target))?.discard(reference)
    }

    public func preflight(_ target: EngineTarget?) async -> [PreflightFinding] {
        do {
            return try await engine(target).preflight(target)
        } catch {
            return [PreflightFinding(.bad, "the engine", "it is not in this version")]
        }
    }

    public func dryRun(_ submission: Submission) async -> [String]? {
        await (try? engine(submission.target))?.dryRun(submission)
    }

    private static func elsewhere(_ error: any Error) -> Observation {
        .elsewhere((error as? Diagnostic)?.message ?? "\(error)")
    }
}
