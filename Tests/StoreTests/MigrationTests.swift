import Manifests
import Records
import Support
import Testing
import YAML

@testable import Store

/// A state that an earlier version made is brought up to date by the first who writes, with all that is in it.
@Suite struct MigrationTests {
    /// Makes a state of the first shape, with a run under way in it.
    private func makeFirst(_ state: TestState) throws {
        let specification = RunSpecification.sample(1)
        let run = RunID(identity: specification.identity).text
        let statements: [(String, [SQLValue])] =
            Migrations.all[0].map { ($0, []) } + [
                (
                    "INSERT INTO slipway_meta (name, value) VALUES ('schema', '1'), ('sequence', '1'), ('token', '1')",
                    []
                ),
                (
                    "INSERT INTO runs (id, identity, namespace, name, specification, queue, priority, sequence, phase, "
                        + "reason, message, attempt, forgiven, lease_agent, lease_token, lease_expires, image, "
                        + "created_at) VALUES (?, ?, 'default', 'old', ?, 'default/local', 2, 1, 'running', 'Running', "
                        + "'attempt 1 runs', 1, 0, 'here-1', 1, ?, ?, ?)",
                    [
                        .text(run), .text(specification.identity.description),
                        .text(specification.recorded.canonicalText), .int(Timestamp.start.milliseconds),
                        .text(Digest(of: "image").description), .int(Timestamp.start.milliseconds),
                    ]
                ),
                (
                    "INSERT INTO attempts (run, number, agent, host, created_at) VALUES (?, 1, 'here-1', 'laptop', ?)",
                    [.text(run), .int(Timestamp.start.milliseconds)]
                ),
                (
                    "INSERT INTO agents (id, pool_namespace, pool, host, process, state, started_at, heartbeat_at) "
                        + "VALUES ('here-1', 'default', 'here', 'laptop', 1, 'active', 0, 0)", []
                ),
                (
                    "INSERT INTO job_versions (namespace, job, number, digest, content, created_at) "
                        + "VALUES ('default', 'train', 1, ?, ?, 0)",
                    [
                        .text(Digest(of: "v").description),
                        .text("{\"definition\":{},\"source\":\"\(Digest(of: "s"))\"}"),
                    ]
                ),
            ]
        let failures = try state.database().writeTogether([
            { connection in for (sql, arguments) in statements { try connection.execute(sql, arguments) } }
        ])
        if let failure = failures.first ?? nil { throw failure }
    }

    /// A state of the second shape: attempts had no artifacts.
    @Test(arguments: StateBackend.databases) func theSecondShapeIsBroughtUpToDate(_ backend: StateBackend) async throws
    {
        let state = try TestState(backend)
        try makeFirst(state)
        let statements = Migrations.all[1] + ["UPDATE slipway_meta SET value = '2' WHERE name = 'schema'"]
        let failures = try state.database().writeTogether([
            { connection in for sql in statements { try connection.execute(sql, []) } }
        ])
        #expect(failures.allSatisfy { $0 == nil })
        #expect(await code { _ = try state.open(.readOnly) } == "SLW4017")
        let store = try state.open()
        let run = try #require(try await store.read { try $0.runs() }.first)
        var attempt = try #require(try await store.read { try $0.attempts(of: run.id) }.first)
        #expect(attempt.artifact == nil && attempt.engine == nil)
        attempt.artifact = AttemptArtifact(
            location: .registry(host: "r.io", repository: "team/runs"), digest: Digest(of: "m"))
        attempt.engine = EngineBinding(kind: .kubernetes, config: ["kind": "Job"])
        try await store.write { [attempt] transaction in try transaction.write(attempt) }
        #expect(try await store.read { try $0.attempts(of: run.id) } == [attempt])
    }

    @Test(arguments: StateBackend.databases) func whatIsInItIsKept(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        try makeFirst(state)
        #expect(await code { _ = try state.open(.readOnly) } == "SLW4017", "who only reads changes nothing")
        let store = try state.open()
        let run = try #require(try await store.read { try $0.runs() }.first)
        #expect(run.phase == .running && run.lease?.agent == "here-1" && run.affinity == nil)
        let agent = try #require(try await store.read { try $0.activeAgents() }.first)
        #expect(agent.placement == .local && agent.place == AgentPlace(host: "laptop"))
        let attempt = try #require(try await store.read { try $0.attempts(of: run.id) }.first)
        #expect(attempt.folder == nil && attempt.location == nil && attempt.outputs.isEmpty)
        #expect(attempt.artifact == nil)
        #expect(try await store.read { try $0.jobVersions() }.values.flatMap { $0 }.map(\.commit) == [nil])
        // It goes on: its machine's next agent adopts it.
        #expect(try await store.claim("here-2", at: .start + .seconds(60)).map(\.id) == [run.id])
        #expect(try state.open(.readOnly).location == store.location)
    }
}
