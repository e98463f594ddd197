public import ArgumentParser
import Manifests
import Planning
public import Reconciler
import Records
import YAML

struct Apply: ReconcileCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plan, act and wait until everything has converged (the default).")

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var policy: PolicyOptions

    @Option(help: "How long to stay: until runs are completed, until engines have them (submitted), or none.")
    var wait: WaitMode = .completed

    @Option(help: ArgumentHelp("The longest to stay, such as 90s or 1h30m.", valueName: "duration"))
    var timeout: DurationArgument?

    @OptionGroup var notify: NotifyOptions
    @OptionGroup var notes: NotesOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler(manifests: manifests.paths, policy: policy.policy)
        let notifier = try notify.notifier(reconciler.setting)
        let view = ApplyView(console: console, runsFolder: reconciler.paths.runs)
        do {
            let result = try await view.whileDrawing {
                try await reconciler.apply(wait: wait, timeout: timeout?.duration) { view.show($0) }
            }
            let status = view.conclude(result, waited: wait)
            // Whoever interrupts it wants it to end now; the next apply tells what came of the work.
            guard result.end != .interrupted else { return status }
            if notes.isOn {
                console.warn(await reconciler.writeNotes(after: result, pushingTo: notes.pushNotes))
            }
            if !notifier.isIdle { console.warn(await notifier.tell(reconciler.notification(of: result))) }
            return status
        } catch let error where !notifier.isIdle && !(error is CancellationError) {
            let faults = (error as? Diagnostics)?.all ?? [(error as? Diagnostic) ?? .unexpected(error)]
            console.warn(await notifier.tell(await reconciler.notification(of: faults)))
            throw error
        }
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
