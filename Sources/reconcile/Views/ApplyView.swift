import Agents
import Engines
import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Store
import Synchronization
import YAML

/// What an apply looks like while it works: on a terminal a few lines that are redrawn, elsewhere one line per change.
final class ApplyView: Sendable {
    private struct Line {
        var name: ObjectName
        var phase: RunPhase
        var since: ContinuousClock.Instant
        var message: String
    }

    private struct State {
        var lines: [RunID: Line] = [:]
        var build = ""
        var drawn = 0
        var frame = 0
        /// Runs whose end has been told already.
        var told: Set<RunID> = []
    }

    private let console: Console
    private let runsFolder: String
    private let state = Mutex(State())
    private let clock = ContinuousClock()
    private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    /// How many runs are shown at once.
    private static let most = 12

    init(console: Console, runsFolder: String) {
        self.console = console
        self.runsFolder = runsFolder
    }

    /// Redraws the terminal while a body works.
    func whileDrawing<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        guard console.isInteractive else { return try await body() }
        defer { state.withLock { erase(&$0) } }
        return try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask { try await body() }
            group.addTask { [self] in
                while !Task.isCancelled {
                    state.withLock { redraw(&$0) }
                    try? await Task.sleep(for: .milliseconds(100))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    func show(_ event: ApplyEvent) {
        state.withLock { state in
            switch event {
            case .planned(let work): say(opening(work), &state)
            case .released(let agents):
                let agents = Self.counted(agents.count, "agent")
                say("An earlier reconcile ended early, with \(agents); its work is taken over", &state)
            case .building(let line):
                state.build = line.trimmingCharacters(in: .whitespacesAndNewlines).printable
                if !console.isInteractive { console.say("    \(state.build)") }
            case .run(let report): update(report, &state)
            case .waitsFor(let holder, let asksForHandover):
                let hope = asksForHandover ? "it applies an older commit, and is asked to hand over" : "waiting for it"
                say("The state is held by \(holder.description.printable); \(hope)", &state)
            case .tookOver(let holder):
                say("The state was held by \(holder.description.printable), who is gone; it is taken over", &state)
            case .stranded(let runs):
                let mark = console.errorStyle.mark("!", .caution)
                for run in runs {
                    let why = "waits for the machine that holds its inputs, and no agent of it is there"
                    say("\(mark) Run/\(run.name) \(why); `reconcile explain run/\(run.name)` says more", &state)
                }
            case .deployment(let report): say(line(of: report), &state)
            case .unmanned(let pools):
                for pool in pools {
                    let mark = console.errorStyle.mark("!", .caution)
                    say("\(mark) AgentPool/\(pool.pool) has work and nobody to do it: \(pool.message)", &state)
                }
            }
        }
    }

    private func line(of report: DeploymentReport) -> String {
        let style = console.errorStyle
        let subject = "AgentPool/\(report.pool)  Deployment \(report.name)"
        switch report.outcome {
        case .failed(let fault):
            return "\(style.mark("!", .caution)) AgentPool/\(report.pool)  \(fault.message.printable) "
                + "[\(fault.code.rawValue)]"
        case .changed(.created): return "\(style.mark("+", .good)) \(subject) made"
        case .changed(.deleted): return "\(style.mark("-", .caution)) \(subject) deleted"
        case .changed(.changed(let fields)):
            return "\(style.mark("~", .caution)) \(subject) changed: \(fields.joined(separator: ", ").printable)"
        case .changed(.unchanged), .changed(.absent): return ""
        }
    }

    private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    private func opening(_ work: PlannedWork) -> String {
        let style = console.errorStyle
        guard work.plan.hasRecordChanges else {
            return work.plan.inFlight.isEmpty && work.plan.drift.isEmpty ? "" : work.plan.text(style: style)
        }
        return "\(style.mark("Revision", .faint)) \(work.revision)\n\n" + work.plan.text(style: style)
    }

    private func update(_ report: RunReport, _ state: inout State) {
        let run = report.run
        let style = console.errorStyle
        let known = state.lines[run.id]
        if run.phase.isTerminal {
            state.lines[run.id] = nil
            state.told.insert(run.id)
            say(ending(run), &state)
            return
        }
        if report.isAdopted {
            say("\(style.mark("↻", .accent)) Run/\(run.name)  taken over: attempt \(run.attempt)", &state)
        }
        if run.phase == .pending {
            state.lines[run.id] = nil
            say("\(style.mark("…", .caution)) Run/\(run.name)  \(run.message)", &state)
            return
        }
        let since = known?.phase == run.phase ? known?.since ?? clock.now : clock.now
        state.lines[run.id] = Line(name: run.name, phase: run.phase, since: since, message: run.message)
        if !console.isInteractive, known?.phase != run.phase, run.phase != .submitting {
            console.say("  Run/\(run.name)  \(run.phase.rawValue)")
        }
    }

    private func ending(_ run: RunRecord) -> String {
        let style = console.errorStyle
        // When it began is not known of what an engine ran to its end between two looks.
        let took = run.startedAt.flatMap { start in run.finishedAt.map { " in \(($0 - start).inWords)" } } ?? ""
        guard run.phase == .succeeded else {
            let mark = run.phase == .cancelled ? style.mark("−", .caution) : style.mark("✗", .bad)
            let log = run.phase == .cancelled ? "" : "\n    see `reconcile logs \(run.name)`"
            return "\(mark) Run/\(run.name)  \(run.phase.rawValue): \(run.message)\(log)"
        }
        let metrics = MetricsLine.last(in: "\(runsFolder)/\(run.folder)/\(run.attempt)/metrics.jsonl")
        return "\(style.mark("✔", .good)) Run/\(run.name)  succeeded\(took)"
            + (metrics.map { "  \(style.mark($0, .faint))" } ?? "")
    }

    /// Prints a line that stays, above those that are redrawn.
    private func say(_ text: String, _ state: inout State) {
        erase(&state)
        if !text.isEmpty { console.say(text.hasSuffix("\n") ? String(text.dropLast()) + "\n" : text) }
    }

    private func erase(_ state: inout State) {
        guard state.drawn > 0 else { return }
        console.draw("\u{1B}[\(state.drawn)A\u{1B}[J")
        state.drawn = 0
    }

    private func redraw(_ state: inout State) {
        erase(&state)
        state.frame += 1
        let style = console.errorStyle
        let frame = style.mark(Self.frames[state.frame % Self.frames.count], .accent)
        let lines = state.lines.values.sorted { ($0.name) < ($1.name) }
        // A line that wraps would take more rows than are erased afterwards.
        let room = max(0, console.width - 2)
        var drawn = lines.prefix(Self.most).map { line in
            let building = line.phase == .building && !state.build.isEmpty ? "  \(state.build)" : ""
            let seconds = (clock.now - line.since).components.seconds
            let text = " Run/\(line.name)  \(line.phase.rawValue) \(Duration.seconds(seconds).inWords)".prefix(room)
            return frame + text + style.mark(String(building.prefix(min(60, room - text.count))), .faint)
        }
        if lines.count > Self.most { drawn.append("  and \(lines.count - Self.most) more") }
        guard !drawn.isEmpty else { return }
        console.draw(drawn.map { "\($0)\n" }.joined())
        state.drawn = drawn.count
    }

    /// The last words, and the status with which to end.
    func conclude(_ result: ApplyResult, waited mode: WaitMode) -> ExitStatus {
        console.warn(result.work.plan.warnings)
        let failed = result.failed
        let summary = result.summary
        switch result.end {
        case .interrupted:
            console.warn([.interrupted()])
            return .interrupted
        case .timedOut:
            console.say("Timed out: \(summary). What runs goes on; `reconcile` takes it up again.")
            return .timedOut
        case .handedOver(let next):
            console.print(
                "Handed over to commit \(next.commit.prefix(12)) of \(next.actor.printable): \(summary)")
            return .done
        case .settled: break
        }
        let faults = result.deploymentFaults
        let told = state.withLock { $0.told }
        for run in failed where !told.contains(run.execution.id) {
            console.say("  Run/\(run.name) \(run.execution.phase.rawValue): \(run.execution.message)")
        }
        let waiting = result.runs.filter { !$0.execution.phase.isTerminal }
        if mode == .completed {
            for run in waiting {
                let queue = run.execution.specification.queue
                let why = "waits: queue \(queue) is suspended or served by no pool"
                let isBlocked = run.execution.isBlocked
                console.say("  Run/\(run.name) \(isBlocked ? "is blocked: \(run.execution.message)" : why)")
            }
        }
        if !failed.isEmpty || waiting.contains(where: \.execution.isStuck) {
            console.say(
                "\(summary). A failed run stays so until its manifest changes or `reconcile retry` asks for it.")
            return .runsFailed
        }
        guard faults.isEmpty else {
            console.say("\(summary), and not all Deployments are as they should be; the next apply tries again.")
            return console.report(faults)
        }
        let nothing =
            result.deployments.isEmpty && !result.work.plan.hasRecordChanges && result.work.plan.inFlight.isEmpty
        console.print(nothing ? "Nothing to do: \(summary)" : "Done: \(summary)")
        return .done
    }
}

extension ApplyResult {
    /// `2 succeeded, 1 failed of 3 runs`.
    var summary: String {
        let phases = Dictionary(grouping: runs, by: \.execution.phase)
        let parts = RunPhase.allCases.compactMap { phase in phases[phase].map { "\($0.count) \(phase.rawValue)" } }
        return parts.isEmpty ? "no runs are wanted" : "\(parts.joined(separator: ", ")) of \(runs.count) runs"
    }

    /// The runs that ended badly.
    var failed: [(name: ObjectName, execution: RunRecord)] {
        runs.filter { [.failed, .cancelled, .lost].contains($0.execution.phase) }
    }
}
