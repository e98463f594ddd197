import Manifests
import Planning
import Records
import Support

/// A repository and its record, for tests that let time pass between one commit and the next.
struct World {
    var recorded = RecordedState()
    private(set) var manifests: [String] = []
    private var now = Timestamp(milliseconds: 1_795_426_867_000)

    /// What the files of the jobs' sources are, where they are not what they were at first.
    var sources: [String: String] = [:]

    static let base = [SampleManifests.job(), SampleManifests.queue(), SampleManifests.pool()]

    init() {}

    /// A world in which some runs of the usual job have been applied.
    init(_ runs: String...) throws { try apply(Self.base + runs) }

    static func input(_ documents: [String], sources: [String: String] = [:]) throws -> DesiredInput {
        let desired = try SampleManifests.desired(from: SampleManifests.stream(documents))
        let names = desired.jobs.keys.map { ($0, Digest(of: sources[$0.name] ?? "as it was at first")) }
        return DesiredInput(desired: desired, sources: Dictionary(uniqueKeysWithValues: names))
    }

    func plan(_ documents: [String], policy: PlanPolicy = PlanPolicy()) throws -> Plan {
        Planning.plan(try Self.input(documents, sources: sources), recorded: recorded, policy: policy)
    }

    @discardableResult
    mutating func apply(_ documents: [String]) throws -> Plan {
        let plan = try plan(documents, policy: PlanPolicy(allowsEmpty: true, allowsMassDeletion: true))
        now = now + .seconds(1)
        try recorded.apply(plan, at: now)
        manifests = documents
        return plan
    }

    mutating func advance(_ name: String, by events: [RunEvent]) throws {
        guard let run = recorded.execution(of: name) else { throw ImpossiblePlan(why: "\(name) has no execution") }
        for event in events { try recorded.advance(run.id, by: event, at: now) }
    }

    mutating func start(_ name: String) throws {
        let lease = Lease(agent: "here-1", token: 1, expiresAt: now + .seconds(30))
        try advance(name, by: [.claimed(lease), .imageReady(Digest(of: "image")), .submitted])
    }

    mutating func succeed(_ name: String) throws {
        try start(name)
        try advance(name, by: [.ended(.succeeded)])
    }

    mutating func fail(_ name: String) throws {
        try start(name)
        try advance(name, by: [.ended(.exited(1))])
    }

    /// Each action in a line, such as `run Run/first neverRun «name: first»`, where « » holds the text at its cause.
    ///
    /// What is unchanged is left out, unless it is kept against its manifest's absence.
    func summary(of plan: Plan, from documents: [String]) -> [String] {
        plan.actions.compactMap { action in
            guard action.operation != .unchanged || action.reason == .pruneProtected else { return nil }
            let isGone = action.operation == .delete || action.reason == .pruneProtected
            let text = action.cause.map { Self.line($0.line, of: isGone ? manifests : documents) } ?? "nowhere"
            return "\(action.operation.rawValue) \(action.key) \(action.reason.rawValue) «\(text)»"
        }
    }

    /// A line of a stream of manifests; for the first line of one, the line that names it.
    private static func line(_ number: Int, of documents: [String]) -> String {
        let lines = SampleManifests.stream(documents).split(separator: "\n", omittingEmptySubsequences: false)
        guard number > 0, number <= lines.count else { return "line \(number)" }
        let line = lines[number - 1].hasPrefix("apiVersion") ? lines[number + 1] : lines[number - 1]
        return String(line.drop { $0 == " " })
    }
}
