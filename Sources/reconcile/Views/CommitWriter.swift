import Manifests
import Planning
import Reconciler
import Records
import Synchronization
import YAML

/// Prints what a commit caused, one consequence after the other.
final class CommitWriter: Sendable {
    private let format: ReportFormat
    private let style: TextStyle
    private let lines: LineOutput
    private let count = Mutex(0)

    init(_ format: ReportFormat, style: TextStyle, _ lines: LineOutput) {
        (self.format, self.style, self.lines) = (format, style, lines)
    }

    private func line(_ text: String) throws { try lines.write(Array(text.utf8)) }

    func begin(_ heading: CommitHeading) throws {
        switch format {
        case .json:
            let applies = JSONValue.array(heading.applies.map(\.json)).canonicalText
            try line("{\"applies\":\(applies),\"commit\":\(heading.json.canonicalText),\"consequences\":[")
        case .text:
            try line("\(style.mark("Commit", .strong)) \(heading.commit)")
            for text in CommitText.lines(heading.knowledge, recordedAuthor: heading.recordedAuthor) {
                try line("  \(text.printable)")
            }
            for event in heading.applies {
                let dirty = event.recordedRevision.isDirty ? ", with changes that are in no commit" : ""
                try line("  applied \(event.at) by \(event.actor.printable)\(dirty): \(event.cause.printable)")
            }
            try line("")
        case .markdown:
            try line("### Commit \(Markdown.code(String(heading.commit.prefix(12))))")
            try line("")
            for text in CommitText.lines(heading.knowledge, recordedAuthor: heading.recordedAuthor) {
                try line("- \(Markdown.code(text))")
            }
            for event in heading.applies {
                try line("- applied \(event.at) by \(Markdown.code(event.actor)): \(Markdown.code(event.cause))")
            }
            try line("")
            try line("| what | object | why | where | came of it |")
            try line("|---|---|---|---|---|")
        }
    }

    func write(_ consequence: Consequence) throws {
        let before = count.withLock { count in
            defer { count += 1 }
            return count
        }
        switch format {
        case .json: try line((before == 0 ? "" : ",") + consequence.json.canonicalText)
        case .text: for text in CommitText.lines(consequence, style: style) { try line(text) }
        case .markdown:
            func cell(_ text: String) -> String { Markdown.code(text, isInTable: true) }
            let cells = [
                cell(CommitText.words(consequence)), cell(consequence.key.description),
                cell("\(consequence.message) [\(consequence.reason)]"), cell(consequence.cause),
                CommitText.outcomeLines(consequence).map(cell).joined(separator: "<br>"),
            ]
            try line("| \(cells.joined(separator: " | ")) |")
        }
    }

    func end() throws {
        switch format {
        case .json: try line(#"],"formatVersion":"1"}"#)
        case .text, .markdown:
            if count.withLock({ $0 }) == 0 { try line("Nothing is recorded that it caused.") }
        }
    }
}

/// The lines that a commit and its consequences are told in.
enum CommitText {
    /// Who wrote a commit, when, and what it is called; or why that is not known.
    static func lines(_ knowledge: CommitKnowledge, recordedAuthor: String?) -> [String] {
        let recorded = recordedAuthor.map { ["author  \($0), as recorded when it was applied"] } ?? []
        switch knowledge {
        case .known(let facts):
            let lost = facts.isReachable ? [] : ["no branch and no tag leads to it any more"]
            return [
                "author  \(facts.authorName) <\(facts.authorAddress)>, \(facts.writtenAt)", "subject  \(facts.subject)",
            ]
                + lost
        case .absent: return recorded + ["it is not in this repository: rewritten, or not fetched"]
        case .noRepository: return recorded + ["there is no Git repository here to look it up in"]
        case .none: return ["the manifests were in no commit"]
        }
    }

    /// What happened, in words.
    static func words(_ consequence: Consequence) -> String {
        let kinds = consequence.kinds.compactMap(EventKind.init(rawValue:))
        func has(_ kind: EventKind) -> Bool { kinds.contains(kind) }
        let word =
            if has(.runQueued) {
                "queued"
            } else if has(.runSatisfied) {
                "satisfied"
            } else if has(.runRequeued) {
                "queued again"
            } else if has(.runCancelRequested) {
                "cancelled"
            } else if has(.runPlaced) {
                "moved"
            } else if has(.objectCreated) {
                "created"
            } else if has(.objectDeleted) {
                "deleted"
            } else {
                "updated"
            }
        return word + (consequence.versionDigest == nil ? "" : consequence.version.map { ", new version v\($0)" } ?? "")
    }

    static func lines(_ consequence: Consequence, style: TextStyle) -> [String] {
        let head =
            "  \(style.mark(words(consequence), .accent))  \(consequence.key)  \(consequence.message.printable)"
            + (consequence.reason.isEmpty ? "" : " [\(consequence.reason.printable)]")
            + style.mark("  \(consequence.cause.printable)", .faint)
        return [head] + outcomeLines(consequence).map { "      \($0.printable)" }
    }

    /// What came of a run, down to attempts and images.
    static func outcomeLines(_ consequence: Consequence) -> [String] {
        guard let outcome = consequence.outcome else {
            return consequence.versionDigest.map { ["version digest \($0)"] } ?? []
        }
        let run = outcome.run
        var lines = ["\(run.phase.rawValue): \(run.message)"]
        if let earlier = outcome.queuedEarlier {
            let commit = earlier.recordedRevision.description
            lines.append("computed as Run/\(run.name), queued by commit \(commit) at \(earlier.at)")
        }
        return lines + outcome.attempts.map(line)
    }

    static func line(_ attempt: AttemptRecord) -> String {
        let end = attempt.outcome?.message ?? "not ended"
        let image = attempt.image.map { ", image \($0)" } ?? ""
        return "attempt \(attempt.number) by \(attempt.agent) on \(attempt.host): \(end)\(image)"
    }
}
