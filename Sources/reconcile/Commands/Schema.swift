import ArgumentParser
import Manifests

struct Schema: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the manifests, for editors and other checkers.")

    @Argument(
        help: """
            Only one kind: job, queue, agentpool, run, policy or defaults; or patch, for the documents of an overlay.
            """)
    var kind: String?

    @Flag(help: "The reference page of all kinds, in Markdown, instead.")
    var markdown = false

    func validate() throws {
        guard !markdown || kind == nil else { throw ValidationError("the reference page is of all kinds") }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        guard !markdown else {
            console.print(ReferencePage.markdown)
            return .done
        }
        console.print(json: try kind.map(schema) ?? ManifestSchemas.jsonSchema)
        return .done
    }

    private func schema(of kind: String) throws -> JSONValue {
        // Neither is a kind of object, which is what other commands take.
        switch kind.lowercased() {
        case "defaults": return ManifestSchemas.defaultsSchema
        case "patch": return ManifestSchemas.patchSchema
        default: return ManifestSchemas.jsonSchema(of: try Kind.named(kind))
        }
    }
}
