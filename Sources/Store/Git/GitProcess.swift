import CSpawn
import Foundation
import Records
import YAML

/// Runs Git to its end, on a thread that may block: with bytes in, bytes out, a deadline, and nobody to ask for a
/// password.
///
/// The process is started by hand: a database driver works on threads of its own, where the library that starts
/// processes elsewhere, which is asynchronous, would have to be waited for across executors; and a fetch that hangs
/// has to go together with the helpers that it started.
struct GitProcess: Sendable {
    /// The repository: its working tree, or a bare one.
    let repository: String
    /// The environment to pass on.
    var environment: [String: String]

    struct Outcome: Sendable {
        var status: Int32
        var output: [UInt8]
        /// The last lines of standard error.
        var errors: String
        var timedOut: Bool

        var text: String { String(decoding: output, as: UTF8.self) }
        var isSuccess: Bool { status == 0 && !timedOut }
    }

    init(repository: String, environment: [String: String]) {
        self.repository = repository
        var variables = environment
        // A hook's own variables would lead to another repository (githooks(5)).
        for name in variables.keys where Self.local.contains(name) { variables[name] = nil }
        variables["LC_ALL"] = "C"
        variables["GIT_TERMINAL_PROMPT"] = "0"
        variables["GIT_OPTIONAL_LOCKS"] = "0"
        self.environment = variables
    }

    /// What `git rev-parse --local-env-vars` lists, as far as it moves the place of work.
    private static let local: Set<String> = [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_GRAFT_FILE", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE",
    ]

    /// What the user's configuration must not change: hooks are for commits of people, and what is recorded is not
    /// converted.
    private static let settings = [
        "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "push.gpgSign=false",
        "-c", "push.followTags=false", "-c", "push.recurseSubmodules=no", "-c", "gc.auto=0",
        "-c", "maintenance.auto=false", "-c", "log.showSignature=false", "-c", "core.quotePath=false",
    ]

    /// Output beyond this is not read, and the process ended: a state is not that large.
    private static let mostOutput = 4 << 30

    /// Runs Git.
    ///
    /// - Parameters:
    ///   - arguments: the command and its arguments; names from outside have been looked at before.
    ///   - input: what it reads from standard input.
    ///   - deadline: after so long its whole process group is killed.
    /// - Throws: a `Diagnostic` where Git cannot be started.
    func run(_ arguments: [String], input: [UInt8] = [], deadline: Duration = .seconds(120)) throws -> Outcome {
        let git = try Self.executable(environment["PATH"] ?? "/usr/bin:/bin")
        let vector = ["git", "-C", repository] + Self.settings + arguments
        var pipes = try PipeSet()
        defer { pipes.closeAll() }
        let process = try pipes.spawn(git, vector, environment)
        let limit = ContinuousClock.now + deadline
        var exchange = Exchange(input: input)
        let isWhole = exchange.run(&pipes, until: limit, mostOutput: Self.mostOutput)
        if !isWhole { kill(-process, SIGKILL) }
        pipes.closeAll()
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return Outcome(
            status: code, output: exchange.output, errors: String(decoding: exchange.errors, as: UTF8.self),
            timedOut: !isWhole)
    }

    private static func executable(_ path: String) throws -> String {
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = "\(folder)/git"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        throw Diagnostic.gitMissing()
    }
}

/// The three pipes to a process.
private struct PipeSet {
    /// Ours: to its standard input, from its standard output, from its standard error; -1 where closed.
    var ours: [Int32] = [-1, -1, -1]
    private var theirs: [Int32] = [-1, -1, -1]

    init() throws {
        for index in 0..<3 {
            var ends: [Int32] = [-1, -1]
            // Writing to a pipe that nobody reads any more would end this process; to a socket it need not.
            let made =
                index == 0
                ? socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
                : pipe2(&ends, O_CLOEXEC)
            guard made == 0 else {
                let reason = String(cString: strerror(errno))
                closeAll()
                throw Diagnostic.gitNotStarted(reason)
            }
            (ours[index], theirs[index]) = index == 0 ? (ends[1], ends[0]) : (ends[0], ends[1])
            _ = fcntl(ours[index], F_SETFL, O_NONBLOCK)
        }
    }

    mutating func close(_ index: Int) {
        if ours[index] >= 0 { Glibc.close(ours[index]) }
        ours[index] = -1
    }

    mutating func closeAll() {
        for index in 0..<3 {
            close(index)
            if theirs[index] >= 0 { Glibc.close(theirs[index]) }
            theirs[index] = -1
        }
    }

    /// Starts a program in a session of its own: a signal to ours does not cut a push in two, and ssh has no terminal
    /// on which it could ask.
    mutating func spawn(_ program: String, _ vector: [String], _ environment: [String: String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for index in 0..<3 { posix_spawn_file_actions_adddup2(&actions, theirs[index], Int32(index)) }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, spawn_in_new_session | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments = vector.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, program, &actions, &attributes, arguments, variables)
        guard result == 0 else { throw Diagnostic.gitNotStarted(String(cString: strerror(result))) }
        for index in 0..<3 {
            Glibc.close(theirs[index])
            theirs[index] = -1
        }
        return process
    }
}

/// What goes through the pipes.
private struct Exchange {
    let input: [UInt8]
    private var written = 0
    private(set) var output: [UInt8] = []
    /// The end of standard error.
    private(set) var errors: [UInt8] = []

    private static let mostErrors = 1 << 14

    init(input: [UInt8]) { self.input = input }

    /// Passes bytes on until the process has closed its ends; `false` where the time or the room ran out first.
    mutating func run(_ pipes: inout PipeSet, until deadline: ContinuousClock.Instant, mostOutput: Int) -> Bool {
        if input.isEmpty { pipes.close(0) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while pipes.ours.contains(where: { $0 >= 0 }) {
            let left = deadline - ContinuousClock.now
            guard left > .zero, output.count <= mostOutput else { return false }
            var entries = pipes.ours.enumerated().map { index, descriptor in
                pollfd(fd: descriptor, events: Int16(index == 0 ? POLLOUT : POLLIN), revents: 0)
            }
            let ready = poll(&entries, nfds_t(entries.count), Int32(clamping: left.milliseconds + 1))
            guard ready >= 0 || errno == EINTR else { return false }
            if ready <= 0 { continue }
            if entries[0].revents != 0 { feed(&pipes) }
            for index in 1...2 where entries[index].revents != 0 {
                let count = read(pipes.ours[index], &buffer, buffer.count)
                if count > 0 {
                    take(buffer[..<count], isError: index == 2)
                } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                    pipes.close(index)
                }
            }
        }
        return true
    }

    /// A process that stopped reading has its reasons, and says them on standard error.
    private mutating func feed(_ pipes: inout PipeSet) {
        let count = input[written...].withUnsafeBytes {
            send(pipes.ours[0], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { written += count }
        let isOver = count < 0 && errno != EAGAIN && errno != EINTR
        if isOver || written == input.count { pipes.close(0) }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, isError: Bool) {
        guard isError else { return output.append(contentsOf: bytes) }
        errors.append(contentsOf: bytes)
        if errors.count > Self.mostErrors { errors.removeFirst(errors.count - Self.mostErrors) }
    }
}
