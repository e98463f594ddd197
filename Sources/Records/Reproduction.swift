public import Manifests

/// One execution of a run that had ended, from what is recorded of it, to see whether the same comes out.
///
/// It decides nothing: neither the run's phase nor its attempts nor what counts as satisfied know of it. So it has no
/// row that could change; the audit trail, to which lines are only added, is its record: `reproduction.started` is the
/// intent, `reproduction.ended` the outcome.
public struct Reproduction: Sendable, Hashable {
    /// How it ended.
    public struct End: Sendable, Hashable {
        public var at: Timestamp
        public var outcome: AttemptOutcome
        /// What it left, by the paths that its job declares.
        public var outputs: [String: OutputDigest]
        /// What came of the comparison; `nil` where it did not come so far.
        public var verdict: ReproductionVerdict?

        public init(
            at: Timestamp, outcome: AttemptOutcome, outputs: [String: OutputDigest] = [:],
            verdict: ReproductionVerdict? = nil
        ) {
            self.at = at
            self.outcome = outcome
            self.outputs = outputs
            self.verdict = verdict
        }
    }

    public var run: RunID
    /// 1, 2, … of its run.
    public var number: Int
    /// The number of the attempt that it is compared with.
    public var original: Int
    /// The image of that attempt.
    public var image: Digest
    public var host: String
    /// Its folder there, absolute.
    public var folder: String
    /// The id of the disk folder that holds all attempts of that machine.
    public var location: String
    public var requestedBy: String
    public var startedAt: Timestamp
    /// `nil` while it is under way, or was left behind.
    public var end: End?

    public init(
        run: RunID, number: Int, original: Int, image: Digest, host: String, folder: String, location: String,
        requestedBy: String, startedAt: Timestamp
    ) {
        self.run = run
        self.number = number
        self.original = original
        self.image = image
        self.host = host
        self.folder = folder
        self.location = location
        self.requestedBy = requestedBy
        self.startedAt = startedAt
    }

    /// The same as an attempt, for what prepares and executes attempts.
    public var attempt: AttemptRecord {
        var attempt = AttemptRecord(
            run: run, number: number, agent: requestedBy, host: host, createdAt: startedAt, kind: .reproduction)
        attempt.folder = folder
        attempt.location = location
        attempt.image = image
        return attempt
    }

    /// In a clause: whose it is, and what came of it.
    public var summary: String {
        let outcome =
            switch (end?.verdict, end) {
            case (let verdict?, _): verdict.words
            case (nil, let end?): "not compared: \(end.outcome.message)"
            case (nil, nil): "not ended"
            }
        return "of attempt \(original), by \(requestedBy) on \(host): \(outcome)"
    }
}

/// Whether a reproduction gave what the original gave.
public enum ReproductionVerdict: String, Sendable, Hashable, CaseIterable {
    /// Everything that there was to compare is the same.
    case same
    case differs
    /// Nothing differs of what could be compared, and something of the original is not to be had any more.
    case incomplete

    public var words: String {
        switch self {
        case .same: "the same"
        case .differs: "it differs"
        case .incomplete: "nothing differs, but not everything could be compared"
        }
    }
}

// The forms in which the audit trail keeps it.

extension Reproduction {
    /// The details of the event that begins it.
    public var startDetails: [String: JSONValue] {
        [
            "attempt": .int(Int64(original)), "folder": .string(folder), "host": .string(host),
            "image": .string(image.description), "location": .string(location),
            "reproduction": .int(Int64(number)), "run": .string(run.text),
        ]
    }

    /// The details of the event that ends it.
    ///
    /// - Parameter differences: what differs, a clause each.
    public func endDetails(_ end: End, differences: [String]) -> [String: JSONValue] {
        var details: [String: JSONValue] = [
            "attempt": .int(Int64(original)), "outcome": .string(end.outcome.message),
            "reason": .string(end.outcome.reason), "reproduction": .int(Int64(number)), "run": .string(run.text),
        ]
        details["exitCode"] = end.outcome.exitCode.map { .int(Int64($0)) }
        details["message"] = .string(end.verdict?.words ?? "not compared: \(end.outcome.message)")
        details["verdict"] = end.verdict.map { .string($0.rawValue) }
        if !end.outputs.isEmpty { details["outputs"] = .object(end.outputs.mapValues(\.recorded)) }
        if !differences.isEmpty {
            details["differences"] = .array(differences.prefix(Self.mostDifferences).map { .string($0.recordable) })
        }
        return details
    }

    /// How many differences the trail keeps; the command shows more.
    private static let mostDifferences = 50

    /// Reads the event that begins one; `nil` where it is something else.
    public init?(started event: EventRecord) {
        let details = event.document
        guard event.kind == EventKind.reproductionStarted.rawValue, let run = details["run"]?.string,
            let number = details["reproduction"]?.int, let original = details["attempt"]?.int,
            let image = details["image"]?.string.flatMap({ Digest($0) }), let host = details["host"]?.string,
            let folder = details["folder"]?.string, let location = details["location"]?.string
        else { return nil }
        self.init(
            run: RunID(run), number: Int(number), original: Int(original), image: image, host: host, folder: folder,
            location: location, requestedBy: event.actor, startedAt: event.at)
    }

    /// Takes the event that ends one of the same run; one of another number changes nothing.
    public mutating func take(ended event: EventRecord) {
        let details = event.document
        guard event.kind == EventKind.reproductionEnded.rawValue, details["run"]?.string == run.text,
            details["reproduction"]?.int == Int64(number), end == nil
        else { return }
        let outcome = AttemptOutcome(
            reason: details["reason"]?.string ?? "", exitCode: details["exitCode"]?.int.map { Int32(clamping: $0) },
            message: details["outcome"]?.string ?? "")
        end = End(
            at: event.at, outcome: outcome ?? .lost("its end cannot be read"),
            outputs: (details["outputs"]?.object ?? [:]).compactMapValues(OutputDigest.init(recorded:)),
            verdict: details["verdict"]?.string.flatMap(ReproductionVerdict.init(rawValue:)))
    }
}
