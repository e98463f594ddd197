import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Engines

/// A cluster that is down, slow, talks nonsense, loses jobs and machines, or has what is not ours.
@Suite(.enabled(if: SlurmCluster.isThere, "Slurm is not installed"), .timeLimit(.minutes(3)), .serialized)
struct SlurmTroubleTests {
    // MARK: The cluster's own troubles

    @Test func `what was running when its node was lost was interrupted, and is not run again by Slurm`() async throws {
        let attempts = try SlurmAttempts(SlurmCluster(accounting: false))
        let submission = try attempts.script("lost", "echo started >> ../starts; touch ../ready; exec sleep 300")
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        try await attempts.cluster.loseNode()
        let observation = await engine.wait(for: reference, until: nil)
        #expect(observation.failure == .nodeLost, "\(observation)")
        #expect(observation.failure?.cause == .interruption)
        #expect(attempts.starts(submission) == 1)
    }

    @Test func `where the queue says so, Slurm runs it again, and then its end counts`() async throws {
        let attempts = try SlurmAttempts(SlurmCluster(accounting: false))
        let submission = try attempts.script(
            "again",
            """
            echo started >> ../starts
            [ "$SLURM_RESTART_COUNT" = 1 ] && exit 5
            touch ../ready
            exec sleep 300
            """, config: ["requeue": .bool(true)])
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        try await attempts.cluster.loseNode()
        // Slurm waits two minutes before it starts again what it put back, unless told otherwise.
        let job = try #require(attempts.job(submission))
        try await eventually("it waits again") { await engine.observe(reference).waitingReason != nil }
        // The node is not really lost: its daemon clears away what is left of the job, whichever start that is of.
        try await eventually("nothing is left of it") { try !attempts.cluster.hasJobOnNode() }
        // It also refuses to start what it killed in the same second ("Job credential revoked").
        try attempts.cluster.run("scontrol", "update", "jobid=\(job)", "starttime=now+2")
        let end = await engine.wait(for: reference, until: nil)
        #expect(end.status == 5, "\(end)")
        #expect(attempts.starts(submission) == 2)
    }

    @Test func `a controller that is down is waited for, and nothing is submitted twice`() async throws {
        let attempts = try SlurmAttempts(SlurmCluster(accounting: false))
        let submission = try attempts.script("down", "echo started >> ../starts; touch ../ready; exec sleep 300")
        let late = try attempts.script("late", "echo started >> ../starts")
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        try attempts.cluster.stop("slurmctld")
        #expect(await engine.observe(reference).isUnreachable)
        try await engine.submit(submission, expecting: .engineUnreachable)
        try await engine.submit(late, expecting: .engineUnreachable)
        let cancelled = await #expect(throws: Diagnostic.self) {
            try await engine.cancel(reference, grace: .seconds(1))
        }
        #expect(cancelled?.code == .engineUnreachable)
        let news = Task { await engine.change(of: reference, from: .unreachable("?"), until: nil) }
        try attempts.cluster.start("slurmctld")
        try await eventually("it is seen again") { await engine.observe(reference).isRunning }
        news.cancel()
        #expect(await news.value != .absent)
        try await engine.submit(late)
        #expect(await engine.wait(for: attempts.reference(to: late), until: nil).status == 0)
        #expect(attempts.starts(late) == 1)
        #expect(try attempts.jobs(late).count == 1)
        try await engine.cancel(reference, grace: .seconds(5))
        #expect(attempts.starts(submission) == 1)
    }

    @Test(.enabled(if: SlurmCluster.hasAccounting))
    func `what the controller forgot accounting knows`() async throws {
        let attempts = try SlurmAttempts(SlurmCluster(accounting: true, minJobAge: 2))
        let submission = try attempts.script("old", "true", config: ["begin": .string("now+1hour")])
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        let job = try #require(attempts.job(submission))
        try attempts.cluster.run("scancel", job)
        try await eventually("the controller forgets it", within: .seconds(120)) {
            try attempts.jobs(submission).isEmpty
        }
        let observation = await engine.wait(for: reference, until: nil)
        #expect(observation.failure == .endedByOthers, "\(observation)")
    }

    @Test func `what the controller forgot is gone where there is no accounting`() async throws {
        let attempts = try SlurmAttempts(SlurmCluster(accounting: false, minJobAge: 2))
        let submission = try attempts.script("old", "true", config: ["begin": .string("now+1hour")])
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try attempts.cluster.run("scancel", try #require(attempts.job(submission)))
        try await eventually("the controller forgets it", within: .seconds(120)) {
            try attempts.jobs(submission).isEmpty
        }
        guard case .gone(let why) = await engine.wait(for: reference, until: nil) else {
            Issue.record("it is not gone")
            return
        }
        #expect(why.contains("there is no accounting to ask"))
    }

    // MARK: Lost acknowledgements and others' jobs

    /// What stands in for one of Slurm's commands; the real one is `$real`.
    private func commands(_ attempts: SlurmAttempts, _ scripts: [String: String]) throws -> [String: JSONValue] {
        for tool in ["sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct"] {
            try attempts.workspace.script(
                "bin/\(tool)", "real=/usr/bin/\(tool)\n" + (scripts[tool] ?? #"exec "$real" "$@""#))
        }
        return ["bin": .string("\(attempts.workspace.path)/bin")]
    }

    private static let busy =
        "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2"

    @Test func `a job whose acknowledgement was lost is found by its name`() async throws {
        let attempts = try SlurmAttempts()
        _ = try commands(attempts, ["sbatch": "\"$real\" \"$@\" > /dev/null; \(Self.busy); exit 1"])
        let submission = try attempts.script("heard", "echo started >> ../starts; touch ../ready; exec sleep 300")
        let engine = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        let (next, reference) = (attempts.engine(), attempts.reference(to: submission))
        #expect(await next.observe(reference).isRunning)
        try await next.submit(submission)
        #expect(try attempts.jobs(submission).count == 1)
        try await next.cancel(reference, grace: .seconds(5))
        #expect(attempts.starts(submission) == 1)
    }

    /// As after a power failure between a submission and its note, with a controller that does not answer for a while.
    @Test func `it is found as soon as Slurm answers again`() async throws {
        let attempts = try SlurmAttempts()
        let silent = "echo 'squeue: error: Unable to contact slurm controller (connect failure)' >&2; exit 1"
        _ = try commands(
            attempts, ["sbatch": "\"$real\" \"$@\" > /dev/null; \(Self.busy); exit 1", "squeue": silent])
        let submission = try attempts.script("found", "echo started >> ../starts; touch ../ready; exec sleep 300")
        let engine = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        try await engine.submit(submission, expecting: .engineUnreachable)
        #expect(await engine.observe(attempts.reference(to: submission)).isUnreachable)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        let (next, reference) = (attempts.engine(), attempts.reference(to: submission))
        #expect(await next.observe(reference).isRunning)
        try await next.submit(submission)
        #expect(try attempts.jobs(submission).count == 1)
        try await next.cancel(reference, grace: .seconds(5))
        #expect(attempts.starts(submission) == 1)
    }

    @Test func `a submission that never arrived is made again, and an older one that comes late stands back`()
        async throws
    {
        let attempts = try SlurmAttempts()
        // Both the job and the word of it are kept back.
        _ = try commands(
            attempts, ["sbatch": "\(Self.busy); printf '%s\\0' \"$@\" > '\(attempts.workspace.path)/kept'; exit 1"])
        let submission = try attempts.script("never", "echo started >> ../starts")
        let engine = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        try await engine.submit(submission, expecting: .engineUnreachable)
        let (next, reference) = (attempts.engine(), attempts.reference(to: submission))
        #expect(await next.observe(reference) == .absent)
        try await next.submit(submission)
        #expect(await next.wait(for: reference, until: nil).status == 0)
        let kept = try #require(attempts.workspace.text("kept")).split(
            separator: "\0", omittingEmptySubsequences: false)
        let late = try attempts.cluster.run(["sbatch"] + kept.dropLast().map(String.init))
        try await eventually("the late one is over") {
            try attempts.cluster.run("squeue", "--noheader", "--states=all", "--jobs=\(late)", "--format=%T")
                == "FAILED"
        }
        #expect(attempts.starts(submission) == 1)
        #expect(await next.observe(reference).status == 0)
    }

    @Test func `of two jobs of one intent one starts the command`() async throws {
        let attempts = try SlurmAttempts()
        _ = try commands(attempts, ["sbatch": #""$real" "$@"; exec "$real" "$@""#])
        let engine = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        for number in 0..<5 {
            let submission = try attempts.script("twice-\(number)", "echo started >> ../starts; sleep 0.3; exit 4")
            try await engine.submit(submission)
            #expect(await engine.wait(for: attempts.reference(to: submission), until: nil).status == 4)
            try await eventually("both jobs are over") {
                try attempts.jobs(submission, states: "PENDING,RUNNING,COMPLETING").isEmpty
            }
            #expect(try attempts.jobs(submission).count == 2)
            #expect(attempts.starts(submission) == 1)
        }
    }

    @Test func `what was sealed while it waited starts nothing when its turn comes`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script(
            "sealed", "echo started >> ../starts", config: ["begin": .string("now+1hour")])
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        let job = try #require(attempts.job(submission))
        // As an agent does that cannot ask Slurm.
        #expect(try AttemptFolder(submission.folder).seal(by: nil))
        try attempts.cluster.run("scontrol", "update", "jobid=\(job)", "starttime=now")
        try await eventually("its job stands back") {
            try attempts.jobs(submission, states: "FAILED").count == 1
        }
        #expect(await engine.observe(reference).isGone)
        #expect(attempts.starts(submission) == 0)
    }

    @Test func `a job of the same name that is not ours is neither adopted nor ended`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script("foreign", "echo started >> ../starts")
        let foreign = try attempts.cluster.run(
            "sbatch", "--parsable", "--job-name=\(submission.name)", "--output=/dev/null", "--comment=a;b\nc",
            "--wrap=sleep 300")
        func state() throws -> String {
            try attempts.cluster.run("squeue", "--noheader", "--jobs=\(foreign)", "--format=%T")
        }
        try await eventually("the other's job runs") { try state() == "RUNNING" }
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        #expect(await engine.observe(reference) == .absent)
        try await engine.cancel(reference, grace: .zero)
        // As after a crash in which a submission may have been lost.
        try Data("another\n".utf8).write(to: URL(fileURLWithPath: "\(submission.folder)/slurm.intent"))
        #expect(await engine.observe(reference) == .absent)
        let refusal = await #expect(throws: Diagnostic.self) { try await engine.submit(submission) }
        #expect(refusal?.message.contains("job \(foreign) of the name \(submission.name)") == true)
        // A number that Slurm has given to somebody else since.
        try Data("another \(foreign)\n".utf8).write(to: URL(fileURLWithPath: "\(submission.folder)/slurm.job"))
        let observation = await engine.wait(for: reference, until: nil)
        #expect(observation.isGone, "\(observation)")
        try await engine.cancel(reference, grace: .zero)
        #expect(try state() == "RUNNING")
        #expect(attempts.starts(submission) == 0)
        try attempts.cluster.run("scancel", foreign)
    }

    // MARK: Commands that fail

    @Test(arguments: [
        ("echo nonsense", "does not print"), ("printf '\\377\\000'", "does not print"),
        ("exit 3", "ended with status 3"),
        ("kill -9 $$", "ended with status 137"), ("exec sleep 60", "did not answer"),
        ("echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1", "Unable to contact"),
        ("exec yes", "more than anybody can want"),
        ("printf '%s;WARP_DRIVE;None;1;1;0:0;0;vm;%s;%s;\\n' \"$JOB\" \"$NAME\" \"$COMMENT\"", "WARP_DRIVE"),
    ])
    func `from what squeue cannot say nothing follows`(script: String, words: String) async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script("mute", "touch ../ready; exec sleep 300")
        let (real, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await real.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        let job = try #require(attempts.job(submission))
        let mark = try #require(attempts.text(submission, "slurm.intent")).dropLast()
        let variables = """
            JOB=\(job)
            NAME=\(submission.name)
            COMMENT='slipway attempt=\(submission.name) place=- mark=\(mark)'

            """
        var broken = reference
        broken.target?.settings = .object(try commands(attempts, ["squeue": variables + script]))
        let engine = attempts.impatientEngine()
        guard case .unreachable(let why) = await engine.observe(broken) else {
            Issue.record("something followed: \(await engine.observe(broken))")
            return
        }
        #expect(why.contains(words), "\(why)")
        #expect(await real.observe(reference).isRunning)
        try await real.cancel(reference, grace: .seconds(5))
    }

    @Test func `a job that squeue suddenly does not know is gone, not run again`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script("vanished", "echo started >> ../starts; touch ../ready; exec sleep 300")
        let (real, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await real.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        var broken = reference
        broken.target?.settings = .object(try commands(attempts, ["squeue": "exit 0"]))
        let engine = attempts.engine()
        #expect(await engine.observe(broken).isRunning, "its exit status may be on its way")
        let observation = await engine.wait(for: broken, until: nil)
        #expect(observation.isGone, "\(observation)")
        try await engine.submit(submission)
        #expect(attempts.starts(submission) == 1)
        try await real.cancel(reference, grace: .seconds(5))
    }

    @Test func `many are asked for with one call`() async throws {
        let attempts = try SlurmAttempts()
        let count = 40
        var references: [SubmissionReference] = []
        var settings: [String: JSONValue] = [:]
        for number in 0..<count {
            var submission = try attempts.script("n\(number)", "true", config: ["begin": .string("now+1hour")])
            let engine = attempts.engine()
            try await engine.submit(submission)
            if settings.isEmpty {
                settings = try commands(
                    attempts, ["squeue": "echo call >> '\(attempts.workspace.path)/calls'; exec \"$real\" \"$@\""])
            }
            submission.target?.settings = .object(settings)
            references.append(attempts.reference(to: submission))
        }
        let engine = attempts.engine()
        let observations = await engine.observe(references)
        #expect(observations.count == count && observations.allSatisfy { $0.waitingReason == "BeginTime" })
        #expect(attempts.workspace.text("calls") == "call\n")
        // All who wait share the questions.
        let begun = attempts.clock.now()
        await withTaskGroup(of: Void.self) { group in
            for reference in references {
                group.addTask {
                    let until = begun + .milliseconds(700)
                    _ = await engine.change(
                        of: reference, from: .waiting(reason: "BeginTime", message: ""), until: until)
                }
            }
        }
        let calls = attempts.workspace.text("calls")?.split(separator: "\n").count ?? 0
        #expect(calls < count, "\(calls)")
    }

    // MARK: Looking before

    @Test func `a look before finds what is there`() async throws {
        let attempts = try SlurmAttempts()
        let target = EngineTarget(kind: .slurm, document: .object(["partition": .string("main,nope")]))
        let findings = await attempts.engine().preflight(target)
        #expect(findings.map(\.verdict) == [.good, .good, .good, .bad])
        #expect(findings[0].finding.contains("Slurm 22.") || findings[0].finding.contains("Slurm 2"))
        #expect(findings[3].subject == "the partition nope")
        let absent = EngineTarget(kind: .slurm, settings: .object(["bin": .string("/no/such/folder")]))
        #expect(await attempts.engine().preflight(absent).map(\.verdict) == [.bad])
        var good = try attempts.script("dry", "true", config: ["partition": .string("main")])
        #expect(await attempts.engine().dryRun(good) == [])
        good.target?.document = .object(["partition": .string("nope")])
        #expect(await attempts.engine().dryRun(good)?.first?.contains("invalid partition") == true)
        #expect(try attempts.jobs(good).isEmpty)
    }

    @Test(.enabled(if: SlurmCluster.hasAccounting)) func `accounts and qualities of service are looked up`()
        async throws
    {
        let attempts = try SlurmAttempts(accounting: true)
        let target = EngineTarget(
            kind: .slurm, document: .object(["account": .string("nobodys"), "qos": .string("normal")]))
        let findings = await attempts.engine().preflight(target)
        #expect(findings.map(\.verdict) == [.good, .good, .bad, .good])
        #expect(findings[1].finding == "on, with comments")
    }
}

extension SlurmEngine {
    /// Submits what cannot be, for a reason.
    fileprivate func submit(_ submission: Submission, expecting code: DiagnosticCode) async throws {
        let refusal = await #expect(throws: Diagnostic.self) { try await submit(submission) }
        #expect(refusal?.code == code, "\(refusal?.message ?? "")")
    }
}

extension SlurmAttempts {
    /// An engine that gives a command a moment and a little room.
    fileprivate func impatientEngine() -> SlurmEngine {
        var limits = SlurmClient.Limits()
        limits.question = .milliseconds(1500)
        limits.output = 1 << 20
        return SlurmEngine(
            host: Self.host, environment: cluster.environment, now: { [clock] in clock.now() }, unique: { "mark" },
            interval: .milliseconds(100), settling: .milliseconds(400), limits: limits)
    }
}
