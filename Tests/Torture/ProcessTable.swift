import Foundation

/// What the kernel says of the processes of this machine (proc(5)).
enum ProcessTable {
    struct Entry {
        let process: pid_t
        let state: Substring
        let parent: pid_t
        /// In clock ticks since boot.
        let start: UInt64

        /// Reads a line of `/proc/PID/stat`. The second field may hold anything; what follows its end does not.
        init?(_ line: some StringProtocol) {
            let line = String(line)
            guard let close = line.lastIndex(of: ")"), let process = pid_t(line.prefix { $0.isNumber }) else {
                return nil
            }
            let fields = line[line.index(after: close)...].split(separator: " ")
            guard fields.count > 19, let parent = pid_t(fields[1]), let start = UInt64(fields[19]) else { return nil }
            self.process = process
            state = fields[0]
            self.parent = parent
            self.start = start
        }

        init?(of process: pid_t) {
            guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
            self.init(String(decoding: data, as: UTF8.self))
        }

        /// What has ended and is only not reaped yet does nothing any more.
        var isDead: Bool { state == "Z" || state == "X" }
    }

    private static var numbers: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }.sorted()
    }

    static func children(of process: pid_t) -> [pid_t] {
        numbers.filter { Entry(of: $0).map { $0.parent == process && !$0.isDead } ?? false }
    }

    /// The living processes that have a variable in their environment, each with what it is.
    static func processes(with variable: String) -> [(process: pid_t, what: String)] {
        numbers.compactMap { number in
            guard number != getpid(), let entry = Entry(of: number), !entry.isDead,
                let environment = FileManager.default.contents(atPath: "/proc/\(number)/environ"),
                environment.split(separator: 0).contains(where: { $0.elementsEqual(variable.utf8) })
            else { return nil }
            let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
            let command = words.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
            return (number, String(command.prefix(300)))
        }
    }
}

/// A supervisor of an attempt, as its `pid` file names it.
struct RunningAttempt {
    /// The attempt's folder.
    let folder: String
    let process: pid_t
    private let start: UInt64

    /// Every attempt of a checkout that has begun and not written its end.
    static func all(in checkout: String) -> [RunningAttempt] {
        let runs = "\(checkout)/.slipway/runs"
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: runs)) ?? []).sorted().flatMap { run -> [RunningAttempt] in
            ((try? files.contentsOfDirectory(atPath: "\(runs)/\(run)")) ?? []).sorted().compactMap { number in
                RunningAttempt(in: "\(runs)/\(run)/\(number)")
            }
        }
    }

    private init?(in folder: String) {
        guard let data = FileManager.default.contents(atPath: "\(folder)/pid"),
            !FileManager.default.fileExists(atPath: "\(folder)/exit"),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").last,
            let entry = ProcessTable.Entry(line)
        else { return nil }
        self.folder = folder
        process = entry.process
        start = entry.start
        guard isThere else { return nil }
    }

    /// Whether the process of that number is the very one.
    var isThere: Bool { ProcessTable.Entry(of: process).map { $0.start == start && !$0.isDead } ?? false }
}
