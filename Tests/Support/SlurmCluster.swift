import CSpawn
import Foundation

/// A Slurm cluster of the tests' own, of one node with fake GPUs, on free ports of this machine. It is gone when its
/// process is, however that ends.
///
/// `scripts/servers/slurm` starts and stops it, which is also what the documentation tells people to try with.
public final class SlurmCluster: Sendable {
    /// Where it runs, and what it keeps.
    public let folder: String
    /// A shell that waits for the end of this process and then stops all. It holds the reading end of a pipe whose
    /// writing end nobody else has.
    private let guardian: pid_t
    private let lifeline: Int32

    /// Handlers, unlike ignored signals, are not inherited by the servers.
    private static let watch = """
        trap : INT TERM HUP
        script=$1 folder=$2; shift 2
        "$script" up "$folder" "$@" < /dev/null > "$folder/up.log" 2>&1
        echo $? > "$folder/up.status"
        cat > /dev/null
        "$script" down "$folder"
        rm -rf "$folder"
        """

    private static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "scripts/servers/slurm").path

    /// Slurm's daemons run as root.
    public static let isThere = getuid() == 0 && has(["sbin/munged", "sbin/slurmctld", "sbin/slurmd", "bin/sbatch"])
    public static let hasAccounting = isThere && has(["sbin/slurmdbd", "sbin/mariadbd", "bin/sacct"])

    private static func has(_ programs: [String]) -> Bool {
        programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/\($0)") }
    }

    private static let plain = Result { try SlurmCluster(accounting: false) }
    private static let accounted = Result { try SlurmCluster(accounting: true) }

    /// The one that all tests of this process share.
    ///
    /// - Parameter accounting: whether `sacct` has something to say there.
    public static func shared(accounting: Bool = false) throws -> SlurmCluster {
        try (accounting ? accounted : plain).get()
    }

    /// - Parameter minJobAge: for how many seconds the controller remembers a job that has ended.
    public init(accounting: Bool, minJobAge: Int = 300) throws {
        // Short: the path of a socket in it has room for hardly more than a hundred bytes.
        folder = "/tmp/slipway-slurm-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw PostgresServer.Failure(description: "no pipe") }
        defer { close(ends[0]) }
        lifeline = ends[1]
        let words = ["/usr/bin/env", "SLURM_MIN_JOB_AGE=\(minJobAge)", "/bin/sh", "-c", Self.watch, "sh", Self.script]
        guardian = try PostgresServer.spawn(
            words + [folder] + (accounting ? ["acct"] : []), input: nil, output: "/dev/null", pipe: ends[0])
        let path = "\(folder)/up.status"
        for _ in 0..<9000 {
            if let status = FileManager.default.contents(atPath: path), status.last == 0x0A {
                guard status == Data("0\n".utf8) else { break }
                return
            }
            usleep(20_000)
        }
        let log = FileManager.default.contents(atPath: "\(folder)/up.log") ?? Data()
        throw PostgresServer.Failure(description: "Slurm does not start: \(String(decoding: log, as: UTF8.self))")
    }

    deinit {
        close(lifeline)
        PostgresServer.wait(for: guardian)
    }

    /// What points Slurm's commands at it.
    public var environment: [String: String] {
        ["PATH": "/usr/bin:/bin", "SLURM_CONF": "\(folder)/slurm.conf"]
    }

    /// Runs one of Slurm's commands outside of everything that is tested, and returns what it printed.
    @discardableResult
    public func run(_ words: String...) throws -> String { try run(words) }

    @discardableResult
    public func run(_ words: [String]) throws -> String {
        try PostgresServer.run(["/usr/bin/env", "SLURM_CONF=\(folder)/slurm.conf"] + words)
    }

    /// Ends one of its programs (`slurmctld`, `slurmd`, `slurmdbd`), as when that machine is lost.
    public func stop(_ program: String) throws { try PostgresServer.run([Self.script, "stop", folder, program]) }

    public func start(_ program: String) throws { try PostgresServer.run([Self.script, "start", folder, program]) }

    /// The only node.
    public var node: String {
        get throws { try run("sinfo", "--noheader", "--Node", "--partition=main", "--format=%N") }
    }

    /// Whether the node's daemon still has something of a job, which it clears away after the job's last process.
    public func hasJobOnNode() throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/spool").contains { $0.hasPrefix("job") }
    }

    /// Takes the node away from under what runs on it, and gives it back.
    public func loseNode() async throws {
        let node = try node
        try run("scontrol", "update", "nodename=\(node)", "state=down", "reason=test")
        // It may have reported for service by itself in the meantime, and then Slurm refuses to resume it.
        try await eventually("\(node) is back") {
            let isResumed = (try? run("scontrol", "update", "nodename=\(node)", "state=resume")) != nil
            let state = isResumed ? "" : try run("sinfo", "--noheader", "--nodes=\(node)", "--format=%T")
            return !state.contains("down")
        }
    }
}
