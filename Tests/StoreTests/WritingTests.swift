import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite struct WritingTests {
    private struct Refused: Error {}

    /// Every field of every record, as a whole life leaves them.
    @Test(arguments: StateBackend.all) func everythingIsThereAfterReopening(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let job = ObjectKey(.job, ObjectName(namespace: "vision", name: "train"))
        let content = JobVersionContent(
            source: Digest(of: "files"), definition: ["command": ["python3", "it's \"é\"\n"]])
        let version = JobVersionRecord(
            job: job.name, number: 1, digest: content.digest, content: content, createdAt: .start)
        let objects = [
            ObjectRecord(
                key: job, digest: Digest(of: "{}"), content: "{}", file: "manifests/jobs.yaml", line: 7,
                isPrunable: false,
                version: 1, revision: Revision(commit: "abc", isDirty: true), appliedAt: .start),
            ObjectRecord(
                key: ObjectKey(.run, ObjectName(name: "first")), digest: Digest(of: "r"), content: "r", file: "r.yaml",
                line: 1, isPrunable: true, identity: Digest(of: "identity"), revision: .none, appliedAt: .start),
        ]
        let written = try await { () -> (RunRecord, AttemptRecord) in
            let store = try state.open()
            let id = try await store.start([.sample(1, retries: 3)])[0]
            return try await store.write { transaction in
                for object in objects { try transaction.write(object) }
                try transaction.write(version)
                try transaction.writeImage(
                    ofJob: content.digest, manifest: Digest(of: "image"), details: ["frozen": []])
                try transaction.write(AgentRecord.sample("here-1"))
                let claimed = try transaction.claim(
                    for: .sample("here-1"), from: [.sample()], atMost: 1, leaseDuration: .seconds(30))[0]
                let token = claimed.run.lease?.token
                try transaction.advance(id, by: .imageReady(Digest(of: "image")), token: token)
                try transaction.advance(id, by: .submitted, token: token)
                try transaction.advance(id, by: .cancelRequested(by: "ada", reason: "asked for"))
                var attempt = try transaction.snapshot.attempts(of: id)[0]
                attempt.image = Digest(of: "image")
                attempt.submittedAt = .start + .seconds(1)
                attempt.endedAt = .start + .seconds(2)
                attempt.outcome = .exited(137)
                try transaction.write(attempt)
                try transaction.append([EventDraft(.applyStarted, cause: "a plan", details: ["n": 1])])
                return (try #require(try transaction.snapshot.run(id)), attempt)
            }
        }()
        let (run, attempt) = written
        #expect(run.lease != nil && run.image != nil && run.cancelledBy == "ada" && run.startedAt == .start)

        let store = try state.open()
        let recorded = try await store.read { try $0.recordedState() }
        #expect(recorded.objects == Dictionary(uniqueKeysWithValues: objects.map { ($0.key, $0) }))
        #expect(recorded.jobVersions == [job.name: [version]])
        #expect(recorded.runs == [run.identity: run])
        #expect(try await store.read { try $0.attempts(of: run.id) } == [attempt])
        #expect(try await store.read { try $0.agents() } == [AgentRecord.sample("here-1")])
        #expect(try await store.read { try $0.image(ofJob: content.digest) } == Digest(of: "image"))
        #expect(try await store.read { try $0.image(ofJob: Digest(of: "other")) } == nil)
        #expect(try await store.read { try $0.runCounts() } == [.running: 1])
        let (count, fault) = try await store.read { try $0.verifyEvents() }
        #expect(count == 2 && fault == nil)
        // Counters go on where they were: no token and no place in a queue is given twice.
        let next = try await store.start([.sample(2)])[0]
        #expect(try await store.run(next).sequence == run.sequence + 1)
        let token = try await store.claim("here-2").first?.lease?.token
        #expect(try #require(token) > #require(run.lease?.token))
    }

    @Test(arguments: StateBackend.all) func runsAreKeptAsTheyAre(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        var random = SeededRandom(seed: 1)
        let specifications = (0..<200).map { _ in random.specification() }
        try await store.start(specifications)
        #expect(try await store.read { try $0.runs() }.map(\.specification) == specifications)
    }

    @Test(arguments: StateBackend.all) func manyWritesAtOnceAreAllDurable(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let count = 200
        try await withThrowingTaskGroup(of: Void.self) { group in
            let store = try state.open()
            for number in 0..<count {
                group.addTask {
                    try await store.write { transaction in
                        let run = try transaction.startRun(ObjectName(name: "run-\(number)"), .sample(number))
                        try transaction.append([EventDraft(.runQueued, of: ObjectKey(.run, run.name))])
                    }
                }
            }
            try await group.waitForAll()
        }
        let store = try state.open()
        let runs = try await store.read { try $0.runs() }
        #expect(Set(runs.map(\.name.name)) == Set((0..<count).map { "run-\($0)" }))
        #expect(runs.map(\.sequence) == (1...Int64(count)).map { $0 })
        let (events, fault) = try await store.read { try $0.verifyEvents() }
        #expect(events == Int64(count) && fault == nil)
    }

    @Test(arguments: StateBackend.all) func whatFailsLeavesNoTraceAndItsNeighboursStay(
        _ backend: StateBackend
    ) async throws {
        let state = try TestState(backend)
        let count = 100
        let store = try state.open()
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask {
                    do {
                        try await store.write { transaction in
                            let run = try transaction.startRun(ObjectName(name: "run-\(number)"), .sample(number))
                            try transaction.append([EventDraft(.runQueued, of: ObjectKey(.run, run.name))])
                            if number.isMultiple(of: 3) { throw Refused() }
                        }
                        return false
                    } catch is Refused {
                        return true
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(refused == 34)
        let kept = Set((0..<count).filter { !$0.isMultiple(of: 3) }.map { "run-\($0)" })
        #expect(Set(try await store.read { try $0.runs() }.map(\.name.name)) == kept)
        let events = try await store.read { try $0.events() }
        #expect(Set(events.map(\.subject)) == Set(kept.map { "Run/default/\($0)" }))
        let (number, fault) = try await store.read { try $0.verifyEvents() }
        #expect(number == Int64(kept.count) && fault == nil)
    }

    @Test(arguments: StateBackend.all) func whatTheDatabaseRefusesIsToldToWhoAsked(_ backend: StateBackend) async throws
    {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.start([.sample(1)])
        // The version's number is taken: the same row twice.
        let content = JobVersionContent(source: Digest(of: "s"), definition: [:])
        let version = JobVersionRecord(
            job: ObjectName(name: "train"), number: 1, digest: content.digest, content: content, createdAt: .start)
        try await store.write { try $0.write(version) }
        #expect(await code { try await store.write { try $0.write(version) } } == "SLW4007")
        #expect(await code { _ = try await store.advance(RunID("nobody"), by: .submitted) } == "SLW4016")
        let id = RunID(identity: RunSpecification.sample(1).identity)
        #expect(await code { _ = try await store.advance(id, by: .submitted) } == "SLW4015")
        #expect(try await store.read { try $0.runs() }.count == 1)
    }

    @Test(arguments: StateBackend.all) func aReadSeesOneMoment(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        async let writing: Void = withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await store.write { transaction in
                        try transaction.append([EventDraft(.runQueued), EventDraft(.runFinished)])
                        _ = try transaction.startRun(ObjectName(name: "run-\(number)"), .sample(number))
                    }
                }
            }
            try await group.waitForAll()
        }
        for _ in 0..<20 {
            let (events, fault, runs) = try await store.read { snapshot in
                let (count, fault) = try snapshot.verifyEvents()
                return (count, fault, Int64(try snapshot.runs().count))
            }
            #expect(fault == nil && events == 2 * runs)
        }
        try await writing
    }

    @Test(arguments: StateBackend.all, ["specification", "identity", "phase"])
    func anUnreadableRunIsSaidToBe(_ backend: StateBackend, column: String) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.start([.sample(1)])
        try state.tamper("UPDATE runs SET \(column) = 'nonsense'")
        #expect(await code { _ = try await store.read { try $0.recordedState() } } == "SLW4014")
        #expect(await code { _ = try await store.claim("here-1") } == (column == "phase" ? nil : "SLW4014"))
    }
}
