public import Agents
import Foundation
import Records
import Store

/// Who and where this process is.
public struct Setting: Sendable {
    /// The environment of the process.
    public var environment: [String: String]
    public var host: String
    public var process: Int32
    /// Which process table that number is of: the machine's boot and the process namespace; empty where unknown.
    public var machine: String
    /// The command as it was given, for whoever finds the state locked.
    public var command: String
    /// The version of this program, for what is said of the images that it builds.
    public var version: String
    public var time: any TimeSource
    /// A part of names that must be unique for all time.
    public var unique: @Sendable () -> String

    public init(
        environment: [String: String], host: String, process: Int32, machine: String = "", command: String,
        version: String = "0", time: any TimeSource, unique: @escaping @Sendable () -> String
    ) {
        self.environment = environment
        self.host = host
        self.process = process
        self.machine = machine
        self.command = command
        self.version = version
        self.time = time
        self.unique = unique
    }

    /// This process as it is.
    public static func current(command: String, version: String) -> Setting {
        Setting(
            environment: ProcessInfo.processInfo.environment, host: ProcessInfo.processInfo.hostName,
            process: ProcessInfo.processInfo.processIdentifier, machine: currentMachine, command: command,
            version: version, time: SystemTime(),
            unique: { String(UInt32.random(in: .min ... .max), radix: 16) })
    }

    private static var currentMachine: String {
        guard let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
            let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return "" }
        return boot.trimmingCharacters(in: .whitespacesAndNewlines) + "/" + space
    }

    /// The account under which the process runs, where the environment does not say.
    private static var accountName: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid \(getuid())" }
        return String(cString: name)
    }

    /// This process, as others are told of it who find a state locked.
    ///
    /// - Parameter commit: what it applies.
    func lockHolder(of commit: String? = nil) -> LockHolder {
        LockHolder(
            actor: actor, host: host, process: process, command: command, since: time.now(), id: unique(),
            machine: machine, run: run?.name, url: run?.url, commit: commit)
    }

    /// The CI run that this process belongs to.
    public var run: CIRun? { CIRun(environment) }

    /// The person or CI run behind the process: what CI systems say, otherwise `user@host`.
    public var actor: String {
        if let repository = environment["GITHUB_REPOSITORY"], let run = environment["GITHUB_RUN_ID"] {
            return "\(environment["GITHUB_ACTOR"] ?? "github") in \(repository)#\(run)"
        }
        if let job = environment["CI_JOB_URL"] {
            return "\(environment["GITLAB_USER_LOGIN"] ?? "gitlab") in \(job)"
        }
        return "\(environment["USER"] ?? environment["LOGNAME"] ?? Self.accountName)@\(host)"
    }
}
