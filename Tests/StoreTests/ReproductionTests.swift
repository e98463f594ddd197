import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// What is recorded of reproductions, in every kind of state.
@Suite struct ReproductionTests {
    private static let image = Digest(of: "image")

    private func begin(
        _ store: StateStore, _ run: RunRecord, original: Int = 1, host: String = "laptop", at now: Timestamp = .start
    ) async throws -> Reproduction {
        try await store.write(at: now) { transaction in
            try transaction.startReproduction(of: run) { number in
                Reproduction(
                    run: run.id, number: number, original: original, image: Self.image, host: host,
                    folder: "/runs/\(run.folder)/reproduction-\(number)", location: "here",
                    requestedBy: Provenance.sample.actor, startedAt: transaction.now)
            }
        }
    }

    private func end(
        _ store: StateStore, _ reproduction: Reproduction, _ run: RunRecord, _ outcome: AttemptOutcome,
        _ verdict: ReproductionVerdict? = nil, outputs: [String: OutputDigest] = [:]
    ) async throws {
        try await store.write(at: .start + .seconds(5)) { transaction in
            try transaction.endReproduction(
                reproduction, of: run,
                .init(at: transaction.now, outcome: outcome, outputs: outputs, verdict: verdict),
                differences: ["metric loss: 1 → 2"], cause: "a test")
        }
    }

    @Test(arguments: StateBackend.all) func theyAreNumberedAndComeBackAsTheyWere(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        defer { withExtendedLifetime(state) {} }
        let store = try state.open()
        try await store.start([.sample(0), .sample(1)])
        let runs = try await store.read { try $0.runs() }
        let before = try await store.read { try $0.runs() }
        let first = try await begin(store, runs[0])
        let other = try await begin(store, runs[1], host: "elsewhere")
        let second = try await begin(store, runs[0], original: 2)
        #expect(first.number == 1 && second.number == 2 && other.number == 1)
        let outputs = [
            "model.json": OutputDigest.file(Digest(of: "x"), size: 1), "parts": .unreadable("a socket"),
        ]
        try await end(store, first, runs[0], .exited(3), .differs, outputs: outputs)

        let found = try await store.read { try $0.reproductions(of: runs[0]) }
        var ended = first
        ended.end = .init(at: .start + .seconds(5), outcome: .exited(3), outputs: outputs, verdict: .differs)
        #expect(found == [ended, second])
        #expect(try await store.read { try $0.openReproductions(onHost: "laptop") } == [second])
        #expect(try await store.read { try $0.reproductions() }.count == 3)
        // Nothing of the run knows of it.
        #expect(try await store.read { try $0.runs() } == before)
        #expect(try await store.read { try $0.attempts(of: runs[0].id) }.isEmpty)

        // It ends once, whoever comes second.
        await #expect(throws: Diagnostic.self) { try await end(store, first, runs[0], .succeeded, .same) }
        try await end(store, second, runs[0], .lost("its reproduce is gone"))
        #expect(try await store.read { try $0.openReproductions(onHost: "laptop") }.isEmpty)
        let last = try await store.read { try $0.reproductions(of: runs[0]).last }
        #expect(last?.end?.outcome == .lost("its reproduce is gone") && last?.end?.verdict == nil)
    }

    /// A check holds the events of reproductions against each other: nothing else tells of them.
    @Test(arguments: [
        ("a second end", EventKind.reproductionEnded, 1, "Run/default/failed", true),
        ("an end of what never began", .reproductionEnded, 2, "Run/default/failed", true),
        ("one that began twice", .reproductionStarted, 1, "Run/default/failed", true),
        ("a number left out", .reproductionStarted, 3, "Run/default/failed", true),
        ("a run of another name", .reproductionStarted, 2, "Run/default/lost", true),
        ("nothing wrong", .reproductionStarted, 2, "Run/default/failed", false),
    ])
    func aCheckHoldsThemAgainstEachOther(
        _ what: String, _ kind: EventKind, _ number: Int, _ subject: String, isFound: Bool
    ) async throws {
        let folder = try TestWorkspace("reproductions")
        try await WholeRecord.make(at: "\(folder.path)/state.db")
        let store = try StateStore(sqlite: "\(folder.path)/state.db")
        let run = try #require(try await store.read { try $0.execution(of: ObjectName(name: "failed")) })
        let reproduction = try await begin(store, run)
        try await end(store, reproduction, run, .exited(3), .same)
        #expect(try await store.read { try $0.check() }.isClean)
        try await store.write { transaction in
            var details = reproduction.startDetails
            details["reproduction"] = .int(Int64(number))
            try transaction.append([EventDraft(kind, subject: subject, details: details)])
        }
        let findings = try await store.read { try $0.check() }.findings
        #expect(findings.map(\.rule) == (isFound ? [.trail] : []), "\(what): \(findings)")
    }

    @Test(arguments: StateBackend.all) func whichImagesAreNeededAndWhenTheyWereUsed(
        _ backend: StateBackend
    ) async throws {
        let state = try TestState(backend)
        defer { withExtendedLifetime(state) {} }
        let store = try state.open()
        let job = ObjectName(name: "train")
        let contents = (1...3).map { JobVersionContent(source: Digest(of: "source \($0)"), definition: [:]) }
        let images = (1...3).map { Digest(of: "image \($0)") }
        let run = try await store.write { transaction in
            for (index, content) in contents.enumerated() {
                try transaction.write(
                    JobVersionRecord(
                        job: job, number: index + 1, digest: content.digest, content: content, createdAt: .start))
                try transaction.writeImage(
                    ofJob: content.digest, manifest: images[index],
                    details: ["frozen": .array([.string("six==1.\(index)")])])
            }
            var specification = RunSpecification.sample(0)
            specification.jobDigest = contents[0].digest
            return try transaction.startRun(ObjectName(name: "one"), specification)
        }
        func current() async throws -> [Digest: Bool] {
            try await store.read { try $0.recordedImages().mapValues(\.isCurrent) }
        }
        // The first for a run that waits, the third as the newest.
        #expect(try await current() == [images[0]: true, images[1]: false, images[2]: true])
        #expect(try await store.read { try $0.recordedImages()[images[1]]?.version } == "train@v2")
        #expect(try await store.read { try $0.frozenPackages(of: images[1]) } == ["six==1.1"])
        #expect(try await store.read { try $0.frozenPackages(of: Digest(of: "none")) }.isEmpty)

        _ = try await store.advance(run.id, by: .cancelRequested(by: "ada", reason: "enough"))
        #expect(try await current() == [images[0]: false, images[1]: false, images[2]: true])
        // While it is reproduced, its image is needed.
        let reproduction = try await store.write { transaction in
            try transaction.startReproduction(of: run) { number in
                Reproduction(
                    run: run.id, number: number, original: 1, image: images[0], host: "h", folder: "/x",
                    location: "l", requestedBy: "ada", startedAt: transaction.now)
            }
        }
        #expect(try await current()[images[0]] == true)
        try await end(store, reproduction, run, .succeeded, .same)
        #expect(try await current()[images[0]] == false)
    }
}
