import Planning
import YAML

extension Diagnostic {
    /// What is wrong and what to do, in one line, for what has room for no more.
    var sentence: String { message.printable + (remedy.map { " (\($0.printable))" } ?? "") }

    /// What is wrong, what explains it and what to do, a line each.
    var explanation: String {
        var lines = [message.printable]
        for note in notes {
            lines.append("note: \(note.location.map { "\($0): ".printable } ?? "")\(note.message.printable)")
        }
        if let remedy { lines.append("help: \(remedy.printable)") }
        return lines.joined(separator: "\n")
    }
}
