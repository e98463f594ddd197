import ArgumentParser
import Foundation
import Manifests
import Reconciler
import Records

struct Outputs: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "List the declared outputs of a run that has succeeded, or copy them into a folder.",
        discussion: """
            They come from the attempt's own folder where that is on this machine, and otherwise from the store that \
            its pool names (`artifacts`). Each is compared with the digest that was recorded when the run ended, and \
            is copied whole or not at all.
            """)

    @Argument(help: "The run, as name or namespace/name.")
    var run: String

    @Option(help: ArgumentHelp("The folder to copy them into; it is made where it is not there.", valueName: "folder"))
    var to: String?

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let folder = to.map { URL(fileURLWithPath: $0).path }
        let outputs = try await state.reconciler().outputs(of: ObjectName.run(run), to: folder)
        switch output.output {
        case .json:
            console.print(json: .object(["formatVersion": .string("1"), "outputs": .array(outputs.map(json))]))
        case .text:
            var table = Table("OUTPUT", "KIND", "BYTES", folder == nil ? "DIGEST" : "COPIED TO")
            for output in outputs {
                let fields = output.digest.recorded
                table.add(
                    output.path, fields["kind"]?.string ?? "", fields["size"]?.int.map { String($0) } ?? "-",
                    output.target ?? fields["digest"]?.string ?? fields["why"]?.string ?? "-")
            }
            console.print(table.text)
        }
        return .done
    }

    private func json(_ output: RunOutput) -> JSONValue {
        var fields = output.digest.recorded.object ?? [:]
        fields["path"] = .string(output.path)
        fields["copiedTo"] = output.target.map { .string($0) }
        return .object(fields)
    }

    func validate() throws {
        if to?.isEmpty == true { throw ValidationError("--to names no folder.") }
    }
}
