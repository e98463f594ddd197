import Foundation

/// Starting programs, as bare as the system lets one.
enum Program {
    /// The `reconcile` that was built beside this program.
    static let reconcile: String = {
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appendingPathComponent("reconcile").path
    }()

    struct Failure: Error {
        var command: [String]
        var status: Int32
    }

    /// Starts a program with its output thrown away, and waits for its end.
    static func run(_ command: [String], in folder: String = "/", status expected: Int32 = 0) throws {
        _ = try peakMemory(of: command, in: folder, status: expected)
    }

    /// The same.
    ///
    /// - Returns: the most memory that it had at once, in bytes (getrusage(2), `ru_maxrss`).
    static func peakMemory(of command: [String], in folder: String = "/", status expected: Int32 = 0) throws -> Int {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32(1), 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        guard FileManager.default.changeCurrentDirectoryPath(folder) else {
            throw Failure(command: command, status: -1)
        }
        let started = posix_spawnp(&process, command[0], &actions, nil, &arguments, environ)
        var status: Int32 = 0
        var usage = rusage()
        while started == 0, wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
        let code = started == 0 ? (status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)) : started
        guard code == expected else { throw Failure(command: command, status: code) }
        return usage.ru_maxrss * 1024
    }
}

/// A Git repository for the time of a measurement.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-bench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Program.run(["git", "init", "-q", "."], in: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to file: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func commit() throws {
        try Program.run(["git", "add", "."], in: path)
        let identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
        try Program.run(["git"] + identity + ["commit", "-qm", "bench"], in: path)
    }
}

/// Manifests for measurements.
enum Sample {
    /// A job that runs `/bin/true`, a queue, and a pool of one agent.
    static func base(maxRuns: Int) -> String {
        """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: noop}
        spec:
          source: {path: ../jobs/noop}
          command: [/bin/true]
          args: ["${parameters.n}"]
          parameters: {n: {type: integer}}
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-process}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local], maxRuns: \(maxRuns)}

        """
    }

    static func run(_ number: Int) -> String {
        """
        apiVersion: slipway/v1
        kind: Run
        metadata:
          name: run-\(number)
          labels: {team: vision}
        spec:
          job: noop
          queue: local
          parameters: {n: \(number)}

        """
    }
}
