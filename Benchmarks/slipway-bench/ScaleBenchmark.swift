import Manifests
import Records
import Store

/// What a claim, a plan, a status and an apply with nothing to do cost beside a past of 1,000, 10,000 and 100,000 runs.
func measureScale() throws -> [Measurement] {
    let backends = try Backends()
    return try backends.kinds.flatMap { try measureScale(on: $0, backends) }
}

private let sizes = [1000, 10_000, 100_000]

private func measureScale(on kind: Backends.Kind, _ backends: Backends) throws -> [Measurement] {
    let places = try sizes.map { try Place(past: $0, on: kind, backends) }
    var rows: [Measurement] = []
    func add(_ what: String, per count: Int = 1, rounds: Int, _ body: @escaping (Place) throws -> Void) throws {
        let times = try Rounds.measure(rounds, places.map { place in { try body(place) } })
        let costs = times.map { Rounds.median($0) / Double(count) }
        rows.append(
            Measurement(
                what: "\(what), \(kind.rawValue)", ours: costs[2].shortTime + " at 100,000",
                reference: "\(costs[0].shortTime) at 1,000, \(costs[1].shortTime) at 10,000",
                figure: "\(Rounds.ratio(times[2], to: times[0]).rounded(to: 2))×", goal: "≤ 1.5×"))
    }
    try add("a run claimed and brought to its end", per: Place.batch, rounds: 5) { try $0.claimBatch() }
    try add("`reconcile plan`", rounds: 9) { try $0.reconcile("plan") }
    try add("`reconcile status`", rounds: 9) { try $0.reconcile("status") }
    try add("`reconcile` with nothing to do", rounds: 9) { try $0.reconcile("apply") }
    return rows
}

/// A repository whose state has a past.
private final class Place {
    static let batch = 100

    private let scratch: Scratch
    private let store: StateStore
    private let url: String
    private var round = 0

    init(past: Int, on kind: Backends.Kind, _ backends: Backends) throws {
        scratch = try Scratch()
        let address = try backends.address(kind, in: scratch)
        url = if case .postgres(let url) = address { url } else { address.description }
        try scratch.write("bench-*\n", to: ".gitignore")
        try scratch.write("x\n", to: "jobs/noop/file")
        let runs = (0..<20).map { "---\n" + Sample.run($0) }.joined()
        try scratch.write(Sample.base(maxRuns: 4) + runs, to: "manifests/all.yaml")
        try scratch.commit()
        try Program.run([Program.reconcile, "apply", "--state", url], in: scratch.path)
        let store = try StateStore(address)
        self.store = store
        let now = RecordedPast.now
        try waiting {
            let agent = RecordedPast.agent("past", at: now)
            let queue = ObjectName(name: "past")
            try await RecordedPast.queueRuns(past, of: "past", in: queue, to: store, at: now)
            try await RecordedPast.finishAll(in: queue, atMost: 500, by: agent, in: store, at: now)
        }
        try backends.settle(address)
    }

    func reconcile(_ command: String) throws {
        try Program.run([Program.reconcile, command, "--state", url], in: scratch.path)
    }

    func claimBatch() throws {
        round += 1
        let (round, store, now) = (round, store, RecordedPast.now)
        try waiting {
            let queue = ObjectName(name: "present")
            try await RecordedPast.queueRuns(Self.batch, of: "present-\(round)", in: queue, to: store, at: now)
            try await RecordedPast.finishAll(
                in: queue, atMost: 1, by: RecordedPast.agent("present", at: now), in: store, at: now)
        }
    }
}

extension Double {
    /// In the unit that leaves it two or three digits.
    fileprivate var shortTime: String {
        self < 0.01 ? "\((self * 1_000_000).rounded(to: 0)) µs" : milliseconds
    }
}
