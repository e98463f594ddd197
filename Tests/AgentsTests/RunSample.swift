import Manifests
import Records

/// Runs of which only what a test is about has to be said.
enum RunSample {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    static let queue = ObjectName(name: "local")

    static func specification(
        _ arguments: [String] = ["true"], environment: [String: RunSpecification.EnvironmentEntry] = [:],
        parameters: [String: JSONValue] = [:], outputs: [String] = [], retry: RetryPolicy = RetryPolicy(),
        timeout: Duration? = nil, job: Digest = Digest(of: "job")
    ) -> RunSpecification {
        RunSpecification(
            job: ObjectName(name: "train"), jobVersion: 3, jobDigest: job, parameters: parameters,
            arguments: arguments, environment: environment, repetition: 1, outputs: outputs, queue: queue,
            priority: .medium, variables: [:], retry: retry, timeout: timeout)
    }

    /// A run in a phase, as an agent gets it.
    static func claimed(
        _ phase: RunPhase, _ specification: RunSpecification = specification(), cancelled: Bool = false,
        startedAt: Timestamp? = nil
    ) -> RunRecord {
        var run = RunRecord(
            identity: specification.identity, name: ObjectName(name: "r"), specification: specification, sequence: 1,
            createdAt: now)
        run.phase = phase
        run.attempt = 1
        run.lease = Lease(agent: "a", token: 7, expiresAt: now + .seconds(30))
        run.cancelledBy = cancelled ? "ada" : nil
        run.startedAt = startedAt
        run.image = phase == .building ? nil : Digest(of: "image")
        return run
    }
}
