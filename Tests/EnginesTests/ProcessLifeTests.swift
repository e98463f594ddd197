import Engines
import Foundation
import Records
import Support
import Testing

/// Processes outlive engines, and end whole.
@Suite(.timeLimit(.minutes(3))) struct ProcessLifeTests {
    /// Writes the numbers of a command and of its child and grandchild, then stays.
    private static let family = """
        echo $$ >> ../pids
        (echo $(exec sh -c 'echo $PPID') >> ../pids; sleep 300 & echo $! >> ../pids; wait) &
        sleep 300 &
        echo $! >> ../pids
        while [ "$(wc -l < ../pids)" -lt 4 ]; do sleep 0.01; done
        touch ../ready
        wait
        """

    private func family(_ attempts: LocalAttempts, _ name: String, _ before: String = "") async throws -> [pid_t] {
        try await eventually("\(name) runs") { attempts.workspace.exists("\(name)/ready") }
        let pids = (attempts.workspace.text("\(name)/pids") ?? "").split(separator: "\n").compactMap { pid_t($0) }
        try #require(pids.count == 4)
        return pids
    }

    @Test(arguments: [false, true]) func aCancelEndsTheWholeFamily(ignoringTerm: Bool) async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script("f", (ignoringTerm ? "trap '' TERM\n" : "") + Self.family)
        let engine = attempts.engine()
        try await engine.submit(submission)
        let pids = try await family(attempts, "f")
        #expect(pids.allSatisfy(KernelProcess.isAlive))
        let begun = attempts.clock.now()
        try await engine.cancel(
            attempts.reference(to: submission), grace: ignoringTerm ? .milliseconds(150) : .seconds(20))
        #expect(!pids.contains(where: KernelProcess.isAlive))
        #expect(attempts.supervisor(of: "f").map(KernelProcess.members) == [])
        let took = attempts.clock.now() - begun
        #expect(ignoringTerm ? took >= .milliseconds(150) : took < .seconds(10))
        let observation = await engine.observe(attempts.reference(to: submission))
        #expect(ignoringTerm ? observation.isGone : observation.status == 143)
    }

    @Test func aCommandMayEndInItsOwnWayWhenItIsAsked() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script(
            "g", "trap 'echo saved > ../checkpoint; exit 0' TERM; touch ../ready; while :; do sleep 0.02; done")
        let engine = attempts.engine()
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.workspace.exists("g/ready") }
        try await engine.cancel(attempts.reference(to: submission), grace: .seconds(20))
        #expect(attempts.workspace.text("g/checkpoint") == "saved\n")
        #expect(await engine.observe(attempts.reference(to: submission)).status == 0)
    }

    /// A command that ends while something it started lives on has not left the machine as it was.
    @Test func aCancelAlsoEndsWhatTheCommandLeftBehind() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script(
            "l", "(trap '' TERM; touch ../ready; sleep 300) & while :; do sleep 0.02; done")
        let engine = attempts.engine()
        try await engine.submit(submission)
        try await eventually("it runs") { attempts.workspace.exists("l/ready") }
        try await engine.cancel(attempts.reference(to: submission), grace: .milliseconds(200))
        #expect(attempts.supervisor(of: "l").map(KernelProcess.members) == [])
    }

    @Test func aCancelThatComesAtOnceFindsTheProcess() async throws {
        let attempts = try LocalAttempts()
        for number in 1...10 {
            let submission = try attempts.submission("h\(number)", ["/bin/sleep", "300"])
            let reference = attempts.reference(to: submission)
            let engine = attempts.engine()
            try await engine.submit(submission)
            #expect(await engine.observe(reference).isRunning, "submitted means that the engine has it")
            try await engine.cancel(reference, grace: .seconds(10))
            let observation = await engine.observe(reference)
            #expect(!observation.isRunning && observation != .absent)
            #expect(attempts.supervisor(of: "h\(number)").map(KernelProcess.members) == [])
        }
    }

    @Test func aProcessOutlivesTheEngineThatStartedIt() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script("o", "until [ -e ../go ]; do sleep 0.01; done; echo done; exit 5")
        try await attempts.engine().submit(submission)
        let reference = attempts.reference(to: submission)
        try await eventually("it is adopted") { await attempts.engine().observe(reference).isRunning }
        let next = attempts.engine()
        async let observation = next.wait(for: reference, until: nil)
        try attempts.workspace.write("o/go", "")
        #expect(await observation.status == 5)
        #expect(attempts.workspace.text("o/stdout.log") == "done\n")
        #expect(attempts.workspace.text("o/exit") == "5\n")
    }

    /// An ended process stays in the table until its parent asks for it; nobody may take it for a living one.
    @Test func aZombieIsNotAlive() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script("z", "touch ../ready; exec sleep 300")
        // The engine goes away without reaping, and this process stays the parent.
        try await attempts.engine().submit(submission)
        try await eventually("it runs") { attempts.workspace.exists("z/ready") }
        let supervisor = try #require(attempts.supervisor(of: "z"))
        kill(-supervisor, SIGKILL)
        let reference = attempts.reference(to: submission)
        try await eventually("it is gone") { await attempts.engine().observe(reference).isGone }
        #expect(kill(supervisor, 0) == 0, "the test means nothing if somebody has reaped it")
        try await attempts.engine().cancel(reference, grace: .zero)
        waitpid(supervisor, nil, 0)
    }

    /// What still computes has not gone, even where nobody will ever know how it ends.
    @Test func aCommandThatLostItsSupervisorStillRuns() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script("s", Self.family)
        let reference = attempts.reference(to: submission)
        let engine = attempts.engine()
        try await engine.submit(submission)
        let pids = try await family(attempts, "s")
        kill(try #require(attempts.supervisor(of: "s")), SIGKILL)
        #expect(await engine.wait(for: reference, until: attempts.clock.now() + .milliseconds(100)).isRunning)
        #expect(await attempts.engine().observe(reference).isRunning)
        try await engine.cancel(reference, grace: .seconds(10))
        #expect(!pids.contains(where: KernelProcess.isAlive))
        #expect(await engine.observe(reference).isGone)
    }

    @Test func twoEnginesThatSubmitAtOnceStartOneProcess() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script("t", "echo started >> ../starts; exit 6")
        let reference = attempts.reference(to: submission)
        let statuses = try await withThrowingTaskGroup(of: Int32?.self) { group in
            for _ in 1...8 {
                let engine = attempts.engine()
                group.addTask {
                    try await engine.submit(submission)
                    return await engine.wait(for: reference, until: nil).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 6, count: 8))
        #expect(attempts.workspace.text("t/starts") == "started\n")
    }

    /// A process that is just being started by another thread holds copies of all descriptors for a moment, and the
    /// kernel executes no file that anybody has open for writing (ETXTBSY).
    @Test func aProgramThatWasJustWrittenCanBeExecuted() async throws {
        let attempts = try LocalAttempts()
        let engine = attempts.engine()
        let failures = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 1...200 {
                group.addTask {
                    let submission = try attempts.script("b\(number)", "exit 0")
                    try await engine.submit(submission)
                    let status = await engine.wait(for: attempts.reference(to: submission), until: nil).status
                    return status == 0 ? nil : attempts.workspace.text("b\(number)/stderr.log") ?? "no log"
                }
            }
            return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        #expect(failures == [])
    }

    @Test func twoHundredAtOnceAllEnd() async throws {
        let attempts = try LocalAttempts()
        let engine = attempts.engine()
        let statuses = try await withThrowingTaskGroup(of: Int32?.self) { group in
            for number in 1...200 {
                let submission = try attempts.submission("n\(number)", ["/bin/true"])
                let reference = attempts.reference(to: submission)
                group.addTask {
                    try await engine.submit(submission)
                    return await engine.wait(for: reference, until: nil).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 0, count: 200))
    }
}
