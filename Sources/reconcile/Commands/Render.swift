import ArgumentParser
import Manifests
import Reconciler
import YAML

struct Render: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print the manifests as they are once defaults and patches have been put together.",
        discussion: """
            They are ordered by kind, namespace and name. Paths in them are relative to the repository's root, so that \
            they mean the same in a file there. Fields that nobody wrote are left out. With -f -, manifests are read \
            from stdin, as if they were in a file there.
            """)

    enum Format: String, Sendable, ExpressibleByArgument, CaseIterable {
        case yaml
        case json
    }

    @OptionGroup var manifests: ManifestOptions

    @Flag(help: "Add to each value a comment with the file and line that wrote it. JSON always has them.")
    var provenance = false

    @Option(name: [.short, .long], help: "How they are printed.")
    var output: Format = .yaml

    func execute(_ console: Console) async throws -> ExitStatus {
        let found = try await StateOptions.reconciler(ofFiles: manifests.paths).rendered(manifests.texts())
        console.warn(found.warnings)
        switch output {
        case .yaml:
            console.print(found.manifests.map { $0.yaml(withProvenance: provenance) }.joined(separator: "---\n"))
        case .json:
            console.print(json: ["formatVersion": "1", "items": .array(try found.manifests.map { try $0.json() })])
        }
        return .done
    }
}
