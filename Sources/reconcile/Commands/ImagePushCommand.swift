import ArgumentParser
import Images
import Manifests
import Planning
import Reconciler
import YAML

struct ImagePushCommand: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Build the image of a job as it is checked out, and put it into a registry.",
        discussion: """
            Without a name it goes where the pools keep their images (`registry.location`), and is recorded, so that \
            pools with `builder: {type: none}` find it.
            """)

    @Argument(help: "The job, as name or namespace/name.")
    var job: String

    @Argument(help: "Where to: HOST/PATH[:TAG].")
    var reference: String?

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let target = try reference.map { text in
            let named = try ImageReference(text)
            guard named.digest == nil else { throw Diagnostic.digestIsNoTarget(text) }
            return try ImageReference(host: named.host, repository: named.repository, tag: named.tag ?? "latest")
        }
        let reconciler = try state.reconciler(manifests: manifests.paths)
        let image = try await reconciler.pushImage(of: ObjectName(reference: job), to: target) {
            console.say("    \($0.printable)")
        }
        switch output.output {
        case .json:
            console.print(
                json: .object([
                    "formatVersion": .string("1"), "reference": .string("\(image)"),
                    "digest": image.digest.map { .string("\($0)") } ?? .null,
                ]))
        case .text: console.print("\(image)")
        }
        return .done
    }
}
