import Manifests
import Records

extension Timestamp {
    /// 2026-11-23T09:41:07Z.
    static let start = Timestamp(milliseconds: 1_795_426_867_000)
}

extension Lease {
    static let sample = Lease(agent: "here-1", token: 7, expiresAt: .start + .seconds(30))
}

extension RunSpecification {
    static let sample = RunSpecification(
        job: ObjectName(name: "train"), jobVersion: 1, jobDigest: Digest(of: "job"), parameters: ["lr": 0.05],
        arguments: ["python3", "train.py", "--lr", "0.05"], environment: ["SEED": .value("1"), "TOKEN": .secret("hf")],
        repetition: 1, outputs: ["model.json"], queue: ObjectName(name: "local"), priority: .medium, variables: [:],
        retry: RetryPolicy(), timeout: nil)

    /// The same with something changed.
    func with(_ change: (inout RunSpecification) -> Void) -> RunSpecification {
        var copy = self
        change(&copy)
        return copy
    }
}

extension RunRecord {
    /// A run in a phase, as the events that lead there leave it.
    static func sample(_ phase: RunPhase, retry: RetryPolicy = RetryPolicy()) -> RunRecord {
        let specification = RunSpecification.sample.with { $0.retry = retry }
        var run = RunRecord(
            identity: specification.identity, name: ObjectName(name: "first"), specification: specification,
            sequence: 1, createdAt: .start)
        run.phase = phase
        if phase != .queued { run.attempt = 1 }
        if phase.isActive { run.lease = .sample }
        if phase.isTerminal { run.finishedAt = .start }
        if phase == .pending { run.notBefore = .start + .seconds(5) }
        return run
    }

    /// After some events, one second apart.
    func after(_ events: [RunEvent]) throws -> RunRecord {
        var run = self
        for (index, event) in events.enumerated() { run = try run.after(event, at: .start + .seconds(index)) }
        return run
    }
}

extension RunDependency {
    static func sample(_ name: String, _ condition: DependencyCondition = .succeeded) -> RunDependency {
        RunDependency(run: ObjectName(name: name), identity: Digest(of: name), condition: condition)
    }
}

extension RunInput {
    static func sample(
        of run: String = "prepare", path: String = "data.csv", target: String = "data.csv"
    ) -> RunInput {
        RunInput(run: ObjectName(name: run), identity: Digest(of: run), path: path, target: target)
    }
}
