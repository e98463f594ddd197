import CSpawn
import Foundation
import Synchronization

/// A process that this one has started.
///
/// It is signalled only until it is reaped, and as long as it is not, its number cannot become another's.
final class Program: Sendable {
    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    let process: pid_t
    let started = ContinuousClock.now

    private struct State {
        /// With what it ended; for a signal 128 and its number, as shells say it.
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    private init(_ process: pid_t) { self.process = process }

    /// Starts a program whose output goes to the end of a file.
    ///
    /// It dies with this process, which would otherwise leave agents behind that nobody ends. The kernel takes the
    /// end of the starting *thread* for that, so the thread stays until the program has ended.
    static func start(
        _ words: [String], environment: [String: String], in folder: String, output: String, errors: String? = nil
    ) async throws -> Program {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Program, any Error>) in
            Thread.detachNewThread {
                do {
                    let words = ["setpriv", "--pdeathsig", "KILL", "--"] + words
                    let process = try spawn(words, environment, in: folder, output: output, errors: errors ?? output)
                    let program = Program(process)
                    continuation.resume(returning: program)
                    program.reap()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// Sends a signal. Returns whether it was still there to get it.
    @discardableResult
    func signal(_ number: Int32) -> Bool {
        state.withLock { $0.status == nil && kill(process, number) == 0 }
    }

    var isOver: Bool { state.withLock { $0.status != nil } }

    /// Waits until it has ended, and returns with what status.
    func end() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    private func reap() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (status, waiters) = state.withLock { state in
            var raw: Int32 = 0
            while waitpid(process, &raw, 0) < 0, errno == EINTR {}
            let status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
            defer { state = State(status: status) }
            return (status, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], in folder: String, output: String, errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let result = posix_spawnp(&process, words[0], &actions, nil, arguments, variables)
        guard result == 0 else { throw NotStarted(description: "\(words): \(String(cString: strerror(result)))") }
        return process
    }
}
