import ArgumentParser
import Manifests

struct Schema: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the manifests, for editors and other checkers.")

    @Argument(help: "Only one kind: job, queue, agentpool, run or policy.")
    var kind: String?

    func execute(_ console: Console) async throws -> ExitStatus {
        console.print(
            json: try kind.map { ManifestSchemas.jsonSchema(of: try Kind.named($0)) } ?? ManifestSchemas.jsonSchema)
        return .done
    }
}
