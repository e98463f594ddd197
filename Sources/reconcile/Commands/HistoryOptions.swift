import ArgumentParser
import Manifests
import Records
import Store

/// How a report is printed: like other data, or for a page that shows markdown.
enum ReportFormat: String, Sendable, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
}

struct ReportOptions: ParsableArguments, Sendable {
    @Option(name: [.short, .long], help: "How data is printed.")
    var output: ReportFormat = .text
}

/// A moment as people type it: RFC 3339, a date, or how long ago.
struct MomentArgument: Sendable, ExpressibleByArgument {
    private enum Moment: Sendable {
        case absolute(Timestamp)
        case ago(Duration)
    }

    private let moment: Moment

    init?(argument text: String) {
        if let moment = Timestamp(rfc3339: text) {
            self.moment = .absolute(moment)
        } else if let duration = Self.duration(text) {
            moment = .ago(duration)
        } else {
            return nil
        }
    }

    func resolved(at now: Timestamp) -> Timestamp {
        switch moment {
        case .absolute(let moment): moment
        case .ago(let duration): now + (.zero - duration)
        }
    }

    /// Durations as manifests write them, and whole days (`7d`) and weeks (`2w`).
    private static func duration(_ text: String) -> Duration? {
        let hours: Int64? = text.hasSuffix("d") ? 24 : text.hasSuffix("w") ? 7 * 24 : nil
        guard let hours else { return DurationText.parse(text) }
        guard text.utf8.count <= 6, let count = Int64(text.dropLast()), count >= 0 else { return nil }
        return .seconds(count * hours * 3600)
    }
}

/// Which part of the audit trail is asked for.
struct HistoryOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only by whoever has this text in their name.", valueName: "text"))
    var actor: String?

    @Option(
        help: ArgumentHelp(
            "Only from this moment on: 2026-11-23T09:00:00Z, a date, or how long ago, such as 2h or 7d.",
            valueName: "moment"))
    var since: MomentArgument?

    @Option(help: ArgumentHelp("Only before this moment, written in the same ways.", valueName: "moment"))
    var until: MomentArgument?

    @Option(help: ArgumentHelp("Only the newest so many.", valueName: "count"))
    var limit: Int?

    func filter(at now: Timestamp) -> EventFilter {
        EventFilter(actor: actor, since: since?.resolved(at: now), until: until?.resolved(at: now))
    }

    var isEmpty: Bool { actor == nil && since == nil && until == nil && limit == nil }

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }
}
