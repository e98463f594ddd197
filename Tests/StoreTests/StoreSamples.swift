import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

extension Timestamp {
    /// 2026-11-23T09:41:07Z.
    static let start = Timestamp(milliseconds: 1_795_426_867_000)
}

extension Provenance {
    static let sample = Provenance(
        revision: Revision(commit: String(repeating: "ab", count: 20), isDirty: false), actor: "ada@laptop")
}

extension AgentRecord {
    static func sample(_ id: String) -> AgentRecord {
        AgentRecord(
            id: id, pool: ObjectName(name: "here"), place: AgentPlace(host: "laptop"), process: 4711, startedAt: .start,
            heartbeatAt: .start)
    }
}

extension QueueRules {
    static func sample(
        _ name: String = "local", ordering: QueueSpec.Ordering = .fifo, concurrency: Int? = nil, suspended: Bool = false
    ) -> QueueRules {
        var spec = QueueSpec()
        spec.ordering = ordering
        spec.concurrency = concurrency
        spec.suspend = suspended
        return QueueRules(name: ObjectName(name: name), spec)
    }
}

extension RunSpecification {
    static func sample(
        _ number: Int, queue: String = "local", priority: RunSpec.Priority = .medium, retries: Int = 0
    ) -> RunSpecification {
        var retry = RetryPolicy()
        retry.limit = retries
        return RunSpecification(
            job: ObjectName(name: "train"), jobVersion: 1, jobDigest: Digest(of: "job"),
            parameters: ["number": .int(Int64(number))], arguments: ["true"], environment: ["TOKEN": .secret("hf")],
            repetition: 1, outputs: ["model.json"], queue: ObjectName(name: queue), priority: priority, variables: [:],
            retry: retry, timeout: .seconds(60))
    }
}

extension StateStore {
    func write<T: Sendable>(
        at now: Timestamp = .start, _ body: @escaping @Sendable (StateTransaction) throws -> T
    ) async throws -> T {
        try await write(as: .sample, at: now, body)
    }

    /// Records runs, in this order, and returns their ids.
    @discardableResult
    func start(_ specifications: [RunSpecification]) async throws -> [RunID] {
        try await write { transaction in
            try specifications.enumerated().map { index, specification in
                try transaction.startRun(ObjectName(name: "run-\(index)"), specification).id
            }
        }
    }

    func claim(
        _ agent: String, from queues: [QueueRules] = [.sample()], atMost limit: Int = 100, at now: Timestamp = .start
    ) async throws -> [RunRecord] {
        try await write(at: now) {
            try $0.claim(for: .sample(agent), from: queues, atMost: limit, leaseDuration: .seconds(30)).map(\.run)
        }
    }

    func advance(
        _ run: RunID, by event: RunEvent, token: Int64? = nil, at now: Timestamp = .start
    ) async throws -> RunRecord {
        try await write(at: now) { try $0.advance(run, by: event, token: token) }
    }

    func run(_ id: RunID) async throws -> RunRecord { try #require(try await read { try $0.run(id) }) }
}

/// Changes a state file behind its store's back, as an accident or an attacker would, on a connection of its own.
func tamper(_ path: String, _ sql: String, _ arguments: [SQLValue] = []) throws {
    let database = try SQLiteDatabase(path: path, access: .readWrite)
    let failures = try database.writeTogether([{ try $0.execute(sql, arguments) }])
    if let failure = failures.first ?? nil { throw failure }
}

/// What somebody is told who does something that cannot be done.
func code(_ body: () async throws -> Void) async -> DiagnosticCode? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? Diagnostic)?.code ?? DiagnosticCode(rawValue: "\(error)")
    }
}
