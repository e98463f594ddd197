import Foundation
import Records
import YAML

/// What the supervisor left in the folder of an attempt.
struct AttemptFolder {
    let path: String

    init(_ path: String) { self.path = path }

    /// Whether a supervisor has taken the attempt.
    var isClaimed: Bool { access("\(path)/pid", F_OK) == 0 }

    /// Whether the attempt was taken so that no supervisor can, and that binds whoever has a token.
    ///
    /// Who sealed it had perhaps lost its lease already, and did not know: then a later claim goes on.
    func isSealed(for token: Int64?) -> Bool { Seal(text("pid"))?.binds(token) ?? false }

    /// Whether it was, and that does not bind.
    func isSealedInVain(for token: Int64?) -> Bool { Seal(text("pid")).map { !$0.binds(token) } ?? false }

    /// Takes the attempt as a supervisor would, for nobody. To be called behind the `AttemptFence`.
    ///
    /// - Returns: `false` where a supervisor, or a seal that binds, was first.
    /// - Throws: a `Diagnostic` where the file cannot be created.
    func seal(by token: Int64?) throws -> Bool {
        let claim = "\(path)/pid"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Diagnostic.notSealed(claim, reason: (error as NSError).localizedDescription)
        }
        try liftSeal(for: token)
        return try self.claim(with: Seal(token: token).text)
    }

    /// Takes the attempt for what an engine has started, which supervises it itself. To be called behind the
    /// `AttemptFence`.
    ///
    /// - Parameter words: for people.
    /// - Returns: `false` where somebody was first.
    @discardableResult
    func claim(with words: String) throws -> Bool {
        let claim = "\(path)/pid"
        let descriptor = open(claim, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw Diagnostic.notSealed(claim, reason: String(cString: strerror(errno))) }
            return false
        }
        defer { close(descriptor) }
        // What counts is that the file is there; a disk too full for the words costs a reader its explanation only.
        _ = words.withCString { write(descriptor, $0, strlen($0)) }
        return true
    }

    /// Takes a seal away that does not bind. To be called behind the `AttemptFence`: a claim that is a seal stays one
    /// as long as nobody else may take it away.
    func liftSeal(for token: Int64?) throws {
        let claim = "\(path)/pid"
        guard isSealedInVain(for: token) else { return }
        guard unlink(claim) == 0 || errno == ENOENT else {
            throw Diagnostic.notSealed(claim, reason: String(cString: strerror(errno)))
        }
    }

    /// The moment at which it did.
    var claimedAt: Timestamp? { modified("pid") }

    /// Who runs the attempt. `nil` where the file says nothing, which lasts for the two system calls between
    /// creating and writing it, or for ever if the supervisor was killed between them.
    func supervisor() async -> ProcessIdentity? {
        for _ in 0..<250 {
            if let text = text("pid"), let identity = ProcessIdentity(text) { return identity }
            await pause(milliseconds: 4)
        }
        return nil
    }

    /// How the command ended.
    var exit: (status: Int32, at: Timestamp?)? {
        // Without its line break the file is still being written.
        guard let text = text("exit"), text.hasSuffix("\n"), let status = Int32(text.dropLast()) else { return nil }
        return (status, modified("exit"))
    }

    /// The beginning of a file; `nil` where it is not there.
    func text(_ name: String) -> String? {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    private func modified(_ name: String) -> Timestamp? {
        var status = stat()
        guard stat("\(path)/\(name)", &status) == 0 else { return nil }
        return Timestamp(
            milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }
}

/// What stands in the claim of an attempt that nobody may start any more.
struct Seal {
    /// Of the lease of whoever set it; `nil` where it had none, or did not say.
    var token: Int64?

    init(token: Int64?) { self.token = token }

    init?(_ text: String?) {
        let words = text?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.first == "sealed" else { return nil }
        token = words.count == 2 ? Int64(words[1]) : nil
    }

    var text: String { "sealed\(token.map { " \($0)" } ?? "")\n" }

    /// Whether it binds whoever has a token: an older claim's does not bind a later one.
    func binds(_ other: Int64?) -> Bool {
        guard let token, let other else { return true }
        return token >= other
    }
}

/// A process that cannot be mistaken for a later one with the same number: number, start time and boot.
struct ProcessIdentity: Sendable, Hashable {
    let process: pid_t
    /// In clock ticks since boot (proc(5), field 22 of `stat`).
    let startTime: UInt64
    let boot: String

    /// Reads a boot id and a line of `/proc/PID/stat`.
    init?(_ text: String) {
        guard text.hasSuffix("\n") else { return nil }
        let lines = text.split(separator: "\n")
        guard lines.count == 2, let stat = ProcessStat(lines[1]) else { return nil }
        boot = String(lines[0])
        process = stat.process
        startTime = stat.startTime
    }

    var isOfThisBoot: Bool { boot == Self.currentBoot }

    /// Whether the very process is still there; one that has ended and waits to be reaped is not.
    var isAlive: Bool {
        guard isOfThisBoot, let stat = ProcessStat(of: process) else { return false }
        return stat.startTime == startTime && stat.state != "Z" && stat.state != "X"
    }

    /// Whether any process of its group is left. Its number stays taken as long as one is, so a process of that number
    /// that started at another time shows that the group is another's.
    var groupExists: Bool {
        guard isOfThisBoot, kill(-process, 0) == 0 else { return false }
        if let leader = ProcessStat(of: process), leader.startTime != startTime { return false }
        return hasLivingMember
    }

    /// A zombie that its parent has not reaped yet still counts for `kill`; only living members count here.
    private var hasLivingMember: Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return true }
        return names.contains { name in
            guard let number = pid_t(name), let stat = ProcessStat(of: number) else { return false }
            return stat.group == process && stat.state != "Z" && stat.state != "X"
        }
    }

    func signalGroup(_ signal: Int32) {
        guard isOfThisBoot, groupExists else { return }
        kill(-process, signal)
    }

    private static let currentBoot: String =
        ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "")
        .trimmingCharacters(in: .whitespacesAndNewlines)
}

/// The fields of `/proc/PID/stat` that matter here (proc(5)).
struct ProcessStat {
    let process: pid_t
    let state: String
    let group: pid_t
    let startTime: UInt64

    init?(of process: pid_t) {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return nil }
        self.init(text)
    }

    /// The second field is the program's name in parentheses and may hold anything; what follows the last one is
    /// split by spaces.
    init?(_ line: some StringProtocol) {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"),
            let process = pid_t(line[..<open].trimmingCharacters(in: .whitespaces))
        else { return nil }
        let fields = line[line.index(after: close)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 19, let group = pid_t(fields[2]), let start = UInt64(fields[19]) else { return nil }
        self.process = process
        state = String(fields[0])
        self.group = group
        startTime = start
    }
}
