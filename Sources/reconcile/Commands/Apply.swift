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

    @Option(
        help: ArgumentHelp(
            "How long to wait for another reconcile that holds the state. Default: not at all; for one that applies an "
                + "older commit, which is asked to hand over, two minutes.", valueName: "duration"))
    var lockTimeout: DurationArgument?

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler(manifests: manifests.paths, policy: policy.policy)
        let view = ApplyView(console: console, runsFolder: reconciler.paths.runs)
        let result = try await view.whileDrawing {
            try await reconciler.apply(
                wait: wait, timeout: timeout?.duration, lockTimeout: lockTimeout?.duration
            ) { view.show($0) }
        }
        return view.conclude(result, waited: wait)
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
