public import ArgumentParser
import Foundation
import Manifests
import Planning
public import Reconciler
import Records
import YAML

struct Apply: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Plan, act and wait until everything has converged (the default).")

    @Argument(
        help: ArgumentHelp(
            "A plan that `reconcile plan --out` saved: exactly that is done, or nothing where it is stale.",
            valueName: "plan"),
        completion: .file())
    var plan: String?

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var policy: PolicyOptions

    @Option(help: "How long to stay: until runs are completed, until engines have them (submitted), or none.")
    var wait: WaitMode = .completed

    @Option(help: ArgumentHelp("The longest to stay, such as 90s or 1h30m.", valueName: "duration"))
    var timeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "How long to wait for another reconcile that holds the state. Default: not at all; for one that applies an "
                + "older commit, which is asked to hand over, two minutes.", valueName: "duration"))
    var lockTimeout: DurationArgument?

    func validate() throws {
        guard let plan else { return }
        // As the default command this one also gets the words that name no command.
        guard FileManager.default.fileExists(atPath: plan) else {
            throw ValidationError("There is no command and no saved plan '\(plan.printable)'.")
        }
        guard manifests.filenames.isEmpty, policy.policy == PlanPolicy() else {
            throw ValidationError("A saved plan says which manifests and flags it was made with; give none with it.")
        }
    }

    @OptionGroup var notify: NotifyOptions
    @OptionGroup var notes: NotesOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let report = StepReport(console)
        let notifier = try notify.notifier(StateOptions.setting)
        var known: Reconciler?
        do {
            let saved = try plan.map { try PlanFile.read($0, tool: Reconcile.version) }
            let reconciler = try reconciler(for: saved)
            known = reconciler
            let view = ApplyView(console: console, runsFolder: reconciler.paths.runs)
            let result = try await view.whileDrawing {
                try await reconciler.apply(
                    wait: wait, timeout: timeout?.duration, lockTimeout: lockTimeout?.duration, exactly: saved
                ) { view.show($0) }
            }
            let status = view.conclude(result, waited: wait)
            report.write(result.work, result: result, status: status)
            // Whoever interrupts it wants it to end now; the next apply tells what came of the work.
            guard result.end != .interrupted else { return status }
            if notes.isOn { console.warn(await reconciler.writeNotes(after: result, pushingTo: notes.pushNotes)) }
            if !notifier.isIdle { console.warn(await notifier.tell(reconciler.notification(of: result))) }
            return status
        } catch {
            if let failure = FailureReport(error, heading: "Not applied") { report.write(failure) }
            if !notifier.isIdle, !(error is CancellationError), let reconciler = known {
                let faults = (error as? Diagnostics)?.all ?? [(error as? Diagnostic) ?? .unexpected(error)]
                console.warn(await notifier.tell(await reconciler.notification(of: faults)))
            }
            throw error
        }
    }

    private func reconciler(for saved: SavedPlan?) throws -> Reconciler {
        guard let saved, let plan else {
            return try state.reconciler(manifests: manifests.paths, policy: policy.policy)
        }
        let root = Repository(around: FileManager.default.currentDirectoryPath).root
        let paths = saved.manifests.map { $0 == "." ? root : "\(root)/\($0)" }
        return try state.reconciler(manifests: paths, policy: saved.policy, ownFiles: [plan])
    }
}

extension WaitMode: ExpressibleByArgument {}

/// A duration in the syntax of the manifests.
struct DurationArgument: ExpressibleByArgument, Sendable {
    let duration: Duration

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }
}
