import Manifests
import Planning
import Records
import Support
import Testing
import YAML

/// What holds for every plan, over commits and executions at random.
@Suite struct PlanPropertyTests {
    /// The number of commits in one history.
    private static let commits = 12

    @Test(arguments: SeededRandom.seeds(20)) func holdsForEveryHistory(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var repository = RandomRepository()
        var recorded = RecordedState()
        for commit in 1...Self.commits {
            let now = Timestamp(milliseconds: Int64(commit) * 1000)
            repository.edit(knowing: recorded, using: &random)
            let documents = repository.documents(using: &random)
            let input = try World.input(documents, sources: repository.sources)
            let policy = PlanPolicy(allowsEmpty: true, allowsMassDeletion: true)
            let plan = plan(input, recorded: recorded, policy: policy)
            let comment: Comment = "commit \(commit): \(plan.text())"
            guard plan.refusals.allSatisfy({ $0.code == "SLW3001" || $0.code == "SLW3002" }), plan.refusals.isEmpty
            else {
                Issue.record("refused: \(plan.refusals.map(\.message))")
                return
            }

            checkBuckets(plan, input, recorded, comment)
            checkReasons(plan, comment)
            checkOrder(plan, input, comment)
            checkExecutions(plan, recorded, comment)

            let shuffled = Planning.plan(
                input.shuffled(&random), recorded: recorded.shuffled(&random), policy: policy)
            #expect(shuffled.text() == plan.text(), comment)
            #expect(shuffled.json.canonicalBytes == plan.json.canonicalBytes, comment)
            #expect(shuffled == plan, comment)

            do {
                try recorded.apply(plan, at: now)
            } catch {
                Issue.record("\(error): \(comment)")
                return
            }
            checkWanted(input, recorded, comment)
            checkCircles(recorded, comment)
            let again = Planning.plan(input, recorded: recorded, policy: policy)
            #expect(!again.hasRecordChanges && !again.hasChanges, "\(comment) then \(again.text())")
            #expect(again.count(.unchanged) == again.actions.count)

            random.progress(&recorded, at: now)
            let later = Planning.plan(input, recorded: recorded, policy: policy)
            // Whatever becomes of executions, nothing follows from it without a commit, but that one which ran when
            // its placement was changed, and waits now, is moved.
            for action in later.actions where action.change != nil {
                guard case .place? = action.change?.execution else {
                    Issue.record("\(comment) later \(later.text())")
                    continue
                }
            }
        }
    }

    private func checkBuckets(_ plan: Plan, _ input: DesiredInput, _ recorded: RecordedState, _ comment: Comment) {
        let keys = Set(input.desired.keys).union(recorded.objects.keys)
        #expect(Operation.allCases.map { plan.count($0) }.reduce(0, +) == keys.count, comment)
        #expect(Set(plan.actions.map(\.key)) == keys, comment)
    }

    private func checkReasons(_ plan: Plan, _ comment: Comment) {
        for action in plan.actions {
            #expect((action.operation == .unchanged) == [.upToDate, .pruneProtected].contains(action.reason), comment)
            #expect((action.change == nil) == (action.operation == .unchanged), comment)
            #expect(action.cause != nil, comment)
            guard action.operation != .unchanged else { continue }
            #expect(!action.message.isEmpty, comment)
            if [.specChanged, .metadataChanged, .placementChanged].contains(action.reason) {
                #expect(!action.fields.isEmpty, comment)
            }
        }
    }

    private func checkOrder(_ plan: Plan, _ input: DesiredInput, _ comment: Comment) {
        let deletions = plan.actions.filter { $0.operation == .delete }.map(\.key)
        #expect(plan.actions.suffix(deletions.count).map(\.key) == deletions, comment)
        #expect(deletions == deletions.sorted().reversed(), comment)
        let others = plan.actions.filter { $0.operation != .delete }.map(\.key)
        #expect(others.map(\.kind.order) == others.map(\.kind.order).sorted(), comment)
        let runs = others.filter { $0.kind == .run }.map(\.name)
        let places = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ($1, $0) })
        for (name, run) in input.desired.runs {
            for upstream in run.spec.upstreams.keys {
                guard let own = places[name], let other = places[upstream] else { continue }
                #expect(other < own, comment)
            }
        }
        #expect(others.filter { $0.kind != .run } == others.filter { $0.kind != .run }.sorted(), comment)
    }

    /// No execution waits for itself, however runs share them.
    private func checkCircles(_ recorded: RecordedState, _ comment: Comment) {
        let wanted = Set(recorded.objects.values.compactMap(\.identity))
        var waiting = recorded.runs.filter { !$0.value.phase.isTerminal && wanted.contains($0.key) }
        while let free = waiting.first(where: { _, run in
            !run.specification.dependencies.contains { waiting[$0.identity] != nil }
        }) {
            waiting[free.key] = nil
        }
        #expect(waiting.isEmpty, comment)
    }

    private func checkExecutions(_ plan: Plan, _ recorded: RecordedState, _ comment: Comment) {
        var started: Set<Digest> = []
        for case .start(let specification)? in plan.actions.map(\.change?.execution) {
            // Nothing is computed twice.
            #expect(recorded.runs[specification.identity] == nil, comment)
            #expect(started.insert(specification.identity).inserted, comment)
        }
        let cancels = plan.actions.compactMap(\.change?.cancels)
        #expect(Set(cancels).count == cancels.count, comment)
    }

    /// What the record wants is executed, and nothing else is.
    private func checkWanted(_ input: DesiredInput, _ recorded: RecordedState, _ comment: Comment) {
        let wanted = Set(recorded.objects.values.compactMap(\.identity))
        for name in input.desired.runs.keys {
            let identity = recorded.objects[ObjectKey(.run, name)]?.identity
            #expect(identity.flatMap { recorded.runs[$0] } != nil, comment)
        }
        for (identity, run) in recorded.runs where !run.phase.isTerminal {
            #expect(wanted.contains(identity) || run.cancelledBy != nil, comment)
            #expect(!wanted.contains(identity) || run.cancelledBy != "reconcile", comment)
        }
    }
}

extension DesiredState {
    fileprivate var keys: [ObjectKey] {
        jobs.keys.map { ObjectKey(.job, $0) } + queues.keys.map { ObjectKey(.queue, $0) }
            + pools.keys.map { ObjectKey(.agentPool, $0) } + runs.keys.map { ObjectKey(.run, $0) }
    }
}

extension DesiredInput {
    /// The same, put together in another order.
    func shuffled(_ random: inout SeededRandom) -> DesiredInput {
        var desired = DesiredState()
        desired.jobs = self.desired.jobs.shuffled(&random)
        desired.queues = self.desired.queues.shuffled(&random)
        desired.pools = self.desired.pools.shuffled(&random)
        desired.runs = self.desired.runs.shuffled(&random)
        return DesiredInput(desired: desired, sources: sources.shuffled(&random))
    }
}

extension RecordedState {
    fileprivate func shuffled(_ random: inout SeededRandom) -> RecordedState {
        RecordedState(
            objects: objects.shuffled(&random), jobVersions: jobVersions.shuffled(&random), runs: runs.shuffled(&random)
        )
    }
}

extension Dictionary {
    fileprivate func shuffled(_ random: inout SeededRandom) -> [Key: Value] {
        // The order of a dictionary follows from its capacity and the order of insertion too.
        var copy = [Key: Value](minimumCapacity: random.int(0...64))
        for (key, value) in Array(self).shuffled(using: &random) { copy[key] = value }
        return copy
    }
}
