import CSpawn
import Foundation
import Manifests
import YAML

/// The process between Slipway and a command: it outlives its starter and writes down how the command ended.
enum Supervisor {
    /// The whole text that a shell ever gets: constant. What a manifest says arrives as positional arguments and
    /// environment, never as text.
    ///
    /// It runs in the attempt's folder. `$1` is the working directory, what follows is the command. Descriptor 3 is a
    /// pipe to the starter, which reads end-of-file from it when the supervisor ends.
    ///
    /// - `set -C` makes `> pid` create the file or fail: of two supervisors of one attempt, one goes on.
    /// - The traps keep the supervisor alive through a TERM to the whole group, so that it can say how the command
    ///   took it; handlers, unlike an ignored signal, are not inherited by the command.
    /// - The shell's own variables, those of `cd` among them, are removed again: the command's environment must be
    ///   what the manifest says.
    /// - A full disk must not cost the result: the supervisor stays until it could write the status down, or until
    ///   somebody has removed the folder.
    static let script = """
        read -r SLIPWAY_SUPERVISOR < /proc/self/stat || exit 75
        read -r SLIPWAY_BOOT < /proc/sys/kernel/random/boot_id || exit 75
        set -C
        printf '%s\\n%s\\n' "$SLIPWAY_BOOT" "$SLIPWAY_SUPERVISOR" > pid || exit 75
        set +C
        unset SLIPWAY_SUPERVISOR SLIPWAY_BOOT
        \(execution)
        """

    /// The part in which the command is executed, which every script that stands before one ends with: `$1` is the
    /// working directory, what follows is the command, and its status stays in `SLIPWAY_STATUS`.
    static let execution = """
        trap : TERM INT HUP QUIT
        (cd "$1" && shift && unset PWD OLDPWD && exec "$@") > stdout.log 2> stderr.log < /dev/null 3>&-
        SLIPWAY_STATUS=$?
        until printf '%s\\n' "$SLIPWAY_STATUS" > exit; do
            [ -e pid ] || exit 75
            sleep 1 || [ "$?" -gt 128 ] || exit 75
        done
        """

    /// The arguments with the program as an absolute path.
    ///
    /// A path cannot be taken for a word of the shell or for an option, and a program that is missing is reported
    /// before anything is started.
    static func resolved(_ submission: Submission) throws -> [String] {
        let program = try checked(submission)
        return [try locate(program, submission)] + submission.arguments.dropFirst()
    }

    /// The program of a submission whose arguments and variables can be handed on as they are.
    static func checked(_ submission: Submission) throws -> String {
        guard let program = submission.arguments.first, !program.isEmpty else {
            throw Diagnostic.commandNotFound("")
        }
        for (index, argument) in submission.arguments.enumerated() where argument.utf8.contains(0) {
            throw Diagnostic.argumentUnusable("argument \(index)")
        }
        for (name, value) in submission.environment.sorted(by: { $0.key < $1.key }) {
            guard isPassedOn(name) else { throw Diagnostic.variableNotPassedOn(name) }
            guard !value.utf8.contains(0) else {
                throw Diagnostic.argumentUnusable("the environment variable \(name)")
            }
        }
        return program
    }

    /// Whether the command gets a variable as it was given: the script uses two of its own.
    private static func isPassedOn(_ name: String) -> Bool {
        EnvironmentName.reachesCommand(name) && name != "SLIPWAY_BOOT" && name != "SLIPWAY_SUPERVISOR"
    }

    private static func locate(_ program: String, _ submission: Submission) throws -> String {
        if program.contains("/") { return try located(program, submission) }
        for folder in (submission.environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(program)"
            if isExecutableFile(path) { return path }
        }
        throw Diagnostic.commandNotFound(program)
    }

    /// The absolute path of a program that is named by a path.
    static func located(_ program: String, _ submission: Submission) throws -> String {
        let path = program.hasPrefix("/") ? program : submission.workingDirectory + "/" + program
        guard access(path, F_OK) == 0 else { throw Diagnostic.commandNotFound(program) }
        guard isExecutableFile(path) else { throw Diagnostic.commandNotExecutable(program) }
        return path
    }

    private static func isExecutableFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// Waits until the kernel would execute a program of the attempt, which was written a moment ago.
    ///
    /// A process that another thread is just starting holds, for a moment, a copy of the descriptor through which the
    /// program was written, and what somebody has open for writing is not executed (execve(2), ETXTBSY). A lease for
    /// reading is granted exactly when there is no such descriptor (fcntl(2)); file systems without leases are not
    /// waited for.
    static func waitUntilExecutable(_ program: String, of submission: Submission) async {
        guard program.hasPrefix(submission.folder + "/") else { return }
        let descriptor = open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        // Whoever may execute a program need not be allowed to read it.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        for _ in 0..<1000 {
            guard fcntl(descriptor, set_lease, Int32(F_RDLCK)) < 0 else {
                _ = fcntl(descriptor, set_lease, Int32(F_UNLCK))
                return
            }
            guard errno == EAGAIN else { return }
            // Whoever gives up meanwhile gets the attempt as it is: a submission is not left half-way.
            do { try await Task.sleep(for: .milliseconds(2)) } catch { return }
        }
    }

    /// Starts the supervisor in a session of its own.
    static func start(_ submission: Submission, arguments: [String]) throws -> LocalProcessEngine.Child {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw Diagnostic.spawnFailed(reason(errno)) }
        defer { close(ends[1]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addchdir_np(&actions, submission.folder)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "supervisor.log", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 3)
        posix_spawn_file_actions_addclosefrom_np(&actions, 4)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that the submitter ignores or blocks must reach the command.
        var defaults = sigset_t()
        sigfillset(&defaults)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, spawn_in_new_session | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))

        let vector = ["sh", "-c", script, "slipway", submission.workingDirectory] + arguments
        let environment = submission.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var process: pid_t = 0
        let result = withCStrings(vector) { argv in
            withCStrings(environment) { envp in
                posix_spawn(&process, "/bin/sh", &actions, &attributes, argv, envp)
            }
        }
        guard result == 0 else {
            close(ends[0])
            throw Diagnostic.spawnFailed(reason(result))
        }
        return LocalProcessEngine.Child(process: process, watch: ends[0])
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// A NULL-terminated array of C strings, for the time of a call.
    private static func withCStrings<R>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
    ) -> R {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
