import Agents
import Engines
import Manifests
import Records
import Support
import Testing

/// The life of a run in an agent's hands, as a table: how far it was when it was claimed, what happens, what follows.
@Suite struct ExecutionMachineTests {
    struct Life: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: RunRecord
        let first: ExecutionCommand
        let steps: [(event: ExecutionEvent, command: ExecutionCommand)]

        init(
            _ name: String, _ run: RunRecord, _ first: ExecutionCommand,
            _ steps: [(ExecutionEvent, ExecutionCommand)] = []
        ) {
            testDescription = name
            self.run = run
            self.first = first
            self.steps = steps.map { ($0.0, $0.1) }
        }
    }

    private static let now = RunSample.now
    private static let image = Digest(of: "image")
    private static let limited = RunSample.specification(timeout: .seconds(60))
    private static let running = Observation.running(since: nil)

    private static func ended(_ status: Int32) -> ExecutionEvent { .observed(.ended(status: status, at: nil)) }
    /// From the image to the engine's hands.
    private static let submission: [(ExecutionEvent, ExecutionCommand)] = [
        (.imageReady(image), .record(.imageReady(image))), (.recorded, .submit), (.submitted, .record(.submitted)),
    ]
    private static let success: [(ExecutionEvent, ExecutionCommand)] = [
        (ended(0), .collectOutputs), (.outputsCollected(missing: nil), .record(.ended(.succeeded))),
        (.recorded, .finish),
    ]

    private static func end(_ event: ExecutionEvent, _ outcome: AttemptOutcome) -> [(ExecutionEvent, ExecutionCommand)]
    {
        [(event, .record(.ended(outcome))), (.recorded, .finish)]
    }

    static let building: [Life] = [
        Life(
            "all goes well", RunSample.claimed(.building), .prepareImage,
            submission + [(.recorded, .wait(until: nil))] + success),
        Life(
            "the command fails", RunSample.claimed(.building), .prepareImage,
            submission + [(.recorded, .wait(until: nil))] + end(ended(7), .exited(7))),
        Life(
            "it ends well but leaves less than it declares", RunSample.claimed(.building), .prepareImage,
            submission + [(.recorded, .wait(until: nil)), (ended(0), .collectOutputs)]
                + end(.outputsCollected(missing: "no model.json"), .outputMissing("no model.json"))),
        Life(
            "it vanishes", RunSample.claimed(.building), .prepareImage,
            submission + [(.recorded, .wait(until: nil))] + end(.observed(.gone("killed")), .lost("killed"))),
        Life(
            "the image cannot be built", RunSample.claimed(.building), .prepareImage,
            end(.imageFailed("no pip"), .buildFailed("no pip"))),
        Life(
            "the engine refuses it", RunSample.claimed(.building), .prepareImage,
            Array(submission.prefix(2)) + [(.submissionFailed("no such program"), .observe)]
                + [(.observed(.absent), .seal)] + end(.sealed(.absent), .submissionFailed("no such program"))
        ),
        Life(
            "the engine's answer is lost", RunSample.claimed(.building), .prepareImage,
            Array(submission.prefix(2)) + [
                (.submissionFailed("no answer"), .observe), (.observed(running), .record(.submitted)),
                (.recorded, .wait(until: nil)),
            ] + success),
        Life(
            "the engine's answer is lost, and the command was quick", RunSample.claimed(.building), .prepareImage,
            Array(submission.prefix(2)) + [(.submissionFailed("no answer"), .observe)] + success),
        Life(
            "a cancel while it runs", RunSample.claimed(.building), .prepareImage,
            submission + [
                (.recorded, .wait(until: nil)), (.cancelRequested, .cancel), (.cancelled, .observe),
            ] + end(ended(143), .cancelled)),
        Life(
            "a cancel of a command that ended well before the signal", RunSample.claimed(.building), .prepareImage,
            submission + [(.recorded, .wait(until: nil)), (.cancelRequested, .cancel), (.cancelled, .observe)] + success
        ),
        Life(
            "a wait that ends early goes on", RunSample.claimed(.building), .prepareImage,
            submission + [
                (.recorded, .wait(until: nil)), (.observed(running), .wait(until: nil)),
                (.observed(running), .wait(until: nil)),
            ] + success),
        Life(
            "the timeout counts from the submission", RunSample.claimed(.building, limited), .prepareImage,
            submission + [(.recorded, .wait(until: now + .seconds(60)))] + success),
        Life(
            "a cancel while its image was built", RunSample.claimed(.building), .prepareImage,
            Array(submission.prefix(1)) + end(.cancelRequested, .cancelled)),
        Life(
            "cancelled before it began", RunSample.claimed(.building, cancelled: true), .record(.ended(.cancelled)),
            [(.recorded, .finish)]),
    ]

    static let adopting: [Life] = [
        Life(
            "meant to be submitted, and was not", RunSample.claimed(.submitting), .observe,
            [
                (.observed(.absent), .submit), (.submitted, .record(.submitted)), (.recorded, .wait(until: nil)),
            ] + success),
        Life(
            "submitted, and not recorded so", RunSample.claimed(.submitting), .observe,
            [(.observed(running), .record(.submitted)), (.recorded, .wait(until: nil))] + success),
        Life("submitted, and over already", RunSample.claimed(.submitting), .observe, success),
        Life("submitted, and failed already", RunSample.claimed(.submitting), .observe, end(ended(2), .exited(2))),
        Life("submitted, and lost", RunSample.claimed(.submitting), .observe, end(.observed(.gone("x")), .lost("x"))),
        Life(
            "submitted by another machine", RunSample.claimed(.submitting), .observe,
            end(.observed(.elsewhere("on m2")), .lost("on m2"))),
        Life(
            "cancelled, and was not submitted", RunSample.claimed(.submitting, cancelled: true), .observe,
            [(.observed(.absent), .seal)] + end(.sealed(.absent), .cancelled)),
        Life(
            "cancelled, and runs", RunSample.claimed(.submitting, cancelled: true), .observe,
            [
                (.observed(running), .record(.submitted)), (.recorded, .cancel), (.cancelled, .observe),
            ] + end(ended(143), .cancelled)),
        Life("runs", RunSample.claimed(.running), .observe, [(.observed(running), .wait(until: nil))] + success),
        Life("ran, and is over", RunSample.claimed(.running), .observe, success),
        Life("ran, and failed", RunSample.claimed(.running), .observe, end(ended(1), .exited(1))),
        Life("ran, and is lost", RunSample.claimed(.running), .observe, end(.observed(.gone("x")), .lost("x"))),
        Life(
            "ran, and its folder was deleted", RunSample.claimed(.running), .observe,
            end(.observed(.absent), .lost("its folder is gone; nothing is known of it"))),
        Life(
            "cancelled, and runs on", RunSample.claimed(.running, cancelled: true), .observe,
            [(.observed(running), .cancel), (.cancelled, .observe)] + end(.observed(.gone("killed")), .cancelled)),
        Life(
            "cancelled, and failed meanwhile", RunSample.claimed(.running, cancelled: true), .observe,
            end(ended(9), .cancelled)),
        Life(
            "cancelled, and is lost", RunSample.claimed(.running, cancelled: true), .observe,
            end(.observed(.gone("x")), .cancelled)),
        Life("cancelled, and ended well meanwhile", RunSample.claimed(.running, cancelled: true), .observe, success),
        Life(
            "cancelled where nobody could say where it is, and runs on another machine",
            RunSample.claimed(.running, cancelled: true), .observe,
            [
                (.observed(.unreachable("slow")), .record(.progressed(.unreachable("slow")))),
                (.recorded, .follow(.unreachable("slow"), until: nil)), (.cancelRequested, .cancel),
                (.cancelled, .observe),
            ] + end(.observed(.elsewhere("on m2")), .lost("on m2"))),
        Life(
            "waits in the engine's own queue", RunSample.claimed(.waiting), .observe,
            [
                (.observed(running), .record(.progressed(.running(since: nil)))), (.recorded, .wait(until: nil)),
            ] + success),
        Life(
            "the timeout counts from the first submission",
            RunSample.claimed(.running, limited, startedAt: RunSample.now + .seconds(-20)), .observe,
            [(.observed(running), .wait(until: now + .seconds(40)))] + success),
    ]

    static let nothingToDo: [Life] = [.pending, .queued, .succeeded, .failed, .cancelled, .lost].map {
        Life("\($0) is not an agent's business", RunSample.claimed($0), .finish)
    }

    @Test(arguments: building + adopting + nothingToDo) func follows(_ life: Life) {
        var machine = ExecutionMachine(life.run)
        #expect(machine.start(at: Self.now) == life.first)
        for (index, step) in life.steps.enumerated() {
            #expect(machine.handle(step.event, at: Self.now) == step.command, "step \(index + 1), \(step.event)")
        }
    }

    /// With a store, what was started ends only after it was told what became of the upload; what never began ends at
    /// once.
    @Test(arguments: building + adopting) func keepsWhatWasLeft(_ life: Life) {
        var machine = ExecutionMachine(life.run, keepsTraces: true)
        #expect(machine.start(at: Self.now) == life.first)
        for (index, step) in life.steps.enumerated() {
            var command = machine.handle(step.event, at: Self.now)
            if case .keepTraces(let outcome) = command {
                #expect(step.command == .record(.ended(outcome)), "\(outcome)")
                command = machine.handle(.tracesKept(missing: nil), at: Self.now)
            } else if case .record(.ended(let outcome)) = command {
                switch outcome {
                case .succeeded, .exited, .outputMissing: Issue.record("\(outcome) without its traces")
                default: break
                }
            }
            #expect(command == step.command, "step \(index + 1), \(step.event)")
        }
    }

    @Test func anOutputThatIsNotKeptIsAFailure() {
        var machine = ExecutionMachine(RunSample.claimed(.running), keepsTraces: true)
        _ = machine.start(at: Self.now)
        #expect(machine.handle(Self.ended(0), at: Self.now) == .collectOutputs)
        #expect(machine.handle(.outputsCollected(missing: nil), at: Self.now) == .keepTraces(.succeeded))
        #expect(
            machine.handle(.tracesKept(missing: "no store"), at: Self.now)
                == .record(.ended(.outputMissing("no store"))))
    }

    @Test func whatRunsTooLongIsEnded() {
        let begun = Self.now + .seconds(-59)
        var machine = ExecutionMachine(RunSample.claimed(.running, Self.limited, startedAt: begun))
        #expect(machine.start(at: Self.now) == .observe)
        let deadline = begun + .seconds(60)
        #expect(machine.handle(.observed(Self.running), at: Self.now) == .wait(until: deadline))
        #expect(machine.handle(.observed(Self.running), at: deadline + .milliseconds(-1)) == .wait(until: deadline))
        #expect(machine.handle(.observed(Self.running), at: deadline) == .cancel)
        #expect(machine.handle(.cancelled, at: deadline) == .observe)
        // Even where it says that all went well: it did not in time.
        #expect(machine.handle(Self.ended(0), at: deadline) == .record(.ended(.timedOut)))
        #expect(machine.handle(.recorded, at: deadline) == .finish)
    }

    @Test func whatRanTooLongWhileNobodyLookedIsEndedWhenSomebodyDoes() {
        var machine = ExecutionMachine(
            RunSample.claimed(.running, Self.limited, startedAt: Self.now + .seconds(-3600)))
        _ = machine.start(at: Self.now)
        let wait = machine.handle(.observed(Self.running), at: Self.now)
        #expect(wait == .wait(until: Self.now + .seconds(-3540)))
        #expect(machine.handle(.observed(Self.running), at: Self.now) == .cancel)
    }

    /// From anywhere, through anything that can happen, a run ends, and is recorded as ended once.
    @Test(arguments: SeededRandom.seeds(300)) func everyLifeEndsOnce(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let phase: RunPhase = random.pick(.building, .submitting, .waiting, .running)
        let specification = random.chance(1, in: 2) ? Self.limited : RunSample.specification()
        let run = RunSample.claimed(
            phase, specification, cancelled: random.chance(1, in: 4),
            startedAt: random.chance(1, in: 2) ? Self.now + .seconds(-Int64(random.int(0...90))) : nil)
        var machine = ExecutionMachine(run, keepsTraces: random.chance(1, in: 2))
        var now = Self.now
        var command = machine.start(at: now)
        var said: [ExecutionCommand] = [command]
        var refusals = 0
        while command != .finish, said.count < 400 {
            now = now + .seconds(Int64(random.int(0...5)))
            let answer = Self.answer(to: command, &random)
            if case .submissionFailed = answer { refusals += 1 }
            command = machine.handle(answer, at: now)
            said.append(command)
        }
        #expect(said.last == .finish, "\(said)")
        let ends = said.count { if case .record(.ended) = $0 { true } else { false } }
        #expect(ends == 1, "\(said)")
        // Intent is recorded before the act: where an image was made, nothing is submitted before the record has it.
        if let act = said.firstIndex(of: .submit), phase == .building {
            #expect(said[..<act].contains { if case .record(.imageReady) = $0 { true } else { false } })
        }
        // Once more only where the engine refused it, or could not be asked, and it is not there.
        #expect(said.count { $0 == .submit } <= 1 + refusals, "\(said)")
    }

    /// Something that can happen when a command is carried out.
    private static func answer(to command: ExecutionCommand, _ random: inout SeededRandom) -> ExecutionEvent {
        let observed: Observation = random.pick(
            running, running, running, .absent, .gone("x"), .elsewhere("y"), .ended(status: 0, at: nil),
            .ended(status: 1, at: nil), .waiting(reason: "Resources", message: "z"), .unreachable("w"),
            .failed(.preempted, "v", at: nil))
        return switch command {
        case .prepareImage: random.pick(.imageReady(image), .imageReady(image), .imageFailed("x"))
        case .seal: .sealed(observed)
        case .record, .finish: .recorded
        case .submit: random.pick(.submitted, .submitted, .submissionFailed("x"))
        case .observe: .observed(observed)
        case .wait, .follow: random.chance(1, in: 6) ? .cancelRequested : .observed(observed)
        case .cancel: random.pick(.cancelled, .cancelled, .engineSilent("u"))
        case .pause: .paused
        case .collectOutputs: .outputsCollected(missing: random.pick(nil, "x"))
        case .keepTraces: .tracesKept(missing: random.pick(nil, nil, "y"))
        }
    }
}
