import Subprocess
import Synchronization
import SystemPackage
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A tool that is needed, run to its end: an absolute path, an argument vector, an environment of its own, a deadline.
public struct ToolProcess: Sendable {
    public var executable: String
    public var arguments: [String]
    public var environment: [String: String]
    public var workingFolder: String
    public var deadline: Duration

    public init(
        executable: String, arguments: [String], environment: [String: String], workingFolder: String,
        deadline: Duration
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingFolder = workingFolder
        self.deadline = deadline
    }

    struct Outcome: Sendable {
        /// 0 for success; a signal is 128 and its number, as shells say it.
        var status: Int32
        var timedOut: Bool
        /// The last lines of what it printed, standard output and standard error together.
        var lastLines: [String]
    }

    static let keptLines = 40

    /// Runs the tool. Where the task is cancelled or the deadline passes, the tool's whole process group is killed.
    func run(line: @escaping @Sendable (String) -> Void) async throws -> Outcome {
        try await ending { group in try await runToEnd(group, line) }
    }

    /// Does the work with the tool in a task of its own, which is never cancelled: reading ends because the group is
    /// dead, and the process is always waited for.
    func ending<Outcome: Sendable>(
        _ body: @escaping @Sendable (ProcessGroup) async throws -> Outcome
    ) async throws -> Outcome {
        let group = ProcessGroup()
        let work = Task { try await body(group) }
        let outcome = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            group.kill()
        }
        try Task.checkCancellation()
        switch outcome {
        case .success(let outcome): return outcome
        case .failure(let error): throw Diagnostic.toolNotStarted(executable, reason: "\(error)")
        }
    }

    private func runToEnd(_ group: ProcessGroup, _ line: @escaping @Sendable (String) -> Void) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments), environment: .custom(variables),
            workingDirectory: FilePath(workingFolder), platformOptions: Self.ownGroup, input: .none,
            output: .sequence, error: .combinedWithOutput
        ) { execution in
            let watchdog = watch(group, execution.processIdentifier.value)
            defer { Self.dismiss(watchdog, group) }
            var lines = LineSplitter()
            for try await buffer in execution.standardOutput {
                buffer.withUnsafeBytes { lines.take($0, line) }
            }
            lines.finish(line)
            return lines.last
        }
        return Outcome(
            status: Self.status(result.terminationStatus), timedOut: group.hasExpired, lastLines: result.closureResult)
    }

    /// Ends the group of a tool that has been started when its deadline passes, until it is dismissed.
    func watch(_ group: ProcessGroup, _ process: pid_t) -> Task<Void, any Error> {
        group.start(process)
        return Task { [deadline] in
            try await Task.sleep(for: deadline)
            group.expire()
        }
    }

    static func dismiss(_ watchdog: Task<Void, any Error>, _ group: ProcessGroup) {
        watchdog.cancel()
        group.end()
    }

    static let ownGroup: PlatformOptions = {
        var options = PlatformOptions()
        options.processGroupID = 0
        return options
    }()

    var variables: [Environment.Key: String] {
        var pairs: [Environment.Key: String] = [:]
        for (name, value) in environment { if let key = Environment.Key(rawValue: name) { pairs[key] = value } }
        return pairs
    }

    /// 0 for success; a signal is 128 and its number, as shells say it.
    static func status(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): Int32(code)
        case .signaled(let signal): 128 + Int32(signal)
        }
    }
}

/// The process group of a running tool, which a deadline or a cancellation may end from another task.
final class ProcessGroup: Sendable {
    private struct State {
        var leader: pid_t?
        var isCancelled = false
        var hasExpired = false
    }

    private let state = Mutex(State())

    var hasExpired: Bool { state.withLock { $0.hasExpired } }

    func start(_ leader: pid_t) {
        state.withLock { state in
            state.leader = leader
            if state.isCancelled { Self.kill(leader) }
        }
    }

    /// From here on the number may belong to another process.
    func end() { state.withLock { $0.leader = nil } }

    func kill() {
        state.withLock { state in
            state.isCancelled = true
            if let leader = state.leader { Self.kill(leader) }
        }
    }

    func expire() {
        state.withLock { state in
            guard let leader = state.leader else { return }
            state.hasExpired = true
            Self.kill(leader)
        }
    }

    private static func kill(_ leader: pid_t) {
        #if canImport(Darwin)
        _ = Darwin.kill(-leader, SIGKILL)
        #elseif canImport(Musl)
        _ = Musl.kill(-leader, SIGKILL)
        #else
        _ = Glibc.kill(-leader, SIGKILL)
        #endif
    }
}

/// Makes lines of blocks. A line is cut at some length, and only the last ones are kept, whatever a tool prints.
private struct LineSplitter {
    private var open: [UInt8] = []
    private(set) var last: [String] = []
    private static let longest = 4096

    mutating func take(_ bytes: UnsafeRawBufferPointer, _ line: (String) -> Void) {
        for byte in bytes {
            if byte == 0x0A {
                finish(line)
            } else if open.count < Self.longest {
                open.append(byte)
            }
        }
    }

    mutating func finish(_ line: (String) -> Void) {
        guard !open.isEmpty else { return }
        let text = String(decoding: open, as: UTF8.self)
        open.removeAll(keepingCapacity: true)
        last.append(text)
        if last.count > ToolProcess.keptLines { last.removeFirst() }
        line(text)
    }
}
