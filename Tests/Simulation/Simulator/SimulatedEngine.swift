import Engines
import Manifests
import Records
import YAML

/// A machine's processes, as one process sees them through an engine.
///
/// As the engine of local processes does, it only knows what was started on its own machine, adopts what is there
/// under a name, and remembers ends for ever.
struct SimulatedEngine: Engine {
    let kind = EngineKind.localProcess
    let world: World
    let process: SimulatedProcess

    private var time: SimulatedTime { SimulatedTime(loop: world.loop, process: process) }

    func submit(_ submission: Submission) async throws {
        try process.demandAlive()
        let act = process.nextAct()
        if world.strikes(.refusedSubmission, process, act) {
            world.note(process, "the engine refuses \(submission.name)")
            throw Diagnostic("SLW6900", "the engine refuses it")
        }
        if world.strikes(.crashBeforeSubmission, process, act) {
            world.crash(process, "before submitting \(submission.name)")
            throw Crashed()
        }
        if world.strikes(.pauseBeforeSubmission, process, act) {
            world.pause(process, act, "before submitting \(submission.name)")
        }
        var delay = Int64(world.dice.int(0...40, .engineDelay, process.place, act))
        if world.strikes(.slowSubmission, process, act) {
            delay = Int64(world.dice.int(1000...9000, .faultLength, process.place, act))
            world.note(process, "the engine takes \(delay)ms for \(submission.name)")
        }
        await time.pass(delay)
        try process.demandAlive()
        try world.start(submission, by: process, act: act)
        if world.strikes(.doubleSubmission, process, act) { try world.start(submission, by: process, act: act) }
        if world.strikes(.crashAfterSubmission, process, act) {
            world.crash(process, "after submitting \(submission.name)")
            throw Crashed()
        }
        if world.strikes(.lostAcknowledgement, process, act) {
            world.note(process, "the acknowledgement of \(submission.name) is lost")
            throw Diagnostic("SLW6901", "no answer from the engine")
        }
        await time.pass(Int64(world.dice.int(0...5, .engineDelay, process.place, act &+ 1 << 32)))
        try process.demandAlive()
    }

    func observe(_ reference: SubmissionReference) async -> Observation {
        guard process.isAlive else { return .absent }
        let act = process.nextAct()
        if world.strikes(.crashBeforeObservation, process, act) {
            world.crash(process, "before observing \(reference.name)")
            return .absent
        }
        if world.strikes(.silentEngine, process, act) {
            world.note(process, "the engine does not say what became of \(reference.name)")
            return .unreachable("no answer")
        }
        return observation(reference)
    }

    private func observation(_ reference: SubmissionReference) -> Observation {
        guard reference.host == process.host.name else {
            return .elsewhere("it runs on \(reference.host), this is \(process.host.name)")
        }
        guard let start = process.host.starts[world.engineName(reference.name, process)], !start.isForgotten else {
            let isSealed = world.isSealed(reference.name, for: reference.token, process)
            return isSealed ? .gone("it was sealed before it was started") : .absent
        }
        switch start.end(at: world.loop.now) {
        case nil: return .running(since: process.host.clock(at: start.at))
        case .status(let status): return .ended(status: status, at: nil)
        case .vanished(let why): return .gone(why)
        }
    }

    func seal(_ reference: SubmissionReference) async throws -> Observation {
        try process.demandAlive()
        let act = process.nextAct()
        if world.strikes(.pauseBeforeSeal, process, act) {
            world.pause(process, act, "before sealing \(reference.name)")
        }
        if world.strikes(.silentEngine, process, act) {
            world.note(process, "the engine does not answer to the seal of \(reference.name)")
            throw Diagnostic.engineUnreachable("the engine", "no answer")
        }
        await time.pass(1)
        try process.demandAlive()
        let known = observation(reference)
        guard known == .absent else { return known }
        let name = world.engineName(reference.name, process)
        try process.host.pass(name, reference.token)
        process.host.seals[name] = reference.token ?? .max
        world.note(process, "seals \(reference.name)")
        return .absent
    }

    func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        while process.isAlive {
            let observation = observation(reference)
            guard case .running = observation else { return observation }
            let left = deadline.map { ($0 - time.now()).milliseconds } ?? 1000
            guard left > 0, !Task.isCancelled else { return observation }
            let start = process.host.starts[world.engineName(reference.name, process)]
            let end = start.map { $0.natural.at - world.loop.now } ?? left
            await time.pass(max(1, min(left, end)))
        }
        return .absent
    }

    func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        try process.demandAlive()
        let act = process.nextAct()
        if world.strikes(.crashBeforeCancellation, process, act) {
            world.crash(process, "before cancelling \(reference.name)")
            throw Crashed()
        }
        if world.strikes(.silentEngine, process, act) {
            world.note(process, "the engine does not answer to the end of \(reference.name)")
            throw Diagnostic.engineUnreachable("the engine", "no answer")
        }
        if world.strikes(.failedCancellation, process, act) {
            world.note(process, "\(reference.name) cannot be cancelled")
            throw Diagnostic("SLW6902", "it is still there")
        }
        if case .running = observation(reference),
            let start = process.host.starts[world.engineName(reference.name, process)]
        {
            await time.pass(Int64(world.dice.int(1...30, .engineDelay, process.place, act)))
            try process.demandAlive()
            if start.resists {
                _ = await wait(for: reference, until: time.now() + grace)
                try process.demandAlive()
                world.cut(start, .vanished("killed"), by: process)
            } else {
                world.cut(start, .status(143), by: process)
            }
        }
        if world.strikes(.crashAfterCancellation, process, act) {
            world.crash(process, "after cancelling \(reference.name)")
            throw Crashed()
        }
    }
}
