import Foundation

/// What the jobs of a round wrote down themselves.
struct Ledger {
    /// One execution, by the folder in which it took place.
    struct Entry {
        let folder: String
        /// Nanoseconds since 1970.
        let start: Int64
        var end: Int64?
        let process: pid_t
    }

    /// Every start, in the order of the file.
    private(set) var starts: [Entry] = []
    /// Lines that nobody can have written in one piece.
    private(set) var damaged: [String] = []
    /// Folders with an end and no start, or with two ends.
    private(set) var unstarted: [String] = []

    init(path: String) {
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 4, let moment = Int64(words[2]), let process = pid_t(words[3]) else {
                damaged.append(String(line))
                continue
            }
            let folder = String(words[0])
            if words[1] == "START" {
                starts.append(Entry(folder: folder, start: moment, process: process))
            } else if let place = starts.firstIndex(where: {
                $0.folder == folder && $0.process == process && $0.end == nil
            }) {
                starts[place].end = moment
            } else {
                unstarted.append(folder)
            }
        }
    }
}
