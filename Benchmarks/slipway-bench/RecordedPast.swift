import Foundation
import Manifests
import Records
import Store

/// What a record that has been in use for long looks like, written through the same transactions by which it comes
/// about.
enum RecordedPast {
    static let provenance = Provenance(revision: .none, actor: "bench")
    static let queue = ObjectName(name: "local")
    static let rules = QueueRules(name: queue, QueueSpec())
    static let lease = Duration.seconds(3600)

    static func agent(_ id: String, at now: Timestamp) -> AgentRecord {
        AgentRecord(
            id: id, pool: ObjectName(name: "here"), place: AgentPlace(host: "bench"), process: 1, startedAt: now,
            heartbeatAt: now)
    }

    static func specification(_ number: Int, of kind: String, in queue: ObjectName = queue) -> RunSpecification {
        RunSpecification(
            job: ObjectName(name: "noop"), jobVersion: 1, jobDigest: Digest(of: "job"),
            parameters: ["n": .int(Int64(number)), "kind": .string(kind)], arguments: ["/bin/true", "\(number)"],
            environment: [:], repetition: 1, outputs: [], queue: queue, priority: .medium, variables: [:],
            retry: RetryPolicy(), timeout: nil)
    }

    /// Records runs that wait in a queue.
    static func queueRuns(
        _ count: Int, of kind: String, in queue: ObjectName = queue, to store: StateStore, at now: Timestamp
    ) async throws {
        for start in stride(from: 0, to: count, by: 1000) {
            try await store.write(as: provenance, at: now) { transaction in
                for number in start..<min(start + 1000, count) {
                    _ = try transaction.startRun(
                        ObjectName(name: "\(kind)-\(number)"), specification(number, of: kind, in: queue))
                }
            }
        }
    }

    /// Claims runs of a queue until there are none, so many at a time, and brings each to its end.
    static func finishAll(
        in queue: ObjectName = queue, atMost: Int, by agent: AgentRecord, in store: StateStore, at now: Timestamp
    ) async throws {
        let rules = QueueRules(name: queue, QueueSpec())
        while true {
            let claimed = try await store.write(as: provenance, at: now) { transaction in
                let claims = try transaction.claim(for: agent, from: [rules], atMost: atMost, leaseDuration: lease)
                for claim in claims { try finish(claim, in: transaction) }
                return claims.count
            }
            if claimed == 0 { return }
        }
    }

    private static func finish(_ claim: Claim, in transaction: StateTransaction) throws {
        let token = claim.run.lease?.token
        let key = ObjectKey(.run, claim.run.name)
        var run = try transaction.advanceHeld(claim.run, by: .imageReady(Digest(of: "image")), token: token)
        try transaction.append([EventDraft(.attemptIntended, of: key)])
        run = try transaction.advanceHeld(run, by: .submitted, token: token)
        try transaction.append([EventDraft(.attemptSubmitted, of: key)])
        _ = try transaction.advanceHeld(run, by: .ended(.succeeded), token: token)
        var attempt = claim.attempt
        attempt.endedAt = transaction.now
        attempt.outcome = .succeeded
        try transaction.write(attempt)
        try transaction.append([EventDraft(.attemptEnded, of: key), EventDraft(.runFinished, of: key)])
    }

    /// The moment at which everything is written down.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

/// Waits for asynchronous work from a program that has none.
func waiting<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
    let done = DispatchSemaphore(value: 0)
    let result = Answer<T>()
    Task {
        do { result.set(.success(try await body())) } catch { result.set(.failure(error)) }
        done.signal()
    }
    done.wait()
    return try result.get()
}
