import ArgumentParser
import Reconciler

struct Doctor: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether the engines of all queues can be used from here: tools, versions, credentials, quotas.",
        discussion: "Submits nothing. Ends with status 1 where something is found on which nothing could run.")

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let found = try await state.reconciler(manifests: manifests.paths).preflight()
        switch output.output {
        case .text: console.print(PreflightView(style: console.style).text(found))
        case .json: console.print(json: PreflightView.json(found))
        }
        return found.contains(where: \.isBad) ? .error : .done
    }
}
