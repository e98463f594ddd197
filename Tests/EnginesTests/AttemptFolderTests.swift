import Engines
import Foundation
import Support
import Testing

/// What a crash, another boot or a reader in the middle of a write can leave in an attempt's folder.
@Suite struct AttemptFolderTests {
    private static let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)

    /// A line of `/proc/PID/stat` for a process that started at a moment.
    private static func stat(_ number: pid_t, startTime: String) -> String {
        let zeros = Array(repeating: "0", count: 14).joined(separator: " ")
        return "\(number) (a ) b (sh) S 1 \(number) \(number) 0 \(zeros) \(startTime) 0 0"
    }

    private func observe(pid: String?, exit: String? = nil) async throws -> Observation {
        let attempts = try LocalAttempts()
        let submission = try attempts.submission("a", ["/bin/true"])
        if let pid { try attempts.workspace.write("a/pid", pid) }
        if let exit { try attempts.workspace.write("a/exit", exit) }
        let observation = await attempts.engine().observe(attempts.reference(to: submission))
        // The folder speaks of processes that are not this test's: nothing may end them when it is over.
        try? attempts.workspace.remove("a/pid")
        return observation
    }

    @Test func anEmptyFolderIsAnAttemptThatNeverBegan() async throws {
        #expect(try await observe(pid: nil) == .absent)
    }

    @Test(arguments: ["", "boot\n12 (sh) S 1 1\n"])
    func aPidFileThatSaysNothingIsALoss(_ text: String) async throws {
        #expect(try await observe(pid: text).isGone)
    }

    @Test func anotherBootIsALossThatSaysSo() async throws {
        let own = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        let observation = try await observe(pid: "00000000-0000-0000-0000-000000000000\n\(own)")
        guard case .gone(let why) = observation else {
            Issue.record("\(observation)")
            return
        }
        #expect(why.contains("restarted"))
    }

    @Test func aNumberThatWasGivenAnewIsAnotherProcess() async throws {
        let boot = try #require(Self.boot)
        let other = Self.stat(getpid(), startTime: "1")
        #expect(try await observe(pid: "\(boot)\(other)\n").isGone)
        let own = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        #expect(try await observe(pid: "\(boot)\(own)").isRunning)
    }

    @Test(arguments: [("0\n", 0), ("1\n", 1), ("143\n", 143)] as [(String, Int32)])
    func anExitFileSaysHowItEnded(_ text: String, _ status: Int32) async throws {
        #expect(try await observe(pid: "whatever", exit: text).status == status)
    }

    @Test(arguments: ["", "0", "1", "x\n", "-\n", "99999999999\n"])
    func anExitFileThatIsNotWholeSaysNothing(_ text: String) async throws {
        let boot = try #require(Self.boot)
        let gone = Self.stat(getpid(), startTime: "1")
        #expect(try await observe(pid: "\(boot)\(gone)\n", exit: text).isGone)
    }

    @Test func aSubmissionIntoAUsedFolderStartsNothing() async throws {
        for (name, file, text) in [
            ("ended", "exit", "4\n"), ("begun", "pid", "boot\n\(Self.stat(.max, startTime: "1"))\n"),
        ] {
            let attempts = try LocalAttempts()
            let submission = try attempts.script(name, "touch ../ran")
            try attempts.workspace.write("\(name)/\(file)", text)
            let observation = try await attempts.end(of: submission)
            #expect(!observation.isRunning && observation != .absent)
            #expect(!attempts.workspace.exists("\(name)/ran"))
        }
    }
}
