import Dispatch
import Manifests
import Records
import Synchronization

/// Events as lines of JSON, one each. The hash before an event's own is that of the line before.
enum EventLines {
    static func line(_ event: EventRecord) -> [UInt8] {
        let details = try? JSONValue(parsing: Array(event.details.utf8))
        var members: [String: JSONValue] = [
            "sequence": .int(event.sequence), "at": .string(Timestamp(milliseconds: event.at.milliseconds).precise),
            "kind": .string(event.kind), "hash": .string(event.hash),
        ]
        for (name, text) in [
            ("subject", event.subject), ("cause", event.cause), ("revision", event.revision), ("actor", event.actor),
        ] where !text.isEmpty { members[name] = .string(text) }
        if let details, details.canonicalText == event.details {
            if details != .object([:]) { members["details"] = details }
        } else {
            members["detailsText"] = .string(event.details)
        }
        return JSONValue.object(members).canonicalBytes + [0x0A]
    }

    /// Reads an event. What it calls the hash before it is filled in later.
    private static func event(_ line: ArraySlice<UInt8>) throws -> EventRecord {
        guard let value = try? JSONValue(parsing: Array(line)), let sequence = value["sequence"]?.int,
            let at = value["at"]?.string.flatMap(Timestamp.init(precise:)), let kind = value["kind"]?.string,
            let hash = value["hash"]?.string
        else { throw UnsoundState("a line is no event") }
        let details = value["detailsText"]?.string ?? (value["details"] ?? .object([:])).canonicalText
        return EventRecord(
            sequence: sequence, at: at, kind: kind, subject: value["subject"]?.string ?? "",
            cause: value["cause"]?.string ?? "", revision: value["revision"]?.string ?? "",
            actor: value["actor"]?.string ?? "", details: details, previous: "", hash: hash)
    }

    /// Reads the events of a file.
    static func events(_ bytes: [UInt8]) throws -> [EventRecord] {
        guard bytes.last == 0x0A || bytes.isEmpty else { throw UnsoundState("its last line is cut off") }
        return try bytes.split(separator: 0x0A).map(event)
    }

    /// Sees to it that events go on from an event, and that none was changed; fills in the hash before each.
    static func link(_ events: inout [EventRecord], after head: (sequence: Int64, hash: String)) throws {
        var (sequence, hash) = head
        for index in events.indices {
            guard events[index].sequence == sequence + 1 else {
                throw UnsoundState("event \(events[index].sequence) follows event \(sequence)")
            }
            events[index].previous = hash
            (sequence, hash) = (events[index].sequence, events[index].hash)
        }
        let linked = events
        let altered = Parallel.map(linked.count) { range -> Int64? in
            range.first { linked[$0].hash != linked[$0].expectedHash }.map { linked[$0].sequence }
        }
        if let first = altered.compactMap(\.self).min() {
            throw UnsoundState("event \(first) was changed after it was recorded")
        }
    }
}

/// Work on many things of one kind, on all cores.
enum Parallel {
    /// Does work on ranges that together are `0..<count`, and returns what came of each in their order.
    static func map<T: Sendable>(_ count: Int, _ body: @Sendable (Range<Int>) -> T) -> [T] {
        let parts = max(1, min(count / 256, 8))
        let results = Mutex<[Int: T]>([:])
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let result = body(count * part / parts..<count * (part + 1) / parts)
            results.withLock { $0[part] = result }
        }
        return results.withLock { results in (0..<parts).compactMap { results[$0] } }
    }
}
