import Engines
import Foundation
import Images
import Manifests
import Records
import Support
import Synchronization
import Testing
import YAML

/// What becomes of containers, with a real Docker Engine and a real podman.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ContainerLifeTests {
    @Test(arguments: ContainerHost.tools) func whatIsHandedInArrivesAsItIs(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        // Folders and words that would be options, lists, text of a shell or ends of lines anywhere else.
        let colon = tool == .docker ? ":" : ""
        let attempts = try ContainerAttempts(containers, folder: "a,readonly b\(colon)ro \"q\" ünï\nline")
        let words = [
            "-rf", "--help", "$(touch /slipway/outputs/pwned)", "`id`", "a'b\"c", "new\nline", "ü \u{1F680}", "", "*",
        ]
        let variables = [
            "PLAIN": "x", "SPACES": "  two  ", "QUOTES": "\"a\" 'b'", "SHELL_TEXT": "$HOME `id` $(id)",
            "LINES": "one\ntwo\n", "EMPTY": "", "HASH": "#x", "DASH": "--privileged", "WIDE": "größe \u{1F680}",
            "RETURN": "x\r", "LONG": String(repeating: "y", count: 70_000),
        ]
        let script = """
            for word; do printf '%s|' "$word"; done > /slipway/outputs/words
            env > /slipway/outputs/env; id -u > /slipway/outputs/user; pwd > /slipway/outputs/folder
            cat /slipway/parameters.json > /slipway/outputs/parameters
            printf '{"a":1}\\n' >> /slipway/metrics.jsonl
            (echo x > /slipway/parameters.json) 2> /dev/null && touch /slipway/outputs/wrote-parameters
            echo out; echo err >&2
            """
        let submission = try attempts.submission(
            "hostile", ["sh", "-c", script, "sh"] + words, environment: variables)
        #expect(try await attempts.end(of: submission).status == 0)
        #expect(attempts.text(submission, "outputs/words") == words.map { "\($0)|" }.joined())
        let environment = try #require(attempts.text(submission, "outputs/env"))
        for (name, value) in variables { #expect(environment.contains("\(name)=\(value)\n"), "\(name)") }
        #expect(attempts.text(submission, "outputs/pwned") == nil)
        #expect(
            attempts.text(submission, "outputs/wrote-parameters") == nil, "what is only to be read cannot be written")
        #expect(attempts.text(submission, "outputs/parameters") == "{\"lr\":0.1}\n")
        #expect(attempts.text(submission, "metrics.jsonl") == "{\"a\":1}\n")
        #expect(attempts.text(submission, "outputs/user") == "\(getuid())\n")
        #expect(attempts.text(submission, "outputs/folder") == "/tmp\n")

        let engine = attempts.engine()
        try await engine.fetchLogs(of: attempts.reference(to: submission))
        #expect(
            attempts.text(submission, "stdout.log") == "out\n" && attempts.text(submission, "stderr.log") == "err\n")
        #expect(attempts.text(submission, "exit") == "0\n")
    }

    @Test(arguments: ContainerHost.tools) func secretsAreOnNoCommandLineAndNoDisk(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let attempts = try ContainerAttempts(containers)
        let secret = "secret-\(UUID().uuidString)"
        var submission = try attempts.script("secret", "touch /slipway/outputs/ready; sleep 300")
        submission.environment = ["TOKEN": secret, "KEY": "\(secret)\nsecond line"]
        let seen = Mutex(false)
        // Looked at all the while that tools run.
        let watcher = Task.detached {
            while !Task.isCancelled {
                if CommandLines.contain(secret) { seen.withLock { $0 = true } }
                await Task.yield()
            }
        }
        let engine = attempts.engine()
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.text(submission, "outputs/ready") != nil }
        watcher.cancel()
        await watcher.value
        #expect(seen.withLock { $0 } == false)
        let files = try FileManager.default.subpathsOfDirectory(atPath: submission.folder)
        for file in files {
            #expect(attempts.text(submission, file)?.contains(secret) != true, "\(file)")
        }
        try await engine.cancel(attempts.reference(to: submission), grace: .zero)
    }

    @Test(arguments: ContainerHost.tools) func tooMuchMemoryIsSaid(_ tool: BuildTool) async throws {
        let attempts = try ContainerAttempts(try ContainerHost(tool))
        let submission = try attempts.script(
            "eats", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done", config: ["memory": "32m"])
        let end = try await attempts.end(of: submission)
        guard case .failed(let failure, let words, let at) = end else {
            Issue.record("\(end)")
            return
        }
        // Podman 4.3 does not say it of itself.
        #expect(failure == .outOfMemory || (tool == .podman && failure == .endedByOthers), "\(end)")
        #expect(words.contains("32 MiB") && at != nil, "\(words)")
    }

    @Test(arguments: ContainerHost.tools) func aForeignContainerIsLeftAlone(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let attempts = try ContainerAttempts(containers)
        let engine = attempts.engine()
        // The image gets there with a run of its own.
        #expect(try await attempts.end(of: try attempts.script("first", "true")).status == 0)
        let submission = try attempts.script("foreign", "touch /slipway/outputs/ready")
        let first = try #require(try attempts.containerName(try attempts.script("first", "true")))
        // The end of a name is of the place; here there is none, so that it is of the folder.
        let refused = try attempts.submission("foreign", ["no-such"], config: ["init": false])
        await #expect(throws: Diagnostic.self) { try await engine.submit(refused) }
        let name =
            first.replacing("slipway-first", with: "slipway-foreign").dropLast(8)
            + Digest(of: submission.folder).hex.prefix(8)
        try containers.run(
            "run", "--detach", "--network=none", "--name=\(name)", "--label=slipway.name=foreign",
            attempts.image.config.description, "sleep", "300")

        let reference = attempts.reference(to: submission)
        let refusal = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(refusal?.message.contains("is not Slipway's") == true, "\(refusal as Any)")
        let seen = await engine.observe(reference)
        #expect(seen.isElsewhere, "\(seen)")
        try await engine.cancel(reference, grace: .zero)
        await engine.discard(reference)
        _ = try? await engine.seal(reference)
        #expect(try containers.run("ps", "--format", "{{.Names}}").contains(name))
        #expect(attempts.text(submission, "outputs/ready") == nil)
    }

    @Test(arguments: ContainerHost.tools) func whatWasMadeAndNotStartedIsStartedByWhoGoesOn(
        _ tool: BuildTool
    ) async throws {
        let containers = try ContainerHost(tool)
        let attempts = try ContainerAttempts(containers)
        // A tool that dies with its master before it starts anything, as a kill between the two would have it.
        let real = try #require(tool.program(environment: containers.environment))
        try attempts.workspace.script(
            "bin/\(tool.rawValue)", "[ \"$1\" != start ] || { echo 'unexpected EOF' >&2; exit 1; }\nexec \(real) \"$@\""
        )
        let cut = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        let submission = try attempts.script("between", "echo started >> /slipway/outputs/starts")
        let reference = attempts.reference(to: submission)
        let silence = await #expect(throws: Diagnostic.self) { try await cut.submit(submission) }
        #expect(silence?.code == .engineUnreachable, "\(silence as Any)")
        #expect(try attempts.containerName(submission) != nil, "it is there")
        let next = attempts.engine()
        #expect(await next.observe(reference) == .absent, "and was never started")
        try await next.submit(submission)
        #expect(await next.wait(for: reference, until: nil).status == 0)
        #expect(attempts.text(submission, "outputs/starts") == "started\n")
        #expect(try containers.containers().count == 1)

        // Or nobody goes on: then nothing is left of it.
        let sealed = try attempts.script("sealed", "echo started >> /slipway/outputs/starts")
        await #expect(throws: Diagnostic.self) { try await cut.submit(sealed) }
        #expect(try await next.seal(attempts.reference(to: sealed)) == .absent)
        #expect(try attempts.containerName(sealed) == nil)
        try await next.submit(sealed)
        #expect(attempts.text(sealed, "outputs/starts") == nil)
    }

    @Test(arguments: ContainerHost.tools) func aProgramThatTheImageLacksIsNamed(_ tool: BuildTool) async throws {
        let attempts = try ContainerAttempts(try ContainerHost(tool))
        let submission = try attempts.submission("lacking", ["python3", "train.py"])
        let words: String
        do {
            guard case .failed(.refused, let said, _) = try await attempts.end(of: submission) else {
                Issue.record("it cannot have run")
                return
            }
            words = said
        } catch let refusal as Diagnostic {
            #expect(refusal.code == "SLW6204")
            words = refusal.message + (refusal.remedy ?? "")
        }
        #expect(words.contains("python3") && words.contains("baseImage"), "\(words)")
    }

    @Test(arguments: ContainerHost.tools) func logsGrowAsTheyAreWritten(_ tool: BuildTool) async throws {
        let attempts = try ContainerAttempts(try ContainerHost(tool))
        let engine = attempts.engine()
        let submission = try attempts.script(
            "talks",
            """
            head -c 40000 /dev/zero | tr '\\0' x; echo
            printf '12%%\\r'; echo err >&2
            while [ ! -e /slipway/outputs/go ]; do sleep 0.05; done
            printf '24%%\\n'; echo '2026-11-26T00:00:00.5Z not a moment'; printf 'no end'
            """)
        try await engine.submit(submission)
        let reference = attempts.reference(to: submission)
        let long = String(repeating: "x", count: 40_000) + "\n"
        try await eventually("the first lines") {
            try await attempts.engine().fetchLogs(of: reference)
            return attempts.text(submission, "stderr.log") == "err\n"
                && (attempts.text(submission, "stdout.log") ?? "").hasPrefix(long)
        }
        try await engine.fetchLogs(of: reference)
        _ = try attempts.workspace.write(
            String("\(submission.folder)/outputs/go".dropFirst(attempts.workspace.path.count + 1)), "")
        #expect(await engine.wait(for: reference, until: nil).status == 0)
        for _ in 0..<3 { try await attempts.engine().fetchLogs(of: reference) }
        let all = "\(long)12%\r24%\n2026-11-26T00:00:00.5Z not a moment\nno end"
        #expect(attempts.text(submission, "stdout.log") == all)
        await engine.discard(reference)
        #expect(try attempts.containers.containers().isEmpty, "what has ended and is known is removed")
        #expect(await attempts.engine().observe(reference).status == 0, "and still known")
        try await attempts.engine().fetchLogs(of: reference)
        #expect(attempts.text(submission, "stdout.log") == all)
    }

    @Test(arguments: ContainerHost.tools) func oneQuestionTellsOfAll(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let attempts = try ContainerAttempts(containers)
        let engine = attempts.engine()
        let location = try AttemptLocation.establish(in: attempts.workspace.path, unique: "0123456789abcdef")
        func place(_ submission: Submission) -> Submission {
            var submission = submission
            submission.location = location
            return submission
        }
        var submissions: [Submission] = []
        for (name, script) in [
            ("long", "trap 'exit 9' TERM; sleep 300 & wait"), ("short", "exit 4"), ("lost", "sleep 300"),
        ] {
            submissions.append(place(try attempts.script(name, script)))
        }
        // At once, so that they all want the same image.
        await withTaskGroup(of: Void.self) { group in
            for submission in submissions { group.addTask { try? await engine.submit(submission) } }
        }
        submissions.append(place(try attempts.script("never", "true")))
        let references = submissions.map { submission in
            var reference = attempts.reference(to: submission)
            reference.location = location
            return reference
        }
        #expect(await engine.wait(for: references[1], until: nil).status == 4)
        try containers.run("rm", "--force", try #require(try attempts.containerName(submissions[2])))

        let real = try #require(tool.program(environment: containers.environment))
        try attempts.workspace.script(
            "bin/\(tool.rawValue)",
            "echo \"$1 $2\" >> \(attempts.workspace.path)/calls\nexec \(real) \"$@\""
        )
        let counted = attempts.engine(["PATH": "\(attempts.workspace.path)/bin:/usr/bin:/bin"])
        let found = await counted.observe(references)
        #expect(found[0].isRunning && found[1].status == 4 && found[2].isGone && found[3] == .absent, "\(found)")
        let calls = attempts.workspace.text("calls")?.split(separator: "\n").map { String($0.prefix(9)) }
        #expect(calls?.filter { $0.hasPrefix("ps") }.count == 1 && (calls?.count ?? 9) <= 3, "\(calls ?? [])")

        // A run that is waited for costs a question an interval, whoever else waits.
        async let end = engine.change(of: references[0], from: found[0], until: nil)
        try await engine.cancel(references[0], grace: .seconds(5))
        #expect(await end.status == 9)
    }

    @Test(arguments: ContainerHost.tools) func aToolThatDoesNotAnswerIsNotAnEnd(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let attempts = try ContainerAttempts(containers)
        let engine = attempts.engine()
        let submission = try attempts.script("patient", "trap 'exit 9' TERM; sleep 300 & wait")
        try await engine.submit(submission)
        let reference = attempts.reference(to: submission)
        for (index, lines) in ["echo 'Cannot connect to the Docker daemon' >&2; exit 1", "echo nonsense", "exit 3"]
            .enumerated()
        {
            try attempts.workspace.script("bin\(index)/\(tool.rawValue)", lines)
            let broken = attempts.engine(["PATH": "\(attempts.workspace.path)/bin\(index)"])
            let seen = await broken.observe(reference)
            guard case .unreachable = seen else {
                Issue.record("\(lines): \(seen)")
                continue
            }
            let silence = await #expect(throws: Diagnostic.self) { try await broken.cancel(reference, grace: .zero) }
            #expect(silence?.code == .engineUnreachable, "\(lines)")
            let fresh = try attempts.script("fresh-\(index)", "true")
            let refusal = await #expect(throws: Diagnostic.self) { try await broken.submit(fresh) }
            #expect(refusal?.code == .engineUnreachable, "\(lines): \(refusal as Any)")
        }
        #expect(await attempts.engine(["PATH": "/nonexistent"]).observe(reference).isLive)
        #expect(await engine.observe(reference).isRunning)
        try await engine.cancel(reference, grace: .seconds(5))
    }

    @Test(arguments: ContainerHost.tools) func aDangerousFlagDoesWhatTheQueuePermits(_ tool: BuildTool) async throws {
        let attempts = try ContainerAttempts(try ContainerHost(tool))
        let data = try attempts.workspace.folder("data")
        let submission = try attempts.script(
            "mounted", "touch /data/x; echo $HOME; id -u",
            config: ["volume": .string("\(data):/data"), "user": "1234:1234", "tmpfs": "/data2"])
        chmod(data, 0o777)
        #expect(try await attempts.end(of: submission).status == 0)
        #expect(attempts.workspace.exists("data/x"))
        try await attempts.engine().fetchLogs(of: attempts.reference(to: submission))
        #expect(attempts.text(submission, "stdout.log")?.hasSuffix("1234\n") == true)
    }

    @Test(arguments: ContainerHost.tools) func aLookBeforehandSaysWhatIsThere(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        let attempts = try ContainerAttempts(containers)
        let target = EngineTarget(kind: .localContainer, settings: .object(["tool": .string(tool.rawValue)]))
        let good = await attempts.engine().preflight(target)
        #expect(good.allSatisfy { $0.verdict == .good } && good.count >= 2, "\(good)")
        let none = await attempts.engine(["PATH": "/nonexistent"]).preflight(target)
        #expect(none.map(\.verdict) == [.bad] && none[0].remedy != nil)
        if tool == .docker {
            let down = await attempts.engine(["DOCKER_HOST": "unix:///nonexistent.sock"]).preflight(target)
            #expect(down.map(\.verdict) == [.bad] && down[0].finding.contains("nonexistent.sock"), "\(down)")
        }
    }

    @Test(arguments: ContainerHost.tools) func anImageThatCannotBeHadIsSaid(_ tool: BuildTool) async throws {
        let attempts = try ContainerAttempts(try ContainerHost(tool))
        var submission = try attempts.script("unpulled", "true")
        let missing = Digest(of: "no such image")
        submission.image = SubmittedImage(
            digest: missing, config: missing, layout: attempts.image.layout, reference: "127.0.0.1:1/team/x@\(missing)")
        let refusal = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(refusal?.code == "SLW6205" && refusal?.message.contains("refused") == true, "\(refusal as Any)")
        submission.image?.reference = nil
        let other = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(other?.code == "SLW6206")
        #expect(await attempts.engine().observe(attempts.reference(to: submission)) == .absent)
    }
}

/// What the kernel says of the command lines of all processes.
private enum CommandLines {
    static func contain(_ text: String) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.contains { name in
            guard pid_t(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: data, as: UTF8.self).contains(text)
        }
    }
}
