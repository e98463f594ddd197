import ArgumentParser
import Planning
import Reconciler
import YAML

struct PlanCommand: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what apply would do, and why. Writes nothing.")

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var notify: NotifyOptions

    @Flag(help: "End with status 2 where changes are pending, or what is there is not what is recorded.")
    var detailedExitcode = false

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler(manifests: manifests.paths, policy: policy.policy)
        let notifier = try notify.notifier(reconciler.setting)
        let work = try await reconciler.plan()
        console.warn(work.plan.warnings)
        switch output.output {
        case .json: console.print(json: work.plan.json)
        case .text: console.print(work.plan.text(style: console.style))
        }
        if !notifier.isIdle, let event = reconciler.notification(ofDriftIn: work) {
            console.warn(await notifier.tell(event))
        }
        guard work.plan.refusals.isEmpty else { return console.report(work.plan.refusals) }
        return detailedExitcode && (work.plan.hasChanges || !work.plan.drift.isEmpty) ? .changesPending : .done
    }
}
