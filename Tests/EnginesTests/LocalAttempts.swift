import Engines
import Foundation
import Records
import Support

/// Attempts of one test on this machine's engine, each with its folder. Whatever is left of them ends with the value.
final class LocalAttempts: Sendable {
    static let host = "this-machine"

    let workspace: TestWorkspace
    let clock = TestClock()

    init() throws { workspace = try TestWorkspace("engine") }

    deinit {
        for group in groups() { kill(-group, SIGKILL) }
    }

    /// An engine as a new process would make it.
    func engine() -> LocalProcessEngine {
        LocalProcessEngine(host: Self.host, now: { [clock] in clock.now() })
    }

    /// Makes the folder of an attempt and says what to execute in it.
    func submission(
        _ name: String, _ arguments: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) throws -> Submission {
        let work = try workspace.folder("\(name)/work")
        return Submission(
            name: name, folder: "\(workspace.path)/\(name)", workingDirectory: work, arguments: arguments,
            environment: environment)
    }

    /// An attempt of a script.
    func script(_ name: String, _ lines: String) throws -> Submission {
        let submission = try submission(name, ["./run"])
        try workspace.script("\(name)/work/run", lines)
        return submission
    }

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: Self.host, token: submission.token)
    }

    /// Submits and waits for the end.
    func end(of submission: Submission) async throws -> Observation {
        let engine = engine()
        try await engine.submit(submission)
        return await engine.wait(for: reference(to: submission), until: nil)
    }

    /// The process that stands between the engine and the command, as its folder says.
    func supervisor(of name: String) -> pid_t? {
        let line = workspace.text("\(name)/pid")?.split(separator: "\n").dropFirst().first
        return line?.split(separator: " ").first.flatMap { pid_t($0) }
    }

    private func groups() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.path)) ?? []
        // Some tests write numbers into such files themselves.
        return names.compactMap(supervisor).filter { $0 > 1 && $0 != getpid() && $0 != getpgrp() }
    }
}

/// What the kernel says of a process (proc(5)).
struct KernelProcess {
    let number: pid_t
    let state: Substring
    let group: pid_t
    let session: pid_t
    let terminal: Int

    /// Reads a line of `/proc/PID/stat`.
    init?(_ line: String) {
        guard let number = line.split(separator: " ").first.flatMap({ pid_t($0) }),
            let name = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[line.index(after: name)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 4, let group = pid_t(fields[2]), let session = pid_t(fields[3]),
            let terminal = Int(fields[4])
        else { return nil }
        self.number = number
        state = fields[0]
        self.group = group
        self.session = session
        self.terminal = terminal
    }

    /// Whether it runs; what has ended and waits for its parent does not.
    static func isAlive(_ number: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
            let process = KernelProcess(text)
        else { return false }
        return process.state != "Z" && process.state != "X"
    }

    /// The living processes of a group.
    static func members(of group: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { number in
            guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else { return false }
            return KernelProcess(text)?.group == group && isAlive(number)
        }
    }
}
