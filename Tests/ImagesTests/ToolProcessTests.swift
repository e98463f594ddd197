import Testing
import YAML

@testable import Images

@Suite struct ToolProcessTests {
    private func shell(_ script: String, deadline: Duration = .seconds(30)) -> ToolProcess {
        ToolProcess(
            executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
            workingFolder: "/",
            deadline: deadline)
    }

    @Test func linesComeInOrderAndTheLastAreKept() async throws {
        let log = Recorder()
        let outcome = try await shell(
            "i=0; while [ $i -lt 100 ]; do echo l$i; i=$((i+1)); done; printf end >&2; exit 3"
        )
        .run { log.record($0) }
        #expect(outcome.status == 3 && !outcome.timedOut)
        #expect(log.lines == (0..<100).map { "l\($0)" } + ["end"])
        #expect(outcome.lastLines.count == ToolProcess.keptLines && outcome.lastLines.last == "end")
    }

    @Test func theDeadlineEndsTheWholeGroup() async throws {
        // The grandchild holds the output open: reading ends only when it is dead too.
        let outcome = try await shell("sleep 60 & sleep 60", deadline: .milliseconds(200)).run { _ in }
        #expect(outcome.timedOut && outcome.status == 128 + 9)
    }

    @Test func cancellingEndsTheTool() async throws {
        let process = shell("echo started; sleep 60")
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task { try await process.run { _ in signal.finish() } }
        for await _ in started {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func whatCannotBeStartedIsSaidSo() async throws {
        var process = shell("")
        process.executable = "/nowhere/tool"
        let never = process
        #expect(await code { _ = try await never.run { _ in } } == "SLW5051")
    }
}
