import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Engines

/// Commands in containers on a real cluster, from what they are given to how they end.
@Suite(
    .enabled(if: SlurmAttempts.hasContainers, "Slurm, Charliecloud (ch-run) or busybox is not installed"),
    .timeLimit(.minutes(3)), .serialized)
struct SlurmContainerTests {
    @Test(.timeLimit(.minutes(5))) func conforms() async throws {
        try await verifyEngine { try Self.underTest() }
    }

    private static func underTest() throws -> EngineUnderTest {
        let attempts = try SlurmAttempts()
        return EngineUnderTest(
            engine: attempts.engine(), host: SlurmAttempts.host, now: { attempts.clock.now() },
            another: { attempts.engine() },
            submission: { name, workload in
                let started = "echo started >> /slipway/outputs/starts; touch /slipway/outputs/ready"
                return switch workload {
                case .ends(let status): try attempts.containedScript(name, "\(started); exit \(status)")
                case .stays: try attempts.containedScript(name, "\(started); exec sleep 300")
                // One process, for the reason that `SlurmConformanceTests` gives.
                case .resists: try attempts.containedScript(name, "trap '' TERM; \(started); exec sleep 300")
                case .impossible: try attempts.contained(name, ["no-such-command"])
                }
            },
            settled: { submission in
                try await eventually("\(submission.name) runs") { attempts.text(submission, "outputs/ready") != nil }
            },
            starts: { attempts.text($0, "outputs/starts")?.split(separator: "\n").count ?? 0 },
            lose: { if let process = attempts.batch($0.folder) { kill(-process, SIGKILL) } },
            isLeft: { attempts.batch($0.folder).map { !KernelProcess.members(of: $0).isEmpty } ?? false })
    }

    private func end(of submission: Submission, _ attempts: SlurmAttempts) async throws -> Observation {
        let engine = attempts.engine()
        try await engine.submit(submission)
        return await engine.wait(for: attempts.reference(to: submission), until: nil)
    }

    // MARK: What it sees

    @Test func `the image's files are all that there is, with what the attempt is given`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.containedScript(
            "root",
            """
            cat /image /slipway/parameters.json
            pwd
            id -un
            echo / * /* /slipway/* /tmp/*
            echo '{"loss": 1}' >> /slipway/metrics.jsonl
            echo model > /slipway/outputs/model
            echo written > /app/here
            """)
        try attempts.workspace.write("root/inputs/data", "of another run")
        #expect(try await end(of: submission, attempts).status == 0)
        #expect(
            attempts.text(submission, "stdout.log") == """
                only here
                {"lr":0.1}
                /app
                root
                / * /app /bin /dev /etc /image /proc /slipway /sys /tmp /slipway/inputs /slipway/metrics.jsonl \
                /slipway/outputs /slipway/parameters.json /tmp/*

                """)
        #expect(attempts.text(submission, "outputs/model") == "model\n")
        #expect(attempts.text(submission, "metrics.jsonl") == "{\"loss\": 1}\n")
        #expect(attempts.text(submission, "work/app/here") == "written\n")
        #expect(attempts.text(submission, "stderr.log") == "")
    }

    @Test func `users that are a link in the image stay the image's`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.containedScript("users", "cat /etc/passwd")
        try attempts.workspace.folder("users/work/etc")
        try FileManager.default.createSymbolicLink(
            atPath: "\(submission.root)/etc/passwd", withDestinationPath: "/image")
        #expect(try await end(of: submission, attempts).status == 0)
        #expect(attempts.text(submission, "stdout.log") == "only here\n")
    }

    @Test func `what the queue shows of the node is there, and no more`() async throws {
        let attempts = try SlurmAttempts()
        let data = try attempts.workspace.folder("node/data")
        try attempts.workspace.write("node/data/train.csv", "1,2\n")
        let file = try attempts.workspace.write("node/license", "valid\n")
        let submission = try attempts.containedScript(
            "bind", "cat /data/train.csv /opt/license; ls / /opt /data",
            bind: ["\(data):/data", "\(file):/opt/license"])
        #expect(try await end(of: submission, attempts).status == 0)
        let listed = "app bin data dev etc image opt proc slipway sys tmp"
        let lines = attempts.text(submission, "stdout.log")?.split(separator: "\n").joined(separator: " ")
        #expect(lines == "1,2 valid /: \(listed) /data: train.csv /opt: license", "\(lines ?? "")")
    }

    @Test func `what the node has not is said in the command's place`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.containedScript(
            "absent", "touch /slipway/outputs/ready", bind: ["/no/such/folder:/data"])
        #expect(try await end(of: submission, attempts).status == 1)
        let words = attempts.text(submission, "stderr.log") ?? ""
        #expect(words.hasPrefix("ch-run[") && words.contains("/no/such/folder"), "\(words)")
        #expect(attempts.text(submission, "outputs/ready") == nil)
    }

    @Test func `every text reaches the command as it is, and nothing else does`() async throws {
        let attempts = try SlurmAttempts()
        var environment = [
            "PATH": "/nowhere:$HOME:/bin", "EMPTY": "", "LD_PRELOAD": "/no/such/library.so", "UID": "7",
            "TMPDIR": "/app", "USER": "somebody", "CH_IMAGE_STORAGE": "/no/such", "SBATCH_PARTITION": "no-such",
        ]
        let texts = [
            "--help", "-x", "--bind=/:/mnt", "a b", "$(touch /slipway/outputs/broken)",
            "; touch /slipway/outputs/broken",
            "line\nbreak", "", "'\"\\", "'quoted'", "$PATH:x", "*", "%j", "--", "ü\u{1F600}",
        ]
        for (number, text) in texts.enumerated() { environment["V\(number)"] = text }
        var submission = try attempts.containedScript(
            "x%j $(id)",
            #"printf '%s\0' "$0" "$@" > /slipway/outputs/arguments; env -0 > /slipway/outputs/environment"#,
            environment: environment)
        submission.arguments += texts
        #expect(try await end(of: submission, attempts).status == 0)
        let arguments = attempts.text(submission, "outputs/arguments")?
            .split(separator: "\0", omittingEmptySubsequences: false)
        #expect(arguments?.dropLast().map(String.init) == texts)
        #expect(attempts.text(submission, "outputs/broken") == nil)

        let entries = (attempts.text(submission, "outputs/environment") ?? "").split(separator: "\0").map(String.init)
        for (name, value) in environment { #expect(entries.contains("\(name)=\(value)"), "\(name)") }
        let others = entries.map { $0.prefix { $0 != "=" } }.filter {
            environment[String($0)] == nil && !$0.hasPrefix("SLURM")
        }
        // The shell's, ch-run's own, and what Slurm says of the job.
        let known: Set<Substring> = ["CH_RUNNING", "ENVIRONMENT", "HOSTNAME", "OLDPWD", "PWD", "SHLVL"]
        #expect(Set(others).isSubset(of: known), "\(others)")
    }

    @Test func `a secret is in no argument and in no file`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.containedScript(
            "secret", "[ ${#TOKEN} = 12 ] || exit 9; touch /slipway/outputs/ready; exec sleep 300",
            environment: ["PATH": "/bin", "TOKEN": "s3cr3t-value"])
        // What ch-run is called with anybody can see, and it tells the system's log.
        try attempts.workspace.script(
            "bin/ch-run", "printf '%s\\n' \"$@\" > \(submission.folder)/called; exec /usr/bin/ch-run \"$@\"")
        let engine = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "outputs/ready") != nil }
        #expect(attempts.text(submission, "called")?.contains("--set-env=TOKEN=$SLIPWAY_ENV_0_TOKEN\n") == true)
        let job = try #require(attempts.job(submission))
        #expect(try !attempts.cluster.run("scontrol", "show", "job", job).contains("s3cr3t-value"))
        for path in try attempts.workspace.contents() where !path.hasSuffix("busybox") {
            #expect(attempts.workspace.text(path)?.contains("s3cr3t-value") != true, "\(path)")
        }
        try await engine.cancel(attempts.reference(to: submission), grace: .seconds(5))
    }

    @Test func `devices are those that Slurm gave`() async throws {
        let attempts = try SlurmAttempts()
        var submission = try attempts.containedScript(
            "gpu", #"echo "$CUDA_VISIBLE_DEVICES" "$NVIDIA_VISIBLE_DEVICES"; [ -c /dev/null ]"#,
            environment: ["PATH": "/bin", "CUDA_VISIBLE_DEVICES": "7", "NVIDIA_VISIBLE_DEVICES": "7"])
        submission.resources.gpu = 2
        #expect(try await end(of: submission, attempts).status == 0)
        let devices = try #require(attempts.text(submission, "stdout.log"))
        #expect(devices.split(separator: " ").first.map { $0.split(separator: ",").count } == 2)
        #expect(devices.hasSuffix(" 7\n"))
    }

    @Test func `what comes together is one job array, and each has its own container`() async throws {
        let attempts = try SlurmAttempts()
        let engine = attempts.engine()
        let submissions = try (0..<6).map { number in
            try attempts.containedScript(
                "task-\(number)",
                "cat /slipway/parameters.json; echo $OWN; env > /slipway/outputs/environment; exit \(number)",
                environment: ["PATH": "/bin", "OWN": "value-\(number)"])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for submission in submissions { group.addTask { try await engine.submit(submission) } }
            try await group.waitForAll()
        }
        for (number, submission) in submissions.enumerated() {
            let observation = await engine.wait(for: attempts.reference(to: submission), until: nil)
            #expect(observation.status == Int32(number), "\(observation)")
            #expect(attempts.text(submission, "stdout.log") == "{\"lr\":0.1}\nvalue-\(number)\n")
            let environment = attempts.text(submission, "outputs/environment") ?? ""
            #expect(environment.contains("OWN=value-\(number)\n") && !environment.contains("SLIPWAY_ENV_"))
            #expect(environment.split(separator: "\n").filter { $0.contains("value-") }.count == 1)
        }
        #expect(submissions.contains { attempts.job($0)?.contains("_") == true }, "some came as an array")
    }

    @Test func `a cancel ends all that the command started`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.containedScript(
            "many", "trap '' TERM; (while :; do sleep 1; done) & sleep 300 & touch /slipway/outputs/ready; wait; wait")
        let (engine, reference) = (attempts.engine(), attempts.reference(to: submission))
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "outputs/ready") != nil }
        let batch = try #require(attempts.batch(submission.folder))
        #expect(KernelProcess.members(of: batch).count > 2)
        try await engine.cancel(reference, grace: .milliseconds(200))
        #expect(KernelProcess.members(of: batch).isEmpty)
    }

    // MARK: What is refused

    @Test(arguments: ["no-such-command", "./no-such-file", "/usr/bin/env", "/image", "-x", "--help", "/bin/nothing"])
    func `a program that the image has not is told before anything is submitted`(program: String) async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.contained("missing", [program], links: ["bin/nothing": "/usr/bin/env"])
        let refusal = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(refusal?.code == "SLW6130", "\(refusal?.message ?? "")")
        #expect(try attempts.jobs(submission).isEmpty)
    }

    @Test(arguments: ["slipway", "tmp", "dev", "app", "data"])
    func `a link in the image leads nothing out of it`(name: String) async throws {
        let attempts = try SlurmAttempts()
        let outside = try attempts.workspace.folder("outside")
        let submission = try attempts.contained(
            "link", ["sh", "-c", "true"], bind: ["/etc:/data"], links: [name: outside])
        if name == "app" {
            // In the image there is no such folder, so that the link leads nowhere.
            await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        } else {
            let refusal = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
            #expect(refusal?.code == "SLW5230", "\(refusal?.message ?? "")")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
        #expect(try attempts.jobs(submission).isEmpty)
    }

    @Test func `what this version does not know is refused, not run without a container`() async throws {
        let attempts = try SlurmAttempts()
        for settings: [String: JSONValue] in [
            ["container": "enroot"], ["container": true], ["container": "charliecloud", "bind": "/data"],
            ["container": "charliecloud", "bind": ["data"]], ["container": "charliecloud", "bind": ["/a:/proc/x"]],
        ] {
            var submission = try attempts.containedScript("unknown", "true")
            submission.target?.settings = .object(settings)
            let engine = attempts.engine()
            #expect(engine.form(for: submission.target) == .root)
            let refusal = await #expect(throws: Diagnostic.self) { try await engine.submit(submission) }
            #expect(refusal?.code == "SLW6132", "\(refusal?.message ?? "")")
            #expect(await engine.preflight(submission.target).last?.verdict == .bad)
            try attempts.workspace.remove("unknown")
        }
        let submission = try attempts.containedScript("with:colon", "true")
        let refusal = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(refusal?.code == "SLW6131")
    }

    // MARK: Where it cannot be had

    @Test func `a look before says what is there and what is missing`() async throws {
        let attempts = try SlurmAttempts()
        let target = EngineTarget(kind: .slurm, settings: .object(["container": "charliecloud"]))
        let findings = await attempts.engine().preflight(target)
        #expect(findings.map(\.subject).suffix(2) == ["ch-run", "user namespaces"])
        #expect(findings.allSatisfy { $0.verdict == .good }, "\(findings)")
        #expect(findings.contains { $0.finding.contains("Charliecloud 0.") })
        let without = await attempts.engine(["PATH": try pathWithoutContainers(attempts)]).preflight(target)
        let missing = without.first { $0.subject == "ch-run" }
        #expect(missing?.verdict == .doubtful && missing?.finding.contains("not on the agent's PATH") == true)
    }

    @Test func `a node without ch-run starts nothing, and says so`() async throws {
        let attempts = try SlurmAttempts()
        let submission = try attempts.containedScript("without", "touch /slipway/outputs/ready")
        let engine = attempts.engine(["PATH": try pathWithoutContainers(attempts)])
        try await engine.submit(submission)
        let observation = await engine.wait(for: attempts.reference(to: submission), until: nil)
        guard case .failed(.refused, let words, _) = observation else {
            Issue.record("\(observation)")
            return
        }
        #expect(words.contains("`ch-run` is not on the PATH of the node"), "\(words)")
        #expect(attempts.text(submission, "outputs/ready") == nil)
    }

    /// A folder with Slurm's commands, and what its script needs, alone.
    private func pathWithoutContainers(_ attempts: SlurmAttempts) throws -> String {
        let folder = try attempts.workspace.folder("commands")
        for name in ["rm", "sacct", "sbatch", "scancel", "scontrol", "sinfo", "sleep", "squeue"] {
            let link = "\(folder)/\(name)"
            guard !FileManager.default.fileExists(atPath: link) else { continue }
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/usr/bin/\(name)")
        }
        return folder
    }
}
