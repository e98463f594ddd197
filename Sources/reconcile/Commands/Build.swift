import ArgumentParser
import Images
import Manifests
import Planning
import Reconciler

struct Build: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the image of a job as it is checked out, into the OCI layout.")

    @Argument(help: "The job, as name or namespace/name.")
    var job: String

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try state.reconciler(manifests: manifests.paths)
        let report = try await reconciler.build(ObjectName(reference: job)) { console.say("    \($0.printable)") }
        let image = report.image
        switch output.output {
        case .json:
            console.print(
                json: .object([
                    "formatVersion": .string("1"), "digest": .string(image.manifestDigest.description),
                    "layout": .string(report.layout), "tag": report.tag.map(JSONValue.string) ?? .null,
                    "reused": .bool(image.reused),
                    "base": image.base?.json ?? .null,
                    "frozenRequirements": .array(image.frozenRequirements.map(JSONValue.string)),
                    "attestations": report.attestations.map(json) ?? .null,
                ]))
        case .text:
            console.print("\(image.reused ? "Unchanged" : "Built") \(image.manifestDigest)")
            if let tag = report.tag { console.print("oci:\(report.layout):\(tag)") }
            if let base = image.base { console.print("  on \(base.reference.printable), which is \(base.manifest)") }
            for requirement in image.frozenRequirements { console.print("  \(requirement)") }
            if let said = report.attestations {
                console.print("SBOM \(said.bill)")
                console.print("Provenance \(said.provenance), \(said.signer.map { "signed by \($0)" } ?? "not signed")")
            }
        }
        return .done
    }

    private func json(_ said: ImageAttestations) -> JSONValue {
        .object([
            "sbom": .string("\(said.bill)"), "provenance": .string("\(said.provenance)"),
            "signer": said.signer.map(JSONValue.string) ?? .null,
        ])
    }
}
