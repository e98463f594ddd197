import ArgumentParser
import Images
import Reconciler

struct ImageVerifyCommand: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check an image, what is said of it, and who signed that; name each thing that is wrong.",
        discussion: """
            An image is a job (NAME, NAMESPACE/NAME, with @v3 for a version), a digest in the layout (sha256:…), \
            oci:FOLDER:TAG, or HOST/PATH:TAG or HOST/PATH@sha256:… of a registry. Every blob is read; the provenance's \
            commit is looked for in the repository around this folder. The exit status is 1 where a check failed.
            """)

    @Argument(help: "The image.")
    var image: String

    @Option(help: ArgumentHelp("The public key whose signature counts: PEM, or OpenSSH's .pub.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "The keys whose signatures count: OpenSSH's allowed signers, for the namespace slipway.", valueName: "file")
    )
    var allowedSigners: String?

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if key != nil, allowedSigners != nil { throw ValidationError("Give --key or --allowed-signers, not both.") }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let trust: ImageTrust =
            if let key { .key(key) } else if let allowedSigners { .allowedSigners(allowedSigners) } else { .nobody }
        let verified = try await state.reconciler().verifyImage(image, trusting: trust)
        let view = VerificationView(style: console.style)
        switch output.output {
        case .json: console.print(json: view.json(verified))
        case .text: console.print(view.text(verified))
        }
        return verified.isSound ? .done : .error
    }
}
