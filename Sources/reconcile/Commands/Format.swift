import ArgumentParser
import Foundation
import Manifests
import Planning
import Reconciler
import YAML

struct Format: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Rewrite manifests in canonical style; every comment and the meaning stay.",
        discussion: """
            Only files that hold manifests are looked at, as by validate, and only those that change are written. A \
            file with errors is left alone and reported; the others are formatted nevertheless. The style is \
            described in docs/formatting.md.

            With --check nothing is written; what would change is listed, and the exit status is 2 where anything \
            would. With --diff nothing is written, and what would change is printed. The status is 3 where a file is \
            no valid YAML, 1 where one cannot be read or written.
            """)

    @Argument(
        help: "Manifests or folders of manifests, as with -f; - reads stdin and writes stdout. Default: manifests.",
        completion: .file())
    var paths: [String] = []

    @OptionGroup var manifests: ManifestOptions

    @Flag(help: "Write nothing, list the files that would change, and end with status 2 where there are any.")
    var check = false

    @Flag(help: "Write nothing, and print what would change as a unified diff.")
    var diff = false

    private var isPipe: Bool { paths == ["-"] }

    func validate() throws {
        guard paths.contains("-"), !isPipe || !manifests.filenames.isEmpty else { return }
        throw ValidationError("- stands for stdin, and goes with no other path.")
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let report = isPipe ? try Self.formatInput(console, shows: !check && !diff) : try await formatFiles()
        let changed = report.changed
        for file in changed {
            if diff {
                console.print(UnifiedDiff(file.before.text, file.after.text).text(file.path))
            } else if !isPipe {
                console.print(file.path)
            }
        }
        if !isPipe {
            let verb = check || diff ? "would change" : "formatted"
            console.say("\(changed.count) of \(report.files.count) files \(verb)")
        }
        let status = report.diagnostics.isEmpty ? .done : console.report(report.diagnostics)
        return status == .done && check && !changed.isEmpty ? .changesPending : status
    }

    private func formatFiles() async throws -> FormattingReport {
        let given = paths + manifests.filenames
        let reconciler = try StateOptions.reconciler(ofFiles: given.isEmpty ? manifests.paths : given)
        return try await reconciler.format(writes: !check && !diff)
    }

    /// What is piped through is printed only where it could be formatted, so that an editor keeps what it has.
    private static func formatInput(_ console: Console, shows: Bool) throws -> FormattingReport {
        let file = FormattedFile(formatting: SourceFile(path: "stdin", bytes: try StandardInput.manifests()))
        if shows, file.diagnostics.isEmpty { console.copy(Data(file.after)) }
        return FormattingReport(files: [file], diagnostics: file.diagnostics)
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
