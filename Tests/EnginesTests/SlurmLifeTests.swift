import Engines
import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

/// Attempts on a real cluster, from what they are given to how they end.
@Suite(.enabled(if: SlurmCluster.isThere, "Slurm is not installed"), .timeLimit(.minutes(3)), .serialized)
struct SlurmLifeTests {
    private static let hostile = [
        "--help", "-x", "a b", "$(touch broken)", "`touch broken`", "; touch broken", "line\nbreak", "", "'\"\\", "*",
        "%j",
        "{{x}}", "-- --wrap=x", "#SBATCH --partition=short", "ü\u{1F600}",
    ]

    @Test func `every text reaches the command as it is, and nothing else`() async throws {
        let attempts = try SlurmAttempts()
        var environment = ["PATH": "/usr/bin:/bin", "EMPTY": "", "LD_PRELOAD": "/no/such/library.so"]
        for (number, text) in Self.hostile.enumerated() { environment["V\(number)"] = text }
        // Options of sbatch and srun, were they in its environment.
        environment["SBATCH_PARTITION"] = "no-such-partition"
        environment["SLURM_CONF_SERVER"] = "127.0.0.1:1"
        var submission = try attempts.script(
            "x%j $(id)", #"printf '%s\0' "$@" > ../arguments; env -0 > ../environment; pwd > ../folder"#,
            environment: environment)
        submission.arguments += Self.hostile
        let engine = attempts.engine()
        try await engine.submit(submission)
        let reference = attempts.reference(to: submission)
        #expect(await engine.wait(for: reference, until: nil).status == 0)
        let arguments = attempts.text(submission, "arguments")?.split(separator: "\0", omittingEmptySubsequences: false)
        #expect(arguments?.dropLast().map(String.init) == Self.hostile)
        let entries = (attempts.text(submission, "environment") ?? "").split(separator: "\0").map(String.init)
        for (name, value) in environment { #expect(entries.contains("\(name)=\(value)"), "\(name)") }
        #expect(!entries.contains { $0.hasPrefix("SLIPWAY_") || $0.hasPrefix("LC_ALL=") })
        #expect(entries.contains { $0.hasPrefix("SLURM_JOB_ID=") }, "what Slurm says of the job the command sees")
        #expect(attempts.text(submission, "folder") == submission.workingDirectory + "\n")
        #expect(try attempts.workspace.contents().allSatisfy { !$0.hasSuffix("broken") })
    }

    @Test func `a secret is in no argument and in no file`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script(
            "secret", "touch ../ready; exec sleep 300",
            environment: ["PATH": "/usr/bin:/bin", "TOKEN": "s3cr3t-value"])
        let engine = attempts.engine()
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "ready") != nil }
        let job = try #require(attempts.job(submission))
        #expect(try !attempts.cluster.run("scontrol", "show", "job", job).contains("s3cr3t-value"))
        for path in try attempts.workspace.contents() {
            #expect(attempts.workspace.text(path)?.contains("s3cr3t-value") != true, "\(path)")
        }
        try await engine.cancel(attempts.reference(to: submission), grace: .seconds(5))
    }

    @Test(arguments: ["UID", "SHELLOPTS"]) func `a variable that bash keeps to itself is refused`(
        name: String
    ) async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script("uid", "true", environment: ["PATH": "/bin", name: "1"])
        await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(try attempts.jobs(submission).isEmpty)
    }

    @Test func `devices are those that Slurm gave`() async throws {
        let attempts = try SlurmAttempts()
        let environment = ["PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": "7", "NVIDIA_VISIBLE_DEVICES": "7"]
        var submission = try attempts.script(
            "gpu", #"echo "$CUDA_VISIBLE_DEVICES" "$NVIDIA_VISIBLE_DEVICES" "$SLURM_CPUS_PER_TASK" > ../devices"#,
            environment: environment)
        submission.resources.gpu = 2
        submission.resources.cpu = CPUQuantity(millicores: 2500)
        submission.resources.memory = ByteQuantity(bytes: 100_000_000)
        let engine = attempts.engine()
        try await engine.submit(submission)
        #expect(await engine.wait(for: attempts.reference(to: submission), until: nil).status == 0)
        // Slurm has no word for the second.
        let devices = try #require(attempts.text(submission, "devices"))
        #expect(devices.split(separator: " ").first.map { $0.split(separator: ",").count } == 2)
        #expect(devices.hasSuffix(" 7 3\n"))
        let job = try #require(attempts.job(submission))
        #expect(try attempts.cluster.run("scontrol", "show", "job", job).contains("MinMemoryNode=96M"))
    }

    @Test func `what waits says why, in Slurm's words`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script(
            "waits", "echo started >> ../starts", config: ["begin": .string("now+1hour"), "nodes": .int(1)])
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        let job = try #require(attempts.job(submission))
        try await eventually("its begin is the reason") {
            await engine.observe(reference).waitingReason == "BeginTime"
        }
        try attempts.cluster.run("scontrol", "hold", job)
        let held = await engine.change(
            of: reference, from: .waiting(reason: "BeginTime", message: ""), until: attempts.clock.now() + .seconds(30))
        #expect(held.waitingReason != nil)
        try await eventually("it is held") { await engine.observe(reference).waitingReason == "JobHeldAdmin" }
        #expect(attempts.starts(submission) == 0)
        try attempts.cluster.run("scontrol", "update", "jobid=\(job)", "starttime=now")
        try attempts.cluster.run("scontrol", "release", job)
        #expect(await engine.wait(for: reference, until: nil).status == 0)
        #expect(attempts.starts(submission) == 1)
    }

    @Test func `what waits is cancelled without ever starting`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script(
            "never", "echo started >> ../starts", config: ["begin": .string("now+1hour")])
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await engine.cancel(reference, grace: .seconds(5))
        let observation = await engine.observe(reference)
        #expect(observation.failure == .endedByOthers, "\(observation)")
        try await attempts.engine().submit(submission)
        #expect(try attempts.jobs(submission).count == 1)
        #expect(attempts.starts(submission) == 0)
    }

    @Test(arguments: [
        (["partition": JSONValue.string("no-such")], "invalid partition specified: no-such"),
        (["gres": .string("gpu:9")], "Requested node configuration is not available"),
        (["time": .string("soon")], "Invalid --time specification"),
        (["nodes": .string("--uid=0")], "uid=0"),
        (["uid": .string("0")], "`uid` is no option"),
        (["wrap": .string("id")], "`wrap` is no option"),
        (["qos": .string("a\nb")], "`qos`"),
        (["nodes": .array([])], "`nodes`"),
    ])
    func `what Slurm refuses is refused in its words, and was not started`(
        config: [String: JSONValue], words: String
    ) async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.script("refused", "echo started >> ../starts", config: config)
        let engine = attempts.engine()
        let refusal = await #expect(throws: Diagnostic.self) { try await engine.submit(submission) }
        #expect(refusal?.message.localizedStandardContains(words) == true, "\(refusal?.message ?? "")")
        #expect(await engine.observe(attempts.reference(to: submission)) == .absent)
        #expect(try await engine.seal(attempts.reference(to: submission)) == .absent)
        #expect(try attempts.jobs(submission, states: "PENDING,RUNNING,COMPLETED").isEmpty)
        #expect(attempts.starts(submission) == 0)
    }

    @Test func `a command that is not there ends with 127, where its node looks for it`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.submission("missing", ["no-such-command"])
        let engine = attempts.engine()
        try await engine.submit(submission)
        #expect(await engine.wait(for: attempts.reference(to: submission), until: nil).status == 127)
        for program in ["./no-such-file", "-x", ""] {
            let submission = try attempts.submission("missing-\(program.count)", [program])
            await #expect(throws: Diagnostic.self) { try await engine.submit(submission) }
        }
    }

    @Test func `many are submitted at once, and each starts once`() async throws {
        let attempts = try SlurmAttempts()
        let submissions = try (0..<12).map {
            try attempts.script("many-\($0)", "echo started >> ../starts; exit \($0)")
        }
        let engines = [attempts.engine(), attempts.engine(), attempts.engine()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for submission in submissions {
                for engine in engines { group.addTask { try await engine.submit(submission) } }
            }
            try await group.waitForAll()
        }
        for (number, submission) in submissions.enumerated() {
            let observation = await engines[number % 3].wait(for: attempts.reference(to: submission), until: nil)
            #expect(observation.status == Int32(number))
            #expect(attempts.starts(submission) == 1)
        }
    }
}

/// What is submitted at once goes as job arrays.
@Suite(.enabled(if: SlurmCluster.isThere, "Slurm is not installed"), .timeLimit(.minutes(3)), .serialized)
struct SlurmArrayTests {
    @Test func `what comes together is one job array, and each task is its own`() async throws {
        let attempts = try SlurmAttempts()
        let count = 24
        let submissions = try (0..<count).map { number in
            var submission = try attempts.script(
                "task-\(number)",
                #"echo started >> ../starts; printf '%s\0' "$@" > ../arguments; env > ../environment; exit "$STATUS""#,
                environment: ["PATH": "/usr/bin:/bin", "STATUS": "\(number)", "TOKEN_\(number)": "secret-\(number)"])
            submission.arguments += ["-\(number)", "a b", "", "line\n\(number)"].prefix(1 + number % 4)
            return submission
        }
        let engine = attempts.engine()
        try await submit(submissions, engine)
        #expect(submissions.contains { attempts.job($0)?.contains("_") == true }, "some went together")
        for (number, submission) in submissions.enumerated() {
            let observation = await engine.wait(for: attempts.reference(to: submission), until: nil)
            #expect(observation.status == Int32(number), "\(observation)")
            #expect(attempts.starts(submission) == 1)
            let arguments = attempts.text(submission, "arguments")?.split(
                separator: "\0", omittingEmptySubsequences: false)
            #expect(arguments?.dropLast().map(String.init) == Array(submission.arguments.dropFirst()))
            let environment = attempts.text(submission, "environment") ?? ""
            let secrets = environment.split(separator: "\n").filter { $0.contains("secret-") }
            #expect(secrets == ["TOKEN_\(number)=secret-\(number)"], "no other task's is there")
            #expect(!environment.contains("SLIPWAY_"))
        }
    }

    @Test func `a task waits, is adopted and is ended like a job`() async throws {
        let attempts = try SlurmAttempts()
        let submissions = try (0..<8).map {
            try attempts.script(
                "stays-\($0)", "echo started >> ../starts; touch ../ready; exec sleep 300",
                config: ["cpus-per-task": .int(4)])
        }
        let engine = attempts.engine()
        try await submit(submissions, engine)
        let next = attempts.engine()
        let references = submissions.map(attempts.reference)
        // The cluster has room for four of them.
        try await eventually("four run and four wait") {
            let observations = await next.observe(references)
            return observations.count(where: \.isRunning) == 4 && observations.count { $0.waitingReason != nil } == 4
        }
        // As if their numbers had never been noted.
        for submission in submissions { try? FileManager.default.removeItem(atPath: "\(submission.folder)/slurm.job") }
        #expect(await next.observe(references).allSatisfy(\.isLive))
        for (submission, reference) in zip(submissions, references).reversed() {
            try await next.submit(submission)
            try await next.cancel(reference, grace: .seconds(5))
            let observation = await next.wait(for: reference, until: nil)
            #expect(observation != .absent && observation.status != 0, "\(observation)")
        }
        #expect(submissions.allSatisfy { attempts.starts($0) <= 1 })
    }

    private func submit(_ submissions: [Submission], _ engine: SlurmEngine) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for submission in submissions { group.addTask { try await engine.submit(submission) } }
            try await group.waitForAll()
        }
    }
}

extension Observation {
    var waitingReason: String? { if case .waiting(let reason, _) = self { reason } else { nil } }
    var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}
