import Foundation
import Testing

/// A state that cannot or must not be used is left alone, with an error that says why.
@Suite struct BadStateTests {
    /// A repository with one run that has succeeded.
    private func applied() async throws -> (Sandbox, GatedJob) {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try await sandbox.commit()
        let outcome = try await sandbox.reconcile()
        #expect(outcome.status == 0, "\(outcome)")
        return (sandbox, job)
    }

    @Test func anEmptySetDeletesNothingUnlessAsked() async throws {
        let (sandbox, _) = try await applied()
        for file in ["setup.yaml", "one.yaml"] { try sandbox.remove("manifests/\(file)") }
        for arguments in [[], ["plan"]] {
            let refused = try await sandbox.reconcile(arguments)
            #expect(refused.status == 1 && refused.errors.contains("[SLW3004]"), "\(refused)")
        }
        #expect(try await sandbox.items("all").count == 4)
        let allowed = try await sandbox.reconcile("apply", "--allow-empty")
        #expect(allowed.status == 0, "\(allowed)")
        #expect(try await sandbox.items("all").isEmpty)
    }

    @Test func moreThanHalfIsNotDeletedUnlessAsked() async throws {
        let (sandbox, _) = try await applied()
        try sandbox.write(
            "manifests/setup.yaml",
            "apiVersion: slipway/v1\nkind: Queue\nmetadata: {name: local}\nspec: {resource: local-process}\n")
        try sandbox.remove("manifests/one.yaml")
        let refused = try await sandbox.reconcile()
        #expect(refused.status == 1 && refused.errors.contains("[SLW3005]"), "\(refused)")
        #expect(try await sandbox.items("all").count == 4)
        let allowed = try await sandbox.reconcile("apply", "--allow-mass-delete")
        #expect(allowed.status == 0, "\(allowed)")
        #expect(try await sandbox.items("all").map(\.kind) == ["Queue"])
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: String
        /// Python with the path of the state in `path` and a connection in `state`.
        let spoil: String
    }

    @Test(arguments: [
        Broken(
            testDescription: "garbage", code: "SLW4001",
            spoil: "state.close(); open(path, 'wb').write(b'this is no database at all. ' * 300)"),
        Broken(
            testDescription: "overwritten pages", code: "SLW4002",
            spoil: "state.close(); f = open(path, 'r+b'); f.seek(4096); f.write(b'\\xa5' * 4096 * 60)"),
        Broken(
            testDescription: "a newer schema", code: "SLW4008",
            spoil: "state.execute(\"UPDATE slipway_meta SET value = '999' WHERE name = 'schema'\"); state.commit()"),
        Broken(
            testDescription: "somebody else's database", code: "SLW4009",
            spoil: "state.executescript('DROP TABLE slipway_meta')"),
    ])
    func aStateThatIsNotOursIsLeftAlone(_ broken: Broken) async throws {
        let (sandbox, job) = try await applied()
        let path = sandbox.path + "/broken.db"
        let spoiled = try await sandbox.python(
            """
            import sqlite3, sys
            source, path = sys.argv[1:]
            state = sqlite3.connect(path)
            sqlite3.connect(source).backup(state)
            state.execute("PRAGMA journal_mode = DELETE")
            \(broken.spoil)
            """, sandbox.repository + "/.slipway/state.db", path)
        #expect(spoiled.status == 0, "\(spoiled)")
        let before = try await content(of: path, sandbox)
        for arguments in [["apply"], ["plan"], ["status"], ["history", "--verify"]] {
            let outcome = try await sandbox.reconcile(arguments + ["--state", path])
            #expect(outcome.status == 1 && outcome.errors.contains("[\(broken.code)]"), "\(arguments): \(outcome)")
        }
        #expect(try await content(of: path, sandbox) == before)
        #expect(job.entries().count == 1, "nothing was run on it")
    }

    /// What a database says, statement by statement, or the digest of a file that is none: opening one may rewrite
    /// its bytes and keeps what it says.
    private func content(of path: String, _ sandbox: Sandbox) async throws -> String {
        try await sandbox.python(
            """
            import hashlib, sqlite3, sys
            try:
                print("\\n".join(sqlite3.connect(sys.argv[1]).iterdump()))
            except sqlite3.DatabaseError as error:
                digest = hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()
                print(error, digest if "not a" in str(error) else "")
            """, path
        ).output
    }

    @Test func placesThatCannotHoldAState() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try await sandbox.commit()
        for (state, code) in [
            ("/proc/slipway/state.db", "SLW4012"), ("\(sandbox.repository)/jobs", "SLW4005"),
            ("git:origin#state", "SLW4051"), ("postgres://nobody@127.0.0.1:1/none", "SLW4020"),
        ] {
            let outcome = try await sandbox.reconcile("apply", "--state", state)
            #expect(outcome.status == 1 && outcome.errors.contains("[\(code)]"), "\(state): \(outcome)")
        }
        try? sandbox.remove(".slipway")
        try sandbox.write(".slipway", "a file")
        let outcome = try await sandbox.reconcile()
        #expect(outcome.status == 1 && outcome.errors.contains("[SLW8001]"), "\(outcome)")
        #expect(try sandbox.read(".slipway") == "a file")
        #expect(job.entries().isEmpty)
    }
}
