/// What somebody outside has seen of the chain of events: an event and its hash.
///
/// A chain that is written anew from some event on is in order again. Whoever kept one of its hashes elsewhere can
/// tell.
public struct EventAnchor: Sendable, Hashable {
    /// Which event.
    public var sequence: Int64
    /// The hash that it had.
    public var hash: String
    /// Where that is written, for people: such as `commit 1a2b3c4d of slipway/state`.
    public var place: String

    public init(sequence: Int64, hash: String, place: String) {
        self.sequence = sequence
        self.hash = hash
        self.place = place
    }
}

/// One thing that is wrong with the chain of events.
public struct ChainFinding: Sendable, Hashable {
    /// A closed list.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The fields of an event do not give its hash.
        case altered
        /// Events are not there.
        case missing
        /// An event does not follow the one before it.
        case misplaced
        /// The chain does not end where the record says that it ends.
        case truncated
        /// A witness outside has seen another event in this place.
        case contradicted
    }

    public var sequence: Int64
    public var kind: Kind
    /// One clause for people.
    public var message: String

    public init(_ kind: Kind, at sequence: Int64, _ message: String) {
        self.kind = kind
        self.sequence = sequence
        self.message = message
    }
}

/// What an examination of the whole chain found.
public struct ChainReport: Sendable, Hashable {
    /// How many events there are.
    public var events: Int64 = 0
    /// How many of a witness's anchors were compared.
    public var anchors = 0
    /// The first findings, by sequence.
    public var findings: [ChainFinding] = []
    /// How many there are in all.
    public var count = 0

    /// How many findings are kept.
    public static let limit = 100

    public init() {}

    public var isIntact: Bool { count == 0 }
}

/// Examines a chain event by event, and goes on behind what is wrong; in memory that does not grow with it.
public struct ChainExamination: Sendable {
    private var verifier = ChainVerifier()
    private var anchors: [Int64: [EventAnchor]]
    private var report = ChainReport()

    /// - Parameter anchors: what witnesses have seen.
    public init(anchors: [EventAnchor] = []) {
        self.anchors = Dictionary(grouping: anchors, by: \.sequence)
        report.anchors = anchors.count
    }

    /// Takes the next event of the chain.
    public mutating func take(_ event: EventRecord) {
        report.events += 1
        for anchor in anchors.removeValue(forKey: event.sequence) ?? [] where anchor.hash != event.hash {
            add(.contradicted, at: event.sequence, "it is not the event that \(anchor.place) names")
        }
        guard let fault = verifier.verify(event) else { return }
        defer { verifier.resume(after: event) }
        if case .altered = fault { return add(.altered, at: event.sequence, "it was changed after it was recorded") }
        let expected = verifier.count + 1
        if event.sequence > expected {
            let range =
                event.sequence == expected + 1
                ? "event \(expected) is" : "events \(expected) to \(event.sequence - 1) are"
            add(.missing, at: expected, "\(range) not there")
        } else if event.sequence < expected {
            add(.misplaced, at: event.sequence, "its number is not one that can follow \(verifier.count)")
        } else {
            add(.misplaced, at: event.sequence, "it does not follow event \(verifier.count) as that is now")
        }
        if event.hash != event.expectedHash {
            add(.altered, at: event.sequence, "it was changed after it was recorded")
        }
    }

    /// Ends it.
    ///
    /// - Parameter head: where the record says that the chain ends.
    public mutating func finish(head: (sequence: Int64, hash: String)) -> ChainReport {
        if head.sequence != verifier.count {
            add(
                .truncated, at: min(head.sequence, verifier.count) + 1,
                "the record should end with event \(head.sequence), and it ends with event \(verifier.count)")
        } else if head.hash != verifier.hash {
            add(.truncated, at: head.sequence, "it is not the event with which the record should end")
        }
        for (sequence, unseen) in anchors.sorted(by: { $0.key < $1.key }) {
            for anchor in unseen { add(.contradicted, at: sequence, "\(anchor.place) names it, and it is not there") }
        }
        report.findings.sort { ($0.sequence, $0.message) < ($1.sequence, $1.message) }
        return report
    }

    private mutating func add(_ kind: ChainFinding.Kind, at sequence: Int64, _ message: String) {
        report.count += 1
        if report.findings.count < ChainReport.limit {
            report.findings.append(ChainFinding(kind, at: sequence, message))
        }
    }
}
