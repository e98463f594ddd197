import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// Runs at random that wait for each other, to which events at random happen, against a model that knows nothing but
/// who waits for whom and how each is.
@Suite struct DependencyPropertyTests {
    private static let size = 9
    private static let steps = 60

    private func specifications(_ random: inout SeededRandom) -> [RunSpecification] {
        var made: [RunSpecification] = []
        for number in 0..<Self.size {
            var specification = RunSpecification.sample(number, retries: random.int(0...1))
            specification.dependencies = made.indices.filter { _ in random.chance(1, in: 3) }.map { upstream in
                RunDependency(
                    run: ObjectName(name: "run-\(upstream)"), identity: made[upstream].identity,
                    condition: random.pick(.succeeded, .succeeded, .finished))
            }
            made.append(specification)
        }
        return made
    }

    @Test(arguments: StateBackend.databases, SeededRandom.seeds(12))
    func isWhatTheOthersMakeOfIt(_ backend: StateBackend, seed: UInt64) async throws {
        let state = try TestState(backend)
        let store = try state.open()
        var random = SeededRandom(seed: seed)
        let specifications = specifications(&random)
        try await store.start(specifications.shuffled(using: &random))
        let ids = specifications.map { RunID(identity: $0.identity) }
        for step in 0..<Self.steps {
            let now = Timestamp.start + .seconds(step)
            if random.chance(1, in: 3) {
                let before = try await model(store)
                for run in try await store.claim("a", atMost: random.int(1...3), at: now) {
                    // What is under way is gone on with, whatever has become of the others meanwhile.
                    guard before[run.identity]?.phase.isActive == false else { continue }
                    for dependency in run.specification.dependencies {
                        let upstream = try #require(before[dependency.identity])
                        #expect(
                            upstream.phase == .succeeded
                                || (dependency.condition == .finished && upstream.phase.isTerminal))
                    }
                }
            } else {
                let id = ids[random.int(0...(Self.size - 1))]
                var other = try await store.run(id).specification
                other.priority = random.pick(.high, .low)
                if random.chance(1, in: 4), !other.dependencies.isEmpty { other.dependencies.removeLast() }
                let event: RunEvent = random.pick(
                    .ended(.succeeded), .ended(.succeeded), .ended(.exited(1)), .ended(.lost("gone")),
                    .cancelRequested(by: "ada", reason: "no"), .requeued(by: "ada", reason: "yes"), .placed(other))
                // What cannot happen in its phase does not happen.
                _ = try? await store.advance(id, by: event, at: now)
            }
            try await check(store, "step \(step) of seed \(seed)")
        }
        let (_, fault) = try await store.read { try $0.verifyEvents() }
        #expect(fault == nil)
    }

    private func model(_ store: StateStore) async throws -> [Digest: RunRecord] {
        Dictionary(uniqueKeysWithValues: try await store.read { try $0.runs() }.map { ($0.identity, $0) })
    }

    private func check(_ store: StateStore, _ comment: Comment) async throws {
        let runs = try await model(store)
        for run in runs.values where run.phase == .queued || run.phase == .pending {
            let open = run.specification.dependencies.filter { dependency in
                let phase = runs[dependency.identity]?.phase
                return phase != .succeeded && !(dependency.condition == .finished && phase?.isTerminal == true)
            }
            #expect(run.isBlocked == !open.isEmpty, comment)
            let isHopeless = open.contains { dependency in
                guard let upstream = runs[dependency.identity] else { return false }
                return upstream.phase.isTerminal || upstream.isStuck
            }
            #expect(run.isStuck == isHopeless, comment)
            // Nothing is left to do for anybody who looks again.
            let upstreams = runs.mapValues { Upstream($0) }
            #expect(run.event(toward: run.specification.readiness(upstreams)) == nil, "\(comment): \(run)")
        }
    }
}
