import Foundation
import Support
import Testing

/// A state in PostgreSQL, from the command line.
@Suite(.enabled(if: PostgresServer.isThere, "there is no PostgreSQL server on this machine to start one from"))
struct SharedStateTests {
    private func environment(_ url: String) -> [String: String] { ["SLIPWAY_STATE": url] }

    @Test func theWholeStoryOnASharedState() async throws {
        let server = try PostgresServer.shared()
        let database = try server.makeDatabase()
        let there = environment(server.url(database))
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("first")
        try await sandbox.commit()

        let plan = try await sandbox.reconcile("plan", environment: there)
        #expect(plan.status == 0 && plan.output.contains("1 run"), "\(plan)")
        let none = try await sandbox.reconcile("status", environment: there)
        #expect(none.status == 1 && none.errors.contains("[SLW8012]"), "\(none)")
        #expect(try server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", in: database) == "0")

        let apply = try await sandbox.reconcile(environment: there)
        #expect(apply.status == 0, "\(apply)")
        let again = try await sandbox.reconcile(environment: there)
        #expect(again.status == 0 && again.output.contains("Nothing to do"), "\(again)")
        let history = try await sandbox.reconcile("history", "--verify", environment: there)
        #expect(history.status == 0 && history.output.contains("Verified"), "\(history)")
        #expect(job.entries().count == 1)
        #expect(!sandbox.exists(".slipway/state.db"))
    }

    @Test func aSecondReconcilerIsToldWhoHoldsTheStateAndNoPassword() async throws {
        let server = try PostgresServer.shared()
        let database = try server.makeDatabase()
        let (role, password) = PostgresServer.guardedRole
        let encoded = try #require(password.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let secret = "postgres://\(role):\(encoded)@127.0.0.1:\(server.port)/\(database)"
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let first = try await sandbox.start("apply", "--state", secret)
        try await job.begun("long")

        let second = try await sandbox.reconcile("apply", "--state=\(secret)")
        #expect(second.status == 5 && second.errors.contains("held by ada@"), "\(second)")
        #expect(second.errors.contains("--state postgres://\(role)@127.0.0.1"), "\(second)")
        let recorded = try server.sql("SELECT value FROM slipway_meta WHERE name = 'holder'", in: database)
        for text in [second.errors, recorded] {
            #expect(!text.contains(encoded) && !text.contains(password), "\(text)")
        }
        // A holder that is killed leaves nothing that somebody has to unlock.
        first.signal(SIGKILL)
        _ = try await first.end()
        try job.open("long")
        let next = try await sandbox.reconcile("apply", "--state", secret)
        #expect(next.status == 0, "\(next)")
        #expect(job.entries().count == 1, "the run that went on was adopted")
    }

    @Test func anApplyOutlivesItsServer() async throws {
        let server = try PostgresServer(isDurable: true)
        let there = environment(server.url(try server.makeDatabase()))
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try job.want("other", variant: 1)
        try await sandbox.commit()
        let apply = try await sandbox.start(environment: there)
        try await job.begun("long")
        try server.kill()
        try job.open("long")
        try server.start()
        let end = try await apply.end()
        #expect(end.status == 0, "\(end)")
        #expect(job.entries().count == 2)
        let history = try await sandbox.reconcile("history", "--verify", environment: there)
        #expect(history.status == 0, "\(history)")
    }

    /// A team outgrows a file, and a person takes a server's record home.
    @Test func aStateMovesToAServerAndBack() async throws {
        let server = try PostgresServer.shared()
        let url = server.url(try server.makeDatabase())
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("first")
        try job.want("second", variant: 1)
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        let before = try await sandbox.reconcile("state", "export")

        let there = try await sandbox.reconcile("state", "migrate", ".slipway/state.db", url)
        #expect(there.status == 0 && there.output.contains("2 runs"), "\(there)")
        let check = try await sandbox.reconcile("state", "check", "--state", url)
        #expect(check.status == 0 && check.output.contains("nothing is wrong"), "\(check)")
        #expect(try await sandbox.reconcile("state", "export", "--state", url).output == before.output)
        let closed = try await sandbox.reconcile()
        #expect(closed.status == 1 && closed.errors.contains("127.0.0.1"), "\(closed)")
        let next = try await sandbox.reconcile("--state", url)
        #expect(next.status == 0 && next.output.contains("Nothing to do"), "\(next)")

        let back = try await sandbox.reconcile("state", "migrate", url, "sqlite:home.db")
        #expect(back.status == 0, "\(back)")
        #expect(try await sandbox.reconcile("state", "check", "--state", "home.db").status == 0)
        let home = try await sandbox.reconcile("--state", "home.db")
        #expect(home.status == 0 && home.output.contains("Nothing to do"), "\(home)")
        #expect(job.entries().count == 2)
    }
}
