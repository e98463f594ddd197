import Manifests
import Store

/// What the record says, read row by row and not through the code that is being tested.
struct RecordView {
    struct Run: Equatable {
        var id: String
        var identity: String
        var name: String
        var phase: String
        var reason: String
        var message: String
        var attempt: Int
        var forgiven: Int
        var notBefore: Int64?
        var leaseAgent: String?
        var leaseToken: Int64?
        var leaseExpires: Int64?
        var cancelledBy: String?
        var queue: String
        var priority: Int64
        var sequence: Int64

        var isActive: Bool { ["building", "submitting", "waiting", "running"].contains(phase) }
        var isTerminal: Bool { ["succeeded", "failed", "cancelled", "lost"].contains(phase) }
    }

    struct AttemptKey: Hashable, Comparable, CustomStringConvertible {
        var run: String
        var number: Int

        var description: String { "\(run)-\(number)" }

        static func < (left: AttemptKey, right: AttemptKey) -> Bool {
            (left.run, left.number) < (right.run, right.number)
        }
    }

    struct Attempt: Equatable {
        var agent: String
        var host: String
        var submittedAt: Int64?
        var endedAt: Int64?
        var reason: String?
        var exitCode: Int64?
    }

    struct Agent: Equatable {
        var pool: String
        var host: String
        var process: Int64
        var state: String
    }

    struct Queue: Equatable {
        var concurrency: Int?
        var isByPriority: Bool
        var isSuspended: Bool
    }

    struct Event: Equatable {
        var sequence: Int64
        var at: Int64
        var kind: String
        var subject: String
        var cause: String
        var details: String
    }

    var runs: [String: Run] = [:]
    var attempts: [AttemptKey: Attempt] = [:]
    var agents: [String: Agent] = [:]
    var queues: [String: Queue] = [:]
    /// The most runs that an agent of a pool may have in hand.
    var maxRuns: [String: Int] = [:]
    /// What the objects' table says, as one text to compare.
    var objects: [String: String] = [:]
    /// The number of the newest event.
    var events: Int64 = 0
}

extension RecordView {
    /// The tables that are looked at.
    struct Tables: OptionSet {
        let rawValue: Int

        init(rawValue: Int) { self.rawValue = rawValue }

        static let runs = Tables(rawValue: 1)
        static let attempts = Tables(rawValue: 2)
        static let agents = Tables(rawValue: 4)
        static let objects = Tables(rawValue: 8)
        static let events = Tables(rawValue: 16)
        static let all: Tables = [.runs, .attempts, .agents, .objects, .events]

        /// The table that a statement writes to.
        init(writtenBy sql: String) {
            let words = sql.split(maxSplits: 3, whereSeparator: \.isWhitespace)
            let isUpdate = words.first == "UPDATE"
            let table = words.dropFirst(isUpdate ? 1 : 2).first
            self =
                switch table {
                case "runs": .runs
                case "attempts": .attempts
                case "agents": .agents
                case "objects": .objects
                case "events": .events
                default: []
                }
        }
    }

    /// Reads some tables anew; returns the events that have come since.
    mutating func read(_ tables: Tables, from connection: any SQLConnection) throws -> [Event] {
        if tables.contains(.runs) { try readRuns(connection) }
        if tables.contains(.attempts) { try readAttempts(connection) }
        if tables.contains(.agents) { try readAgents(connection) }
        if tables.contains(.objects) { try readObjects(connection) }
        return tables.contains(.events) ? try readEvents(connection) : []
    }

    private mutating func readRuns(_ connection: any SQLConnection) throws {
        var found: [String: Run] = [:]
        try connection.forEachRow(
            """
            SELECT id, identity, name, phase, reason, message, attempt, forgiven, not_before, lease_agent, lease_token,
            lease_expires, cancelled_by, queue, priority, sequence FROM runs
            """, []
        ) { row in
            found[row.text(0)] = Run(
                id: row.text(0), identity: row.text(1), name: row.text(2), phase: row.text(3), reason: row.text(4),
                message: row.text(5), attempt: Int(row.int(6)), forgiven: Int(row.int(7)),
                notBefore: row.optionalInt(8),
                leaseAgent: row.optionalText(9), leaseToken: row.optionalInt(10), leaseExpires: row.optionalInt(11),
                cancelledBy: row.optionalText(12), queue: row.text(13), priority: row.int(14), sequence: row.int(15))
        }
        runs = found
    }

    private mutating func readAttempts(_ connection: any SQLConnection) throws {
        var found: [AttemptKey: Attempt] = [:]
        try connection.forEachRow(
            "SELECT run, number, agent, host, submitted_at, ended_at, reason, exit_code FROM attempts", []
        ) { row in
            found[AttemptKey(run: row.text(0), number: Int(row.int(1)))] = Attempt(
                agent: row.text(2), host: row.text(3), submittedAt: row.optionalInt(4), endedAt: row.optionalInt(5),
                reason: row.optionalText(6), exitCode: row.optionalInt(7))
        }
        attempts = found
    }

    private mutating func readAgents(_ connection: any SQLConnection) throws {
        var found: [String: Agent] = [:]
        try connection.forEachRow("SELECT id, pool_namespace, pool, host, process, state FROM agents", []) { row in
            found[row.text(0)] = Agent(
                pool: "\(row.text(1))/\(row.text(2))", host: row.text(3), process: row.int(4), state: row.text(5))
        }
        agents = found
    }

    private mutating func readObjects(_ connection: any SQLConnection) throws {
        queues = [:]
        maxRuns = [:]
        objects = [:]
        try connection.forEachRow("SELECT kind, namespace, name, digest, content, identity FROM objects", []) { row in
            let name = "\(row.text(1))/\(row.text(2))"
            objects["\(row.text(0))/\(name)"] = row.text(3) + row.text(5)
            guard row.text(0) == "Queue" || row.text(0) == "AgentPool" else { return }
            let spec = try JSONValue(parsing: Array(row.text(4).utf8))["spec"]
            if row.text(0) == "Queue" {
                queues[name] = Queue(
                    concurrency: spec?["concurrency"]?.int.map(Int.init),
                    isByPriority: spec?["ordering"]?.string == "priority",
                    isSuspended: spec?["suspend"]?.bool ?? false)
            } else {
                maxRuns[name] = Int(spec?["maxRuns"]?.int ?? 1)
            }
        }
    }

    private mutating func readEvents(_ connection: any SQLConnection) throws -> [Event] {
        var found: [Event] = []
        try connection.forEachRow(
            "SELECT sequence, at, kind, subject, cause, details FROM events WHERE sequence > ? ORDER BY sequence",
            [.int(events)]
        ) { row in
            found.append(
                Event(
                    sequence: row.int(0), at: row.int(1), kind: row.text(2), subject: row.text(3), cause: row.text(4),
                    details: row.text(5)))
        }
        events = found.last?.sequence ?? events
        return found
    }
}
