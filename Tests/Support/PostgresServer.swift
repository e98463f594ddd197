import CSpawn
import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, on a free port of this machine. It is gone when its process is, however that
/// ends.
public final class PostgresServer: Sendable {
    /// Where it runs, and what it keeps.
    public let folder: String
    public let port: Int
    /// The folder of its programs.
    private let programs: String
    /// A shell that waits for the end of this process and then stops the server. It holds the reading end of a pipe
    /// whose writing end nobody else has.
    private let guardian: pid_t
    private let lifeline: Int32

    /// The server takes its file with it. It is not waited for by its number: where nobody collects the dead, that
    /// seems to be alive for ever.
    private static let watch = """
        trap '' INT TERM HUP; cat >/dev/null; folder=$1; shift; "$@"
        for i in 1 2 3 4 5 6 7 8 9; do [ -e "$folder/data/postmaster.pid" ] && sleep 0.$i; done
        rm -rf "$folder"
        """

    private let databases = Atomic(0)

    /// A role that is let in by this password only; all others need none.
    public static let guardedRole = (name: "guarded", password: "s3cr\u{e9}t p%w")

    /// Where the server's programs are; `nil` where there are none.
    public static let programs: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap { Int($0) }.sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (newest + path).first { folder in
            ["initdb", "pg_ctl", "psql"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
        }
    }()

    public static var isThere: Bool { programs != nil }

    /// The one that all tests of this process share.
    private static let first = Result { try PostgresServer() }
    public static func shared() throws -> PostgresServer { try first.get() }

    /// - Parameter isDurable: commits are on the disk when they are done; without it all is quicker.
    public init(isDurable: Bool = false) throws {
        guard let programs = Self.programs else { throw Failure(description: "there is no PostgreSQL on this machine") }
        self.programs = programs
        // Short: the path of a socket in it has room for hardly more than a hundred bytes.
        folder = "/tmp/slipway-pg-\(UUID().uuidString.prefix(8))"
        port = try Loopback.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        if getuid() == 0 { try Self.run(["/bin/chown", "postgres", folder]) }
        let program = "\(programs)/pg_ctl"
        let stop = Self.asServer + [program, "-D", "\(folder)/data", "-m", "immediate", "-s", "-W", "stop"]
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Failure(description: "no pipe") }
        defer { close(ends[0]) }
        lifeline = ends[1]
        guardian = try Self.spawn(
            ["/bin/sh", "-c", Self.watch, "sh", folder] + stop, input: nil, output: "/dev/null", pipe: ends[0])
        try runAsServer(
            "initdb", "-D", "\(folder)/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
        try configure(isDurable: isDurable)
        try start()
        _ = try sql(
            "CREATE ROLE \(Self.guardedRole.name) LOGIN SUPERUSER PASSWORD '\(Self.guardedRole.password)'")
    }

    deinit {
        close(lifeline)
        Self.wait(for: guardian)
    }

    private func configure(isDurable: Bool) throws {
        let speed = isDurable ? "" : "fsync = off\nfull_page_writes = off\n"
        let settings = """
            listen_addresses = '127.0.0.1'
            port = \(port)
            unix_socket_directories = '\(folder)'
            shared_buffers = 32MB
            max_connections = 200
            autovacuum = off
            restart_after_crash = on
            \(speed)
            """
        try append(settings, to: "postgresql.auto.conf")
        let access = """
            host all \(Self.guardedRole.name) 127.0.0.1/32 scram-sha-256
            host all all 127.0.0.1/32 trust
            local all all trust

            """
        try Data(access.utf8).write(to: URL(fileURLWithPath: "\(folder)/data/pg_hba.conf"))
    }

    private func append(_ text: String, to name: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/data/\(name)"))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data((text + "\n").utf8))
    }

    // MARK: Databases

    /// The URL of a database.
    public func url(_ database: String, role: String = "postgres", port: Int? = nil) -> String {
        "postgres://\(role)@127.0.0.1:\(port ?? self.port)/\(database)"
    }

    /// Ends all connections of a name, as an administrator would. Returns how many there were.
    @discardableResult
    public func endConnections(named name: String) throws -> Int {
        let query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '\(name)'"
        return Int(try sql(query)) ?? 0
    }

    /// Makes a database of a name that no other has, and returns its name.
    public func makeDatabase(_ options: String = "") throws -> String {
        let name = "state_\(databases.add(1, ordering: .relaxed).newValue)"
        _ = try sql("CREATE DATABASE \(name) \(options)")
        return name
    }

    /// Runs SQL as the server's owner, outside of everything that is tested. Returns what it printed, columns by `|`.
    @discardableResult
    public func sql(_ text: String, in database: String = "postgres") throws -> String {
        try Self.run([
            "\(programs)/psql", "-h", folder, "-p", "\(port)", "-U", "postgres", "-d", database, "-AtqX", "-v",
            "ON_ERROR_STOP=1", "-c", text,
        ])
    }

    // MARK: Life and death

    /// Starts it again after `kill`, and returns when it answers.
    public func start() throws {
        var last = ""
        // What is left of a server that was killed may hold its memory for a moment.
        for _ in 0..<50 {
            do {
                try runAsServer(
                    "pg_ctl", "-D", "\(folder)/data", "-s", "-w", "-t", "30", "-l", "\(folder)/log", "start")
                return
            } catch {
                last = "\(error)"
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        throw Failure(description: last)
    }

    /// Returns when it answers again after one of its processes was killed. One that was killed while it recovered from
    /// another goes down for good, as PostgreSQL means it to, and is started as an administrator would.
    public func recover() throws {
        for _ in 0..<600 {
            guard process != nil else { return try start() }
            if (try? sql("SELECT 1")) != nil { return }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw Failure(description: "the server does not recover")
    }

    /// The process number of the server; `nil` where it does not run.
    public var process: Int32? {
        FileManager.default.contents(atPath: "\(folder)/data/postmaster.pid")
            .flatMap { Int32(String(decoding: $0, as: UTF8.self).prefix { $0.isNumber }) }
    }

    /// Ends it and all its children at once, with SIGKILL.
    public func kill() throws {
        guard let process else { throw Failure(description: "the server does not run") }
        // Stopped first, so that it does not begin anything while its children die.
        Glibc.kill(process, SIGSTOP)
        let children = Self.children(of: process)
        for child in [process] + children { Glibc.kill(child, SIGKILL) }
        for child in [process] + children {
            while Glibc.kill(child, 0) == 0, !Self.isDead(child) { usleep(1000) }
        }
        // With nobody left it is a lie, and where nobody collects the dead it would be believed.
        try FileManager.default.removeItem(atPath: "\(folder)/data/postmaster.pid")
    }

    private static func children(of process: Int32) -> [Int32] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return numbers.compactMap { Int32($0) }.filter { stat($0)?.parent == process }
    }

    private static func isDead(_ process: Int32) -> Bool { stat(process).map { $0.state == "Z" } ?? true }

    private static func stat(_ process: Int32) -> (state: Substring, parent: Int32)? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 2, let parent = Int32(fields[2]) else { return nil }
        return (fields[1], parent)
    }

    // MARK: Programs

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// The server refuses to run as root.
    private static var asServer: [String] {
        getuid() == 0 ? ["/usr/bin/setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] : []
    }

    private func runAsServer(_ program: String, _ arguments: String...) throws {
        try Self.run(Self.asServer + ["\(programs)/\(program)"] + arguments)
    }

    @discardableResult
    static func run(_ words: [String]) throws -> String {
        // A file, because the server that is started keeps its starter's output open.
        let output = "/tmp/slipway-pg-output-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let process = try spawn(words, input: "/dev/null", output: output)
        let status = wait(for: process)
        let text = String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
        guard status == 0 else { throw Failure(description: "\(words.joined(separator: " ")): \(text)") }
        return text.trimmingCharacters(in: .newlines)
    }

    /// Starts a program that has nothing of this process but what is named here. Foundation's `Process` hands a socket
    /// down and waits until the last descendant has closed it, and a server never does.
    static func spawn(_ words: [String], input: String?, output: String, pipe: Int32 = -1) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0) }
        if pipe >= 0 { posix_spawn_file_actions_adddup2(&actions, pipe, 0) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawn_file_actions_addchdir_np(&actions, "/")
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, words[0], &actions, nil, arguments, environ)
        guard result == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(result)))") }
        return process
    }

    /// The status with which a child ended.
    @discardableResult
    static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
