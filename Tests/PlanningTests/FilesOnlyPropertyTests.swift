import Manifests
import Planning
import Records
import Support
import Testing

/// Comparing files alone is the same as comparing with a record in which the other commit was applied and all of its
/// runs have succeeded, over commits at random.
@Suite struct FilesOnlyPropertyTests {
    @Test(arguments: SeededRandom.seeds(40)) func isWhatARecordWouldSay(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var repository = RandomRepository()
        let policy = PlanPolicy(allowsEmpty: true, allowsMassDeletion: true)
        // Without a record to know, nobody pins a version: what a pinned one holds only the record could say.
        let nothing = RecordedState()
        for _ in 0..<random.int(0...6) { repository.edit(knowing: nothing, using: &random) }
        let base = try World.input(repository.documents(using: &random), sources: repository.sources)
        for _ in 0..<random.int(1...4) { repository.edit(knowing: nothing, using: &random) }
        let input = try World.input(repository.documents(using: &random), sources: repository.sources)

        var recorded = RecordedState()
        let now = Timestamp(milliseconds: 1000)
        try recorded.apply(plan(base, recorded: recorded), at: now)
        for identity in recorded.runs.keys { recorded.runs[identity]?.phase = .succeeded }

        let expected = plan(input, recorded: recorded, policy: policy)
        let found = plan(input, against: base, policy: policy)
        func outline(_ plan: Plan) -> [String] {
            plan.actions.map { "\($0.operation) \($0.key) \($0.reason) \($0.cause.map { "\($0)" } ?? "")" }
        }
        #expect(outline(found) == outline(expected), "\(found.text()) is not \(expected.text())")
        #expect(found.actions.map(\.fields) == expected.actions.map(\.fields))
        #expect(found.demand == expected.demand && found.refusals.isEmpty && found.inFlight.isEmpty)
        #expect(!found.text().contains("@v") && !found.text().contains(" v1"), "\(found.text())")

        let shuffled = plan(input.shuffled(&random), against: base.shuffled(&random), policy: policy)
        #expect(shuffled == found)
        #expect(!plan(base, against: base).hasRecordChanges && !plan(input, against: input).hasRecordChanges)
    }

    @Test(arguments: SeededRandom.seeds(10)) func aSavedPlanComesBackAsItWas(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var repository = RandomRepository()
        var recorded = RecordedState()
        for commit in 1...8 {
            repository.edit(knowing: recorded, using: &random)
            let input = try World.input(repository.documents(using: &random), sources: repository.sources)
            let plan = plan(input, recorded: recorded, policy: PlanPolicy(allowsEmpty: true, allowsMassDeletion: true))
            let now = Timestamp(milliseconds: Int64(commit) * 1000)
            let saved = SavedPlan(
                plan, of: input, tool: "1", repository: "",
                revision: Revision(commit: String(repeating: "a", count: 40), isDirty: false), manifests: ["."],
                state: nil, policy: PlanPolicy())
            #expect(try SavedPlan(parsing: saved.json.canonicalBytes, tool: "1") == saved)
            #expect(saved.movements(to: saved, of: plan).isEmpty)
            try recorded.apply(plan, at: now)
            random.progress(&recorded, at: now)
        }
    }
}
