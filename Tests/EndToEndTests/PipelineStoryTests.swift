import Foundation
import Support
import Synchronization
import Testing

/// Two developers, two runners that are thrown away after each job, and between them a Git server and nothing else: the
/// manifests are there, the record is there, and what a runner does is what `init --ci plain` wrote.
@Suite(.timeLimit(.minutes(5))) struct PipelineStoryTests {
    @Test func fromAPullRequestToAForcePush() async throws {
        let team = try await Pipeline()

        // 1. The first commit, and the first apply.
        try team.job.want("base")
        try await team.ada.publish("Begin")
        let first = try await team.job("apply", "main")
        #expect(first.status == 0 && first.output.contains("1 succeeded of 1 runs"), "\(first)")

        // 2. A pull request: planned from its files alone, against the branch that it is for. Nothing is recorded.
        try await team.bob.pull()
        try await team.bob.branch("try-two")
        try team.bob.want("two", variant: 2)
        try await team.bob.publish("Try two", to: "try-two")
        let recorded = try await team.state
        let proposal = try await team.job("propose", "main", checkingOut: "try-two")
        #expect(proposal.status == 0, "\(proposal)")
        for part in ["<!-- slipway-plan -->", "Run/two", "1 run starts"] {
            #expect(proposal.output.contains(part), "\(proposal)")
        }
        #expect(!proposal.output.contains("Run/base"), "what the branch has already is no change")
        #expect(try await team.state == recorded)

        // 3. It is merged, and two jobs begin at once. Whatever one of them says, the work is done once.
        try await team.ada.merge("try-two")
        async let one = team.job("apply", "main")
        async let other = team.job("apply", "main")
        let statuses = try await [one.status, other.status].sorted()
        #expect(statuses == [0, 0] || statuses == [0, 5], "\(statuses)")
        #expect(team.starts == ["base/1", "two/1"])

        // 4. A job that the CI system cancels, with its machine: what ran there is lost, and tried again by policy.
        try team.ada.want("long", gated: true)
        try await team.ada.publish("Want a long one")
        let cut = try await team.startJob("apply", "main")
        let begun = try await team.job.begun("long")
        cut.program.signal(SIGTERM)
        #expect(try await cut.program.end().status == 130)
        kill(-begun.process, SIGKILL)
        kill(begun.process, SIGKILL)
        try FileManager.default.removeItem(atPath: cut.folder)
        try team.job.open("long")
        let next = try await team.job("apply", "main")
        #expect(next.status == 0, "\(next)")
        #expect(team.starts == ["base/1", "long/1", "long/2", "two/1"])

        // 5. Nothing is left to do, for whoever looks.
        let drift = try await team.job("drift", "main")
        #expect(drift.status == 0, "\(drift)")

        // 6. A change of mind: what was computed before is not computed again.
        try team.ada.want("two", variant: 3)
        try await team.ada.publish("Two differently")
        #expect(try await team.job("apply", "main").status == 0)
        try await team.ada.revert()
        let reverted = try await team.job("apply", "main")
        #expect(reverted.status == 0, "\(reverted)")
        #expect(team.starts == ["base/1", "long/1", "long/2", "two/1", "two/1"])

        // 7. The branch is set back by force, before the long one was wanted: its record stays, nothing runs again.
        let gone = try await team.ada.git("rev-parse", "HEAD")
        try await team.ada.forcePush("HEAD~3")
        let forced = try await team.job("apply", "main")
        #expect(forced.status == 0, "\(forced)")
        let story = try await team.reconcile("history", String(gone.prefix(12)))
        #expect(story.status == 0 && story.output.contains("two"), "\(story)")

        // 8. What is recorded is what the ledger outside it says, and the record is as it was written.
        #expect(team.starts.count == 5)
        #expect(try await team.recordedAttempts() == team.starts)
        for check in [["history", "--verify"], ["state", "check"]] {
            let outcome = try await team.reconcile(check[0], check[1])
            #expect(outcome.status == 0, "\(outcome)")
        }
        let subjects = try await team.stateLog()
        #expect(subjects.contains { $0.hasPrefix("Reconcile ") && $0.hasSuffix(": 3 create, 1 run") }, "\(subjects)")
        #expect(subjects.contains { $0.hasSuffix("1 about to start (long)") }, "\(subjects)")
    }
}

/// The commands in the pipelines of the big systems, as they stand there, with the variables that those systems set.
@Suite(.timeLimit(.minutes(5))) struct PipelineCommandTests {
    @Test(arguments: ["github", "gitlab", "jenkins"]) func doWhatTheyAreFor(_ system: String) async throws {
        let team = try await Pipeline()
        try team.job.want("base")
        try await team.ada.publish("Begin")
        let commands = try await team.commands(of: system)
        // GitLab's findings are written twice, and its plan: for the merge request, and for people.
        #expect(commands.propose.count == (system == "gitlab" ? 5 : 2), "\(commands)")
        #expect(commands.apply.count == 1 && commands.drift.count == 1, "\(commands)")

        for command in commands.apply {
            let outcome = try await team.step(command, on: "main")
            #expect(outcome.status == 0 && outcome.output.contains("1 succeeded"), "\(command): \(outcome)")
        }
        try await team.bob.pull()
        try await team.bob.branch("try-two")
        try team.bob.want("two", variant: 2)
        try await team.bob.publish("Try two", to: "try-two")
        for command in commands.propose {
            let outcome = try await team.step(command, on: "try-two", isProposal: true)
            #expect(outcome.status == 0, "\(command): \(outcome)")
            guard command.contains("plan") else { continue }
            let written = "\(outcome.output)\(team.written)"
            #expect(
                written.contains("Run/two") || written.contains(#"{"create":1,"delete":0,"update":0}"#), "\(written)")
        }
        for command in commands.drift {
            #expect(try await team.step(command, on: "main").status == 0)
            try await team.ada.merge("try-two")
            #expect(try await team.step(command, on: "main").status == 2, "there is something to do")
        }
        #expect(team.starts == ["base/1"])
    }
}

extension Pipeline {
    /// What a pipeline says to `reconcile`, by what it is for.
    fileprivate func commands(of system: String) async throws -> (propose: [String], apply: [String], drift: [String]) {
        let file = ["github": ".github/workflows/slipway.yaml", "gitlab": ".gitlab-ci.yml"][system] ?? "Jenkinsfile"
        let written = try await ada.reconcile("init", "--ci", system)
        guard written.status == 0 else { throw NeverCame(what: "\(file): \(written)") }
        let text = try String(contentsOfFile: "\(ada.folder)/\(file)", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.compactMap { line in
            ["run: ", "- ", "sh '", ""].lazy.map { "\($0)reconcile " }.first(where: line.hasPrefix).map { prefix in
                "reconcile " + line.dropFirst(prefix.count).trimmingCharacters(in: ["'"])
            }
        }
        return (
            lines.filter { $0.contains("validate") || $0.contains("--against-ref") },
            lines.filter { $0.hasPrefix("reconcile apply") }, lines.filter { $0.contains("--detailed-exitcode") }
        )
    }

    /// What the newest step wrote beside its output.
    fileprivate var written: String {
        ["plan.md", "plan.json"].compactMap { try? String(contentsOfFile: "\(root)/temp/\($0)", encoding: .utf8) }
            .joined()
    }

    /// One command in a fresh clone, as a shell of the system gets it.
    fileprivate func step(_ command: String, on branch: String, isProposal: Bool = false) async throws -> Outcome {
        let (folder, temp) = ("\(root)/step-\(count.next())", root + "/temp")
        try? FileManager.default.removeItem(atPath: temp)
        try FileManager.default.createDirectory(atPath: temp, withIntermediateDirectories: true)
        _ = try await run("/usr/bin/git", ["clone", "--quiet", "-b", branch, daemon.url("team.git"), folder], in: root)
        var environment = Self.environment(folder)
        environment["RUNNER_TEMP"] = temp
        if isProposal {
            for name in ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET", "base"] {
                environment[name] = "main"
            }
        }
        let outcome = try await RunningProgram.start(
            "/bin/sh", ["-euc", command], environment: environment, in: folder
        ).end()
        for name in ["plan.md", "plan.json"] where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
            try FileManager.default.moveItem(atPath: "\(folder)/\(name)", toPath: "\(temp)/\(name)")
        }
        return outcome
    }
}

/// A Git server, two developers, and runners.
private final class Pipeline: Sendable {
    let daemon: GitDaemon
    let ada: Developer
    let bob: Developer
    let job: GatedJob
    let root: String
    let count = Counter()

    init() async throws {
        let sandbox = try await Sandbox()
        root = sandbox.path
        job = try GatedJob(in: sandbox, fields: "retry: {limit: 1, on: [interruption], backoff: {initial: 10ms}}")
        _ = try await sandbox.run("/usr/bin/git", ["init", "--quiet", "--bare", "-b", "main", root + "/team.git"])
        daemon = try await GitDaemon(serving: root)
        _ = try await sandbox.git("remote", "add", "origin", daemon.url("team.git"))
        let written = try await sandbox.reconcile("init", "--ci", "plain")
        guard written.status == 0 else { throw NeverCame(what: "ci/slipway.sh: \(written)") }
        ada = Developer(folder: sandbox.repository, job: job, keeps: sandbox)
        bob = Developer(folder: root + "/bob", job: job, keeps: sandbox)
    }

    /// What the jobs of runs have written, outside of everything that Slipway keeps.
    var starts: [String] { job.entries().map { "\($0.run)/\($0.attempt)" }.sorted() }

    /// Where the branch with the record is.
    var state: String { get async throws { try await ada.git("ls-remote", "origin", "refs/heads/slipway/state") } }

    struct Job {
        let folder: String
        let program: RunningProgram
    }

    /// A runner: a fresh clone in a folder of its own, and the script in it.
    func startJob(_ act: String, _ branch: String, checkingOut checkout: String = "main") async throws -> Job {
        let folder = "\(root)/runner-\(count.next())"
        let clone = try await run(
            "/usr/bin/git", ["clone", "--quiet", "--branch", checkout, daemon.url("team.git"), folder], in: root)
        guard clone.status == 0 else { throw NeverCame(what: "a clone: \(clone)") }
        let program = try await RunningProgram.start(
            "/bin/sh", ["ci/slipway.sh", act, branch], environment: Self.environment(folder), in: folder)
        return Job(folder: folder, program: program)
    }

    /// The same, to its end, after which the runner is thrown away.
    func job(_ act: String, _ branch: String, checkingOut checkout: String = "main") async throws -> Outcome {
        let job = try await startJob(act, branch, checkingOut: checkout)
        let outcome = try await job.program.end()
        try FileManager.default.removeItem(atPath: job.folder)
        return outcome
    }

    /// A question, from another fresh clone.
    func reconcile(_ arguments: String...) async throws -> Outcome {
        let folder = "\(root)/reader-\(count.next())"
        _ = try await run("/usr/bin/git", ["clone", "--quiet", daemon.url("team.git"), folder], in: root)
        return try await run(BuiltProgram.path, arguments, in: folder)
    }

    /// Each attempt of the record whose command was started, as the ledger says it.
    func recordedAttempts() async throws -> [String] {
        let export = try await reconcile("state", "export")
        var names: [String: String] = [:]
        var attempts: [(run: String, number: Int)] = []
        for line in export.output.split(separator: "\n") {
            guard let document = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let row = document["row"] as? [String: Any]
            else { continue }
            if document["table"] as? String == "runs", let id = row["id"] as? String {
                names[id] = row["name"] as? String
            }
            if document["table"] as? String == "attempts", row["submitted_at"] is NSNumber,
                let run = row["run"] as? String, let number = row["number"] as? Int
            {
                attempts.append((run, number))
            }
        }
        return attempts.map { "\(names[$0.run] ?? "?")/\($0.number)" }.sorted()
    }

    func stateLog() async throws -> [String] {
        try await ada.git("fetch", "--quiet", "origin", "slipway/state")
        return try await ada.git("log", "--format=%s", "FETCH_HEAD").split(separator: "\n").map(String.init)
    }

    func run(_ program: String, _ arguments: [String], in folder: String) async throws -> Outcome {
        try await RunningProgram.start(program, arguments, environment: Self.environment(folder), in: folder).end()
    }

    static func environment(_ folder: String) -> [String: String] {
        let tools = BuiltProgram.path.split(separator: "/").dropLast().joined(separator: "/")
        return BuiltProgram.environment.merging([
            "PATH": "/\(tools):\(BuiltProgram.environment["PATH"] ?? "/usr/bin:/bin")", "SLIPWAY_STATE": "git",
            "SLIPWAY_CI_RUN": URL(fileURLWithPath: folder).lastPathComponent,
        ]) { _, own in own }
    }
}

/// Somebody with a clone.
private struct Developer {
    let folder: String
    let job: GatedJob
    /// Whose folder everything lies in.
    let keeps: Sandbox

    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        let outcome = try await keeps.run("/usr/bin/git", ["-C", folder] + arguments)
        guard outcome.status == 0 else { throw NeverCame(what: "git \(arguments): \(outcome)") }
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    func reconcile(_ arguments: String...) async throws -> Outcome {
        try await RunningProgram.start(
            BuiltProgram.path, arguments, environment: BuiltProgram.environment, in: folder
        ).end()
    }

    func want(_ run: String, gated: Bool = false, variant: Int = 0) throws {
        try job.want(run, gated: gated, variant: variant)
        let name = "manifests/\(run).yaml"
        guard folder != keeps.repository else { return }
        // Written in the first developer's clone, and moved to where it belongs.
        try FileManager.default.moveItem(atPath: "\(keeps.repository)/\(name)", toPath: "\(folder)/\(name)")
    }

    func pull() async throws {
        guard FileManager.default.fileExists(atPath: folder) else {
            let url = try await keeps.run("/usr/bin/git", ["-C", keeps.repository, "remote", "get-url", "origin"])
            let origin = url.output.trimmingCharacters(in: .newlines)
            _ = try await keeps.run("/usr/bin/git", ["clone", "--quiet", origin, folder])
            return
        }
        try await git("pull", "--quiet", "--ff-only", "origin", "main")
    }

    func branch(_ name: String) async throws { try await git("checkout", "--quiet", "-b", name) }

    func publish(_ message: String, to branch: String = "main") async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", message)
        try await git("push", "--quiet", "origin", "HEAD:\(branch)")
    }

    func merge(_ branch: String) async throws {
        try await git("fetch", "--quiet", "origin", branch)
        try await git("merge", "--quiet", "--no-ff", "--message", "Merge \(branch)", "FETCH_HEAD")
        try await git("push", "--quiet", "origin", "HEAD:main")
    }

    func revert() async throws {
        try await git("revert", "--no-edit", "HEAD")
        try await git("push", "--quiet", "origin", "HEAD:main")
    }

    func forcePush(_ commit: String) async throws {
        try await git("reset", "--quiet", "--hard", commit)
        try await git("push", "--quiet", "--force", "origin", "HEAD:main")
    }
}

/// Numbers that are given once.
private final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
