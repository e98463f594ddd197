import Foundation
import Synchronization

/// What was done to whom and when, for whoever has to find out why a round failed; and how often.
final class Diary: Sendable {
    private let file: Mutex<FileHandle>
    private let counts = Mutex<[String: Int]>([:])
    private let faults = Mutex<[String]>([])

    init(path: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        file = Mutex(try FileHandle(forWritingTo: URL(fileURLWithPath: path)))
    }

    /// Writes a line with the moment before it, in the clock of the ledger.
    func note(_ text: String) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let nanoseconds = String(now.tv_nsec)
        let moment = "\(now.tv_sec)" + String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
        // A line that is lost with a full disk is missed by nobody but a reader.
        file.withLock { try? $0.write(contentsOf: Data("\(moment) \(text)\n".utf8)) }
    }

    /// The same for something that is counted.
    func count(_ what: String, _ text: String) {
        counts.withLock { $0[what, default: 0] += 1 }
        note("\(what): \(text)")
    }

    /// Notes what must not happen; the round fails for it in the end.
    func fault(_ text: String) {
        note("FAULT: \(text)")
        faults.withLock { $0.append(text) }
    }

    var found: [String] { faults.withLock { $0 } }

    /// How often what was done, in one line.
    var summary: String {
        counts.withLock { $0 }.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
    }
}
