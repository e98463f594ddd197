import Manifests
import Planning
import Reconciler
import Records
import Synchronization
import YAML

/// Prints the audit trail event by event, so that it may be of any length.
final class EventWriter: Sendable {
    private let format: ReportFormat
    private let style: TextStyle
    private let lines: LineOutput
    private let isFirst = Mutex(true)

    init(_ format: ReportFormat, style: TextStyle, _ lines: LineOutput) {
        (self.format, self.style, self.lines) = (format, style, lines)
    }

    func begin() throws {
        switch format {
        case .text: break
        case .json: try lines.write(Array(#"{"events":["#.utf8))
        case .markdown:
            try lines.write(Array("| when | commit | event | object | what | by |".utf8))
            try lines.write(Array("|---|---|---|---|---|---|".utf8))
        }
    }

    func write(_ event: EventRecord) throws {
        switch format {
        case .text: try lines.write(Array(EventLine.text(event, style: style).utf8))
        case .json:
            let isFirst = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            try lines.write((isFirst ? [] : Array(",".utf8)) + event.json.canonicalBytes)
        case .markdown:
            func cell(_ text: String) -> String { Markdown.code(text, isInTable: true) }
            let what = [event.detail("message") ?? "", event.cause].filter { !$0.isEmpty }.joined(separator: "  ")
            let cells = [
                event.at.description, cell(event.recordedRevision.commit.map { String($0.prefix(12)) } ?? ""),
                cell(event.kind), cell(EventLine.shortened(event.subject)), cell(what), cell(event.actor),
            ]
            try lines.write(Array("| \(cells.joined(separator: " | ")) |".utf8))
        }
    }

    func end() throws {
        if format == .json { try lines.write(Array(#"],"formatVersion":"1"}"#.utf8)) }
    }
}
