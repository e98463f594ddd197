import Manifests
import Records

/// What the message of a commit of the state's branch says: what was done for which revision, and by whom.
///
/// `git log` of the branch is read by people; the trailers (git-interpret-trailers(1)) are for programs. Only what
/// reconcile wrote ends with `Slipway-Chain`, which anchors the chain of events in Git's own.
struct StateCommit {
    static let chainTrailer = "Slipway-Chain"

    /// The events that it brings.
    let events: [EventRecord]
    let trailers: [String: String]

    /// Who is shown as its author.
    var author: String {
        let name = Self.plain(events.last?.actor ?? "").filter { $0 != "<" && $0 != ">" }
        return name.isEmpty ? "reconcile" : name
    }

    var seconds: Int64 { (events.last?.at.milliseconds ?? 0) / 1000 }

    func message(chain: (sequence: Int64, hash: String)) -> String {
        var lines = [subject, ""]
        lines += events.prefix(Self.mostLines).map { event in
            let cause = event.cause.isEmpty ? "" : ": \(event.cause)"
            return Self.plain("\(event.kind) \(event.subject)\(cause)")
        }
        if events.count > Self.mostLines { lines.append("… and \(events.count - Self.mostLines) more events") }
        if !events.isEmpty { lines.append("") }
        let revision = events.last?.revision ?? ""
        if !revision.isEmpty { lines.append("Slipway-Revision: \(Self.plain(revision))") }
        if let actor = events.last?.actor, !actor.isEmpty { lines.append("Slipway-Actor: \(Self.plain(actor))") }
        for (name, value) in trailers.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            lines.append("Slipway-\(name): \(Self.plain(value))")
        }
        lines.append("\(Self.chainTrailer): \(chain.sequence) \(chain.hash)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static let mostLines = 40

    /// Such as `Reconcile 1a2b3c4: 2 create, 3 run` or `Record 1a2b3c4: 1 submitted, 2 succeeded`.
    var subject: String {
        let revision = events.last?.revision ?? ""
        let (commit, changes) = (revision.prefix { $0 != "+" }.prefix(7), revision.drop { $0 != "+" })
        let target = revision.isEmpty ? "" : commit.isEmpty ? " uncommitted files" : " \(commit)\(changes)"
        if let start = events.last(where: { $0.kind == EventKind.applyStarted.rawValue }) {
            return "Reconcile\(target): " + Self.listed(Self.planned(start))
        }
        return "Record\(target): " + Self.listed(happened) + names
    }

    /// Which runs it is about, where they are few.
    private var names: String {
        let runs = Set(events.filter { Self.word($0) != nil && $0.subject.hasPrefix("Run/") }.map(\.subject))
        guard (1...2).contains(runs.count) else { return "" }
        let names = runs.sorted().map { $0.dropFirst("Run/".count).replacing("default/", with: "", maxReplacements: 1) }
        return " (\(Self.plain(names.joined(separator: ", "))))"
    }

    /// What a plan did, in the words of its summary line.
    private static func planned(_ event: EventRecord) -> [(String, Int64)] {
        let details = (try? JSONValue(parsing: Array(event.details.utf8))) ?? .null
        return ["create", "update", "replace", "delete", "run", "satisfied"].map { ($0, details[$0]?.int ?? 0) }
    }

    /// What happened to runs and agents, counted.
    private var happened: [(String, Int64)] {
        var counts: [String: Int64] = [:]
        for event in events {
            guard let word = Self.word(event) else { continue }
            counts[word, default: 0] += 1
        }
        return Self.words.map { ($0, counts[$0] ?? 0) }
    }

    private static func listed(_ counts: [(String, Int64)]) -> String {
        let told = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        return told.isEmpty ? "bookkeeping" : told.joined(separator: ", ")
    }

    private static let words = [
        "agents started", "agents stopped", "agents gone", "images built", "claimed", "adopted", "about to start",
        "started", "succeeded", "failed", "lost", "cancelled", "ended", "asked to end", "retried", "refused",
        "reproductions started", "reproduced",
    ]

    private static func word(_ event: EventRecord) -> String? {
        switch EventKind(rawValue: event.kind) {
        case .agentStarted: "agents started"
        case .agentStopped: "agents stopped"
        case .agentLost: "agents gone"
        case .imageBuilt: "images built"
        case .attemptClaimed: "claimed"
        case .attemptAdopted: "adopted"
        case .attemptIntended: "about to start"
        case .attemptSubmitted: "started"
        case .attemptRefused: "refused"
        case .runFinished:
            ((try? JSONValue(parsing: Array(event.details.utf8)))?["phase"]?.string).flatMap { phase in
                words.contains(phase) ? phase : nil
            } ?? "ended"
        case .runCancelRequested: "asked to end"
        case .runRequeued: "retried"
        case .reproductionStarted: "reproductions started"
        case .reproductionEnded: "reproduced"
        default: nil
        }
    }

    /// One line of bounded length.
    private static func plain(_ text: String) -> String {
        let isControl = { (scalar: Unicode.Scalar) in scalar.value < 0x20 || scalar.value == 0x7F }
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
        return line.count > 300 ? line.prefix(299) + "…" : line
    }
}
