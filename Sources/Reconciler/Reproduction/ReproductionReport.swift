public import Manifests
public import Records

/// What a reproduction gave beside what its original gave.
public struct ReproductionReport: Sendable {
    /// A file of an output folder that is not the same.
    public struct FileDifference: Sendable, Hashable {
        public enum Change: String, Sendable, Hashable { case added, removed, changed }

        /// Relative to the folder.
        public var path: String
        public var change: Change
    }

    /// One declared output.
    public struct Output: Sendable, Hashable {
        public var path: String
        /// `nil` where there was none.
        public var expected: OutputDigest?
        public var found: OutputDigest?
        /// Of a folder: the files that differ, the first of them.
        public var files: [FileDifference] = []
        /// How many more there are.
        public var moreFiles = 0

        /// Nobody can vouch for what has no digest.
        public var isSame: Bool { expected?.digest != nil && expected == found }
    }

    /// The last value of one metric.
    public struct Metric: Sendable, Hashable {
        public var name: String
        public var expected: JSONValue?
        public var found: JSONValue?
        public var isSame: Bool
    }

    public var run: RunRecord
    public var reproduction: Reproduction
    /// How the original ended.
    public var expected: AttemptOutcome
    public var found: AttemptOutcome
    public var outputs: [Output] = []
    public var metrics: [Metric] = []
    /// What of the original is not to be had any more, a sentence each.
    public var notCompared: [String] = []
    /// Whether it went on with one that an earlier command had left behind.
    public var wasResumed = false

    public var hasSameOutcome: Bool { expected.reason == found.reason && expected.exitCode == found.exitCode }

    public var verdict: ReproductionVerdict {
        guard hasSameOutcome, outputs.allSatisfy(\.isSame), metrics.allSatisfy(\.isSame) else { return .differs }
        return notCompared.isEmpty ? .same : .incomplete
    }

    /// What differs, a clause each.
    public var differences: [String] {
        var found: [String] = []
        if !hasSameOutcome { found.append("it ended as \(self.found.reason), its original as \(expected.reason)") }
        for output in outputs where !output.isSame {
            let files = output.files.map { "\($0.path) \($0.change.rawValue)" }
            let more = output.moreFiles > 0 ? ["and \(output.moreFiles) more"] : []
            found.append("output \(output.path)" + (files.isEmpty ? "" : ": " + (files + more).joined(separator: ", ")))
        }
        for metric in metrics where !metric.isSame {
            func shown(_ value: JSONValue?) -> String { value?.canonicalText ?? "none" }
            found.append("metric \(metric.name): \(shown(metric.expected)) → \(shown(metric.found))")
        }
        return found
    }
}

/// What of metrics counts as the same.
public struct MetricTolerance: Sendable, Hashable {
    /// Two numbers are the same where they are at most this far apart, as a part of the larger of them or of 1.
    public var relative: Double
    /// Names that are not compared, such as one for how long it took.
    public var ignored: Set<String>

    public init(relative: Double = 0, ignored: Set<String> = []) {
        self.relative = relative
        self.ignored = ignored
    }

    /// The last values of both side by side, by name.
    public func compare(
        _ expected: [String: JSONValue], with found: [String: JSONValue]
    ) -> [ReproductionReport.Metric] {
        Set(expected.keys).union(found.keys).subtracting(ignored).sorted().map { name in
            ReproductionReport.Metric(
                name: name, expected: expected[name], found: found[name],
                isSame: isSame(expected[name], found[name]))
        }
    }

    private func isSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        guard let left = left?.double, let right = right?.double else { return left == right }
        return left == right || abs(left - right) <= relative * max(1, abs(left), abs(right))
    }
}
