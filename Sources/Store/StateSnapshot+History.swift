import Manifests
public import Records
import YAML

/// Which events of the audit trail are asked for; all conditions have to hold.
public struct EventFilter: Sendable, Hashable {
    /// Of one object, as `EventDraft.subject(of:)` names it.
    public var subject: String?
    /// From one commit, with or without changes to it: its full id.
    public var commit: String?
    /// By whoever has this text in their name, in whatever case.
    public var actor: String?
    /// At this moment or later.
    public var since: Timestamp?
    /// Before this moment.
    public var until: Timestamp?
    public var kinds: [EventKind]

    public init(
        subject: String? = nil, commit: String? = nil, actor: String? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil, kinds: [EventKind] = []
    ) {
        self.subject = subject
        self.commit = commit
        self.actor = actor
        self.since = since
        self.until = until
        self.kinds = kinds
    }

    /// The conditions in SQL, each in brackets, with their arguments.
    fileprivate var conditions: (sql: [String], arguments: [SQLValue]) {
        var sql: [String] = []
        var arguments: [SQLValue] = []
        func add(_ text: String, _ values: SQLValue...) {
            sql.append("(\(text))")
            arguments += values
        }
        if let subject { add("subject = ?", .text(subject)) }
        if let commit { add("revision = ? OR revision = ?", .text(commit), .text(commit + EventRecord.dirtySuffix)) }
        if let actor { add("LOWER(actor) LIKE ? ESCAPE '!'", .text("%\(Self.escaped(actor.lowercased()))%")) }
        if let since { add("at >= ?", .int(since.milliseconds)) }
        if let until { add("at < ?", .int(until.milliseconds)) }
        if !kinds.isEmpty {
            sql.append("(kind IN (\(kinds.map { _ in "?" }.joined(separator: ", "))))")
            arguments += kinds.map { .text($0.rawValue) }
        }
        return (sql, arguments)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "!%_".contains(character) { result.append("!") }
            result.append(character)
        }
    }
}

extension StateSnapshot {
    /// How many events are read at once: a database may hold a whole answer in memory.
    private static let eventsAtOnce = 500

    /// Hands over events one by one, oldest first.
    ///
    /// - Parameters:
    ///   - limit: only the newest so many; `nil` for all.
    ///   - start: only those behind this one.
    ///   - body: returns whether it wants more.
    public func forEachEvent(
        _ filter: EventFilter, newest limit: Int? = nil, after start: Int64 = -1, _ body: (EventRecord) throws -> Bool
    ) throws {
        let (conditions, arguments) = filter.conditions
        var after = start
        if let limit {
            guard limit > 0 else { return }
            let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
            let first = try connection.first(
                "SELECT sequence FROM events \(condition)ORDER BY sequence DESC LIMIT 1 OFFSET ?",
                arguments + [.int(Int64(limit - 1))]
            ) { $0.int(0) }
            if let first { after = max(start, first - 1) }
        }
        let sql =
            "SELECT \(EventRecord.columns) FROM events "
            + "WHERE \((conditions + ["sequence > ?"]).joined(separator: " AND ")) "
            + "ORDER BY sequence LIMIT \(Self.eventsAtOnce)"
        while true {
            let page = try connection.rows(sql, arguments + [.int(after)]) { EventRecord($0) }
            for event in page where try !body(event) { return }
            guard page.count == Self.eventsAtOnce, let last = page.last else { return }
            after = last.sequence
        }
    }

    /// The newest event that a filter lets through.
    ///
    /// - Parameter sequence: of those up to this one; `nil` for all.
    public func newestEvent(_ filter: EventFilter, upTo sequence: Int64? = nil) throws -> EventRecord? {
        var (conditions, arguments) = filter.conditions
        if let sequence {
            conditions.append("sequence <= ?")
            arguments.append(.int(sequence))
        }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        return try connection.first(
            "SELECT \(EventRecord.columns) FROM events \(condition)ORDER BY sequence DESC LIMIT 1", arguments
        ) { EventRecord($0) }
    }

    /// The full ids of the commits from which something was applied, and which begin with a text.
    ///
    /// - Parameter limit: only so many.
    public func recordedCommits(beginningWith prefix: String, limit: Int) throws -> [String] {
        // In hexadecimal digits nothing comes between a prefix and the same with a "g" behind it.
        let suffix = EventRecord.dirtySuffix
        return try connection.rows(
            "SELECT DISTINCT CASE WHEN revision LIKE '%\(suffix)' "
                + "THEN SUBSTR(revision, 1, LENGTH(revision) - \(suffix.count)) ELSE revision END AS id "
                + "FROM events WHERE kind = ? AND revision >= ? AND revision < ? ORDER BY id LIMIT \(limit)",
            [.text(EventKind.applyStarted.rawValue), .text(prefix), .text(prefix + "g")]
        ) { $0.text(0) }
    }

    /// Whether any event is of a commit.
    public func knows(commit: String) throws -> Bool { try newestEvent(EventFilter(commit: commit)) != nil }

    /// The event with which an execution was first queued.
    ///
    /// Found by the name that it was queued under, which its record keeps.
    public func queueing(of run: RunRecord) throws -> EventRecord? {
        var found: EventRecord?
        let subject = EventDraft.subject(of: ObjectKey(.run, run.name))
        try forEachEvent(EventFilter(subject: subject, kinds: [.runQueued])) { event in
            guard event.detail("identity") == run.identity.description else { return true }
            found = event
            return false
        }
        return found
    }

    /// Examines the whole chain of events: finds all that is wrong with it, up to a number that is kept.
    ///
    /// - Parameter anchors: what witnesses outside have seen.
    public func examineEvents(anchors: [EventAnchor] = []) throws -> ChainReport {
        var examination = ChainExamination(anchors: anchors)
        // The first page has no lower bound: an event without a number, which somebody slipped in, is among it.
        var page = try examinedPage("", [])
        while let last = page.last {
            for event in page { examination.take(event) }
            page = try examinedPage("WHERE sequence > ?", [.int(last.sequence)])
        }
        return examination.finish(head: try chainHead())
    }

    private func examinedPage(_ condition: String, _ arguments: [SQLValue]) throws -> [EventRecord] {
        try connection.rows(
            "SELECT \(EventRecord.columns) FROM events \(condition) ORDER BY sequence LIMIT \(Self.eventsAtOnce)",
            arguments
        ) { EventRecord($0) }
    }

    /// Looks at the end of the chain: whether the newest events follow each other and end where the record says.
    /// Returns what is wrong in one clause. What lies further back is for `examineEvents`.
    ///
    /// - Parameter count: at how many events.
    public func suspicion(amongNewest count: Int) throws -> String? {
        let events: [EventRecord] = try connection.rows(
            "SELECT \(EventRecord.columns) FROM events ORDER BY sequence DESC LIMIT ?", [.int(Int64(count))]
        ) { EventRecord($0) }.reversed()
        let head = try chainHead()
        guard let last = events.last else { return head.sequence == 0 ? nil : "its events are not there" }
        guard last.sequence == head.sequence, last.hash == head.hash else {
            return "it should end with event \(head.sequence), and does not"
        }
        var previous: EventRecord?
        for event in events {
            if event.hash != event.expectedHash { return "event \(event.sequence) was changed after it was recorded" }
            let isFirst = previous == nil
            guard isFirst || (event.sequence == (previous?.sequence ?? 0) + 1 && event.previous == previous?.hash)
            else {
                return "event \(event.sequence) does not follow the one before it"
            }
            previous = event
        }
        return nil
    }
}
