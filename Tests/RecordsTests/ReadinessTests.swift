import Manifests
import Records
import Support
import Testing

/// Whether a run may begin, by nothing but how the others are.
@Suite struct ReadinessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let condition: DependencyCondition
        let upstream: Upstream?
        let readiness: Readiness

        init(_ condition: DependencyCondition, _ upstream: Upstream?, _ readiness: Readiness) {
            self.condition = condition
            self.upstream = upstream
            self.readiness = readiness
        }

        var testDescription: String { "\(condition) \(upstream?.phase.rawValue ?? "none")" }
    }

    private static func waits(_ state: String) -> Readiness { .waiting(message: "waits for Run/prepare (\(state))") }

    private static func impossible(_ how: String) -> Readiness {
        .impossible(.dependencyFailed, message: "Run/prepare \(how); `reconcile retry prepare` or change it")
    }

    private static let stuck = Readiness.impossible(
        .dependencyFailed,
        message: "waits for Run/prepare, which cannot begin; `reconcile explain run/prepare` says why")

    static let cases: [Case] =
        DependencyCondition.allCases.flatMap { condition in
            [
                Case(condition, nil, waits("not recorded")),
                Case(condition, Upstream(phase: .queued), waits("queued")),
                Case(condition, Upstream(phase: .pending), waits("pending")),
                Case(condition, Upstream(phase: .pending, isStuck: true), stuck),
                Case(condition, Upstream(phase: .building), waits("running")),
                Case(condition, Upstream(phase: .submitting), waits("running")),
                Case(condition, Upstream(phase: .waiting), waits("running")),
                Case(condition, Upstream(phase: .running), waits("running")),
                Case(condition, Upstream(phase: .succeeded), .ready(affinity: nil)),
            ]
        } + [
            Case(.succeeded, Upstream(phase: .failed), impossible("failed")),
            Case(.succeeded, Upstream(phase: .cancelled), impossible("was cancelled")),
            Case(.succeeded, Upstream(phase: .lost), impossible("was lost")),
            Case(.finished, Upstream(phase: .failed), .ready(affinity: nil)),
            Case(.finished, Upstream(phase: .cancelled), .ready(affinity: nil)),
            Case(.finished, Upstream(phase: .lost), .ready(affinity: nil)),
        ]

    @Test(arguments: cases) func oneDependency(_ row: Case) {
        let run = RunSpecification.sample.with { $0.dependencies = [.sample("prepare", row.condition)] }
        var upstreams: [Digest: Upstream] = [:]
        upstreams[Digest(of: "prepare")] = row.upstream
        #expect(run.readiness(upstreams) == row.readiness)
    }

    @Test func theTableIsComplete() {
        #expect(Self.cases.count == 2 * (RunPhase.allCases.count + 2))
    }

    @Test func theWorstOfSeveralCounts() {
        let run = RunSpecification.sample.with {
            $0.dependencies = [.sample("a"), .sample("b"), .sample("c", .finished), .sample("d")]
        }
        var upstreams = [
            "a": Upstream(phase: .running), "b": Upstream(phase: .queued), "d": Upstream(phase: .succeeded),
        ]
        func readiness() -> Readiness {
            run.readiness(Dictionary(uniqueKeysWithValues: upstreams.map { (Digest(of: $0.key), $0.value) }))
        }
        #expect(readiness() == .waiting(message: "waits for Run/a (running) and 2 more"))
        upstreams["d"] = Upstream(phase: .failed)
        #expect(
            readiness()
                == .impossible(.dependencyFailed, message: "Run/d failed; `reconcile retry d` or change it"))
        for name in ["a", "b", "c", "d"] { upstreams[name] = Upstream(phase: .succeeded) }
        #expect(readiness() == .ready(affinity: nil))
    }

    /// Outputs that only agents of one place can read draw their reader there.
    @Test func inputsHaveAPlace() {
        let run = RunSpecification.sample.with {
            $0.dependencies = [.sample("a"), .sample("b"), .sample("c")]
            $0.inputs = [.sample(of: "a", target: "a"), .sample(of: "b", target: "b")]
        }
        func readiness(_ a: String?, _ b: String?) -> Readiness {
            run.readiness([
                Digest(of: "a"): Upstream(phase: .succeeded, location: a),
                Digest(of: "b"): Upstream(phase: .succeeded, location: b),
                // It only waits for this one.
                Digest(of: "c"): Upstream(phase: .succeeded, location: "far away"),
            ])
        }
        #expect(readiness(nil, nil) == .ready(affinity: nil))
        #expect(readiness("here", nil) == .ready(affinity: "here"))
        #expect(readiness("here", "here") == .ready(affinity: "here"))
        guard case .impossible(.inputsApart, let message) = readiness("here", "there") else {
            Issue.record("\(readiness("here", "there"))")
            return
        }
        #expect(message.contains("Run/a are in here") && message.contains("Run/b in there"))
    }

    @Test func nothingHappensToARunThatStandsWhereItIs() throws {
        let queued = RunRecord.sample(.queued)
        #expect(queued.event(toward: .ready(affinity: nil)) == nil)
        #expect(queued.event(toward: .ready(affinity: "here")) == .unblocked(affinity: "here"))
        let waiting = Readiness.waiting(message: "waits for Run/a (queued)")
        let event = try #require(queued.event(toward: waiting))
        let blocked = try queued.after(event, at: .start)
        #expect(blocked.event(toward: waiting) == nil && blocked.event(toward: .ready(affinity: nil)) != nil)
        for phase in RunPhase.allCases where phase.isActive || phase.isTerminal {
            #expect(RunRecord.sample(phase).event(toward: waiting) == nil)
        }
    }
}
