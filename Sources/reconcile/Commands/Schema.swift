import ArgumentParser
import Manifests

struct Schema: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the manifests, for editors and other checkers.")

    @Argument(help: "Only one kind: job, queue, agentpool, run, policy or defaults.")
    var kind: String?

    func execute(_ console: Console) async throws -> ExitStatus {
        console.print(json: try kind.map(schema) ?? ManifestSchemas.jsonSchema)
        return .done
    }

    private func schema(of kind: String) throws -> JSONValue {
        // They are no kind of object, which is what other commands take.
        if kind.lowercased() == "defaults" { return ManifestSchemas.defaultsSchema }
        return ManifestSchemas.jsonSchema(of: try Kind.named(kind))
    }
}
