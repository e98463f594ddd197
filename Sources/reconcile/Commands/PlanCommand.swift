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
    @OptionGroup var target: TargetOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "End with status 2 where changes are pending.")
    var detailedExitcode = false

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler(manifests: manifests.paths, policy: policy.policy)
        let work = try await reconciler.plan(for: target.target)
        console.warn(work.plan.warnings)
        switch output.output {
        case .json: console.print(json: work.plan.json)
        case .text: console.print(work.plan.text(style: console.style))
        }
        guard work.plan.refusals.isEmpty else { return console.report(work.plan.refusals) }
        return detailedExitcode && work.plan.hasChanges ? .changesPending : .done
    }
}
