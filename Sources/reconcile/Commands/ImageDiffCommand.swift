import ArgumentParser
import Images
import Manifests
import Reconciler

struct ImageDiffCommand: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two images: files, Python packages, configuration.")

    @Argument(help: "A job version (train@v1; train is the newest), or the digest of an image in the layout.")
    var before: String

    @Argument(help: "What it is compared with.")
    var after: String

    @Flag(help: "End with status 4 where anything differs.")
    var exitCode = false

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let diff = try await state.reconciler().imageDiff(before, after)
        switch output.output {
        case .text: console.print(ImageDiffView(style: console.style).text(diff))
        case .json: console.print(json: ImageDiffView.json(diff))
        }
        return exitCode && !diff.isEmpty ? .runsFailed : .done
    }
}
