import Foundation
import Support
import Testing

/// Developers and runners with nothing in common but a bare repository: the manifests are in it, and so is the record.
struct GitTeam {
    /// The folder around everything, of the first developer's sandbox.
    let sandbox: Sandbox
    let job: GatedJob

    var remote: String { sandbox.path + "/remote.git" }

    /// Every command of the team keeps the state in Git.
    static let environment = ["SLIPWAY_STATE": "git"]

    init() async throws {
        sandbox = try await Sandbox()
        job = try GatedJob(in: sandbox)
        try await sandbox.git("init", "--quiet", "--bare", "--initial-branch=main", remote)
        try await sandbox.git("remote", "add", "origin", remote)
    }

    /// Commits and pushes what the first developer has written.
    func publish(_ message: String = "A change") async throws {
        try await sandbox.commit(message)
        try await sandbox.git("push", "--quiet", "origin", "HEAD:main")
    }

    func reconcile(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await sandbox.reconcile(arguments, environment: Self.environment.merging(environment) { _, own in own })
    }

    /// A fresh clone, as a CI system makes one for a job and throws it away.
    func runner(_ name: String, depth: Int? = 1) async throws -> CIJob {
        let folder = "\(sandbox.path)/\(name)"
        var arguments = ["clone", "--quiet"]
        if let depth { arguments += ["--depth", "\(depth)"] }
        let outcome = try await sandbox.run("/usr/bin/git", arguments + ["file://\(remote)", folder])
        guard outcome.status == 0 else { throw NeverCame(what: "the clone \(name): \(outcome)") }
        return CIJob(folder: folder, run: name)
    }

    /// What Git says in the bare repository.
    func remoteGit(_ arguments: String...) async throws -> String {
        try await sandbox.run("/usr/bin/git", ["-C", remote] + arguments).output
    }
}

/// One job of a CI system.
struct CIJob {
    let folder: String
    let run: String

    private var environment: [String: String] {
        BuiltProgram.environment.merging([
            "SLIPWAY_STATE": "git", "SLIPWAY_CI_RUN": run, "SLIPWAY_CI_URL": "https://ci.example.org/\(run)",
        ]) { _, own in own }
    }

    func start(_ arguments: String...) async throws -> RunningProgram {
        try await RunningProgram.start(BuiltProgram.path, arguments, environment: environment, in: folder)
    }

    func reconcile(_ arguments: String...) async throws -> Outcome {
        try await RunningProgram.start(BuiltProgram.path, arguments, environment: environment, in: folder).end()
    }

    func git(_ arguments: String...) async throws -> Outcome {
        try await RunningProgram.start("/usr/bin/git", arguments, environment: environment, in: folder).end()
    }
}

@Suite struct GitStateStoryTests {
    @Test func theRecordIsInTheRepository() async throws {
        let team = try await GitTeam()
        try team.job.want("one")
        try await team.publish()
        let first = try await team.runner("first").reconcile()
        #expect(first.status == 0 && first.output.contains("Done: 1 succeeded"), "\(first)")
        // Another runner has nothing but what was pushed.
        let second = try await team.runner("second")
        let again = try await second.reconcile()
        #expect(again.status == 0 && again.output.contains("Nothing to do: 1 succeeded"), "\(again)")
        #expect(team.job.entries().count == 1)
        let log = try await team.remoteGit("log", "--format=%s%n%(trailers)", "slipway/state")
        for part in [
            ": 3 create, 1 run", "(one)", "Slipway-CI-Run: first", "Slipway-CI-URL: https://ci.example.org/first",
        ] {
            #expect(log.contains(part), "\(log)")
        }
        let verified = try await team.reconcile("history", "--verify")
        #expect(
            verified.status == 0 && verified.output.contains("anchors agree"), "each commit bears witness: \(verified)")
        let checked = try await team.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
        let status = try await second.git("status", "--porcelain")
        #expect(status.output.isEmpty, "\(status)")
    }

    @Test func noSecretAndNoLogGetsThere() async throws {
        let team = try await GitTeam()
        try team.sandbox.edit(
            "manifests/setup.yaml", "  parameters:\n", "  env: {TOKEN: {secret: hf}}\n  parameters:\n")
        try team.sandbox.edit("jobs/gated/job.sh", "echo \"begun\"", "echo \"a line of the log\"")
        try team.job.want("one")
        try await team.publish()
        let outcome = try await team.reconcile(environment: ["SLIPWAY_SECRET_HF": "s3cr3t-value"])
        #expect(outcome.status == 0, "\(outcome)")
        let all = try await team.remoteGit("log", "-p", "--format=%B", "slipway/state")
        #expect(all.contains("\"hf\"") && !all.contains("s3cr3t-value") && !all.contains("a line of the log"))
    }

    /// Two jobs of a CI system begin at once; one is told who has the state and where that can be looked at.
    @Test func oneRunnerAtATime() async throws {
        let team = try await GitTeam()
        try team.job.want("long", gated: true)
        try await team.publish()
        let (first, second) = (try await team.runner("first"), try await team.runner("second"))
        let apply = try await first.start("apply")
        try await team.job.begun("long")
        let refused = try await second.reconcile("apply")
        #expect(refused.status == 5, "\(refused)")
        for part in ["CI run first", "https://ci.example.org/first", "lock ", "[SLW4011]"] {
            #expect(refused.errors.contains(part), "\(refused)")
        }
        // Readers never wait.
        let status = try await second.reconcile("get", "run")
        #expect(status.status == 0 && status.output.contains("long"), "\(status)")
        try team.job.open("long")
        let end = try await apply.end()
        #expect(end.status == 0, "\(end)")
        let next = try await second.reconcile("apply")
        #expect(next.status == 0 && next.output.contains("Nothing to do"), "\(next)")
        #expect(team.job.entries().count == 1)
    }

    /// A job that the CI system cancels gives the state back; one that it kills is taken over by the next on that
    /// machine, which records it.
    @Test(arguments: [SIGTERM, SIGKILL]) func aCancelledJob(_ signal: Int32) async throws {
        let team = try await GitTeam()
        try team.job.want("long", gated: true)
        try await team.publish()
        let runner = try await team.runner("runner")
        let apply = try await runner.start("apply")
        try await team.job.begun("long")
        apply.signal(signal)
        _ = try await apply.end()
        try team.job.open("long")
        let next = try await runner.reconcile("apply")
        #expect(next.status == 0, "\(next)")
        #expect(next.errors.contains("who is gone; it is taken over") == (signal == SIGKILL), "\(next)")
        #expect(team.job.entries().count == 1, "what went on was adopted")
        let history = try await runner.reconcile("history")
        #expect(history.output.contains("lock.takenOver") == (signal == SIGKILL), "\(history)")
    }

    @Test func aLockIsBrokenByItsIdOrItsRun() async throws {
        let team = try await GitTeam()
        try team.job.want("long", gated: true)
        try await team.publish()
        let runner = try await team.runner("stuck")
        let apply = try await runner.start("apply")
        try await team.job.begun("long")
        let other = try await team.reconcile("unlock", "--if-owner", "another")
        #expect(other.status == 5 && other.errors.contains("CI run stuck"), "\(other)")
        let unlocked = try await team.reconcile("unlock", "--if-owner", "stuck")
        #expect(unlocked.status == 0 && unlocked.output.contains("Unlocked"), "\(unlocked)")
        let again = try await team.reconcile("unlock", "--if-owner", "stuck")
        #expect(again.status == 0 && again.output.contains("Nobody holds"), "\(again)")
        let history = try await team.reconcile("history")
        #expect(history.output.contains("lock.broken"), "\(history)")
        // The old holder notices at the latest when it says again that it lives.
        let end = try await apply.end()
        #expect(end.status == 5, "\(end)")
        try team.job.open("long")
    }

    /// A newer commit is not kept waiting by an older one that only waits; what runs is adopted.
    @Test(arguments: ["git", "file"]) func aNewerCommitGoesOn(_ kind: String) async throws {
        let team = try await GitTeam()
        let environment = ["SLIPWAY_STATE": kind == "git" ? "git" : "sqlite:\(team.sandbox.path)/state.db"]
        try team.job.want("long", gated: true)
        try await team.publish("First")
        let older = try await team.sandbox.start("apply", environment: environment)
        try await team.job.begun("long")
        try team.job.want("short", variant: 2)
        try await team.publish("Second")
        async let newer = team.sandbox.reconcile("apply", environment: environment)
        let end = try await older.end()
        #expect(end.status == 0 && end.output.contains("Handed over to commit"), "\(end)")
        try await team.job.begun("short")
        try team.job.open("long")
        let done = try await newer
        #expect(done.status == 0 && done.output.contains("2 succeeded"), "\(done)")
        #expect(done.errors.contains("asked to hand over"), "\(done)")
        #expect(team.job.entries().map(\.run).sorted() == ["long", "short"])
    }

    @Test func cancelAndRetryReachARunnerElsewhere() async throws {
        let team = try await GitTeam()
        try team.job.want("long", gated: true)
        try await team.publish()
        let runner = try await team.runner("runner")
        let apply = try await runner.start("apply")
        try await team.job.begun("long")
        let cancelled = try await team.reconcile("cancel", "long")
        #expect(cancelled.status == 0 && cancelled.output.contains("cancelled"), "\(cancelled)")
        let end = try await apply.end()
        #expect(end.status == 4, "\(end)")
        try team.job.open("long")
        let retried = try await team.reconcile("retry", "long")
        #expect(retried.status == 0, "\(retried)")
        let next = try await team.runner("next").reconcile()
        #expect(next.status == 0, "\(next)")
        #expect(team.job.entries().map(\.attempt) == [1, 2])
    }

    /// What cannot be is said with a code of its own, and nothing is written.
    @Test func whatCannotBe() async throws {
        let team = try await GitTeam()
        try team.job.want("one")
        try await team.publish()
        let cases: [(state: String, code: String)] = [
            ("git:\(team.sandbox.path)/nothing.git", "SLW4044"), ("git:#refs/heads/a..b", "SLW4051"),
            ("git:#main", "SLW4051"), ("git:#refs/heads/main", "SLW4046"), ("git:--upload-pack=x", "SLW4051"),
            ("git:https://127.0.0.1:1/x.git", "SLW4020"), ("git:ext::sh -c whoami", "SLW4042"),
        ]
        let before = try await team.remoteGit("for-each-ref")
        for (state, code) in cases {
            let outcome = try await team.reconcile("apply", "--state", state)
            #expect(outcome.status == 1 && outcome.errors.contains("[\(code)]"), "\(state): \(outcome)")
        }
        #expect(try await team.remoteGit("for-each-ref") == before)
        let agent = try await team.reconcile("agent", "--pool", "here")
        #expect(agent.status == 1 && agent.errors.contains("[SLW4053]"), "\(agent)")
    }

    /// A server that wants a password gets none: nobody is asked for it, and it is said what is missing.
    @Test(.timeLimit(.minutes(1))) func credentialsThatAreMissing() async throws {
        let team = try await GitTeam()
        let server = try await team.sandbox.startPython(
            """
            import http.server, sys
            class Closed(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="team"')
                    self.end_headers()
                def log_message(self, *rest): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Closed)
            open(sys.argv[1] + ".new", "w").write(str(server.server_port))
            import os; os.rename(sys.argv[1] + ".new", sys.argv[1])
            server.serve_forever()
            """, [team.sandbox.path + "/port"], [:])
        defer { server.signal(SIGTERM) }
        var port = ""
        try await eventually("the server listens") {
            port = (try? String(contentsOfFile: team.sandbox.path + "/port", encoding: .utf8)) ?? ""
            return !port.isEmpty
        }
        let outcome = try await team.reconcile("status", "--state", "git:http://ada:hunter2@127.0.0.1:\(port)/team.git")
        #expect(outcome.status == 1 && outcome.errors.contains("[SLW4043]"), "\(outcome)")
        #expect(!outcome.errors.contains("hunter2"), "\(outcome)")
    }

    @Test func outsideOfARepositoryABranchElsewhereIsNamed() async throws {
        let team = try await GitTeam()
        try team.job.want("one")
        try await team.publish()
        _ = try await team.reconcile()
        let folder = team.sandbox.path + "/plain"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func ask(_ state: String) async throws -> Outcome {
            try await RunningProgram.start(
                BuiltProgram.path, ["get", "run", "--state", state], environment: BuiltProgram.environment, in: folder
            ).end()
        }
        let named = try await ask("git:\(team.remote)")
        #expect(named.status == 0 && named.output.contains("succeeded"), "\(named)")
        let unnamed = try await ask("git")
        #expect(unnamed.status == 1 && unnamed.errors.contains("[SLW4052]"), "\(unnamed)")
    }
}
