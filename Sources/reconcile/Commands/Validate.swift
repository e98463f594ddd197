import ArgumentParser
import Manifests
import Planning
import Reconciler
import YAML

struct Validate: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check everything that can be known from the files alone; report all errors at once.",
        discussion: """
            With --fix, mistakes are mended where nothing else can have been meant (misspelled fields and words, a \
            number where text is wanted), and what is left is reported; everything else in the files stays as it is. \
            With --diff nothing is written, and what --fix would change is printed. What else is offered as a change \
            is shown, and left to a person. docs/validate.md says which is which.

            With -f -, manifests are read from stdin, as if they were in a file in the repository's root.
            """)

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var target: TargetOptions

    @Option(name: [.short, .long], help: "For whom the findings are printed: a person, or a program.")
    var output: ValidationFormat = .text

    @Flag(help: "Mend in the files what can be meant in one way only, and report what is left.")
    var fix = false

    @Flag(help: "Write nothing, and print as a unified diff what --fix would change.")
    var diff = false

    func validate() throws {
        if diff, output != .text { throw ValidationError("--diff is for people, and goes with no other --output.") }
        if fix || diff, manifests.hasInput { throw ValidationError("--fix and --diff change files, and - is none.") }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try StateOptions.reconciler(ofFiles: manifests.paths)
        guard fix || diff else {
            return show(try await reconciler.validate(for: target.target, manifests.texts()), console)
        }
        let report = try await reconciler.mend(for: target.target, writes: !diff)
        for change in report.changes where diff {
            console.print(
                UnifiedDiff(change.before.text(change.path), change.after.text(change.path)).text(change.path))
        }
        MendingView(report: report, isWritten: !diff).lines.forEach(console.say)
        let status = show(report.check, console)
        // Nothing has been mended, and what would be is as wrong as before.
        let isBroken = report.mended.contains { $0.severity == .error }
        return diff && status == .done && isBroken ? .invalidManifests : status
    }

    private func show(_ check: ManifestCheck, _ console: Console) -> ExitStatus {
        output == .text ? showText(check, console) : showReport(check, console)
    }

    private func showText(_ check: ManifestCheck, _ console: Console) -> ExitStatus {
        let status = console.report(check.diagnostics)
        let mendable = check.diagnostics.count { $0.isMendable }
        if mendable > 0, !fix, !diff {
            let which = check.diagnostics.count == 1 ? "it" : "\(mendable) of them"
            console.say("`reconcile validate --fix` mends \(which)")
        }
        guard !check.hasErrors else { return status }
        // A diff is followed by nothing that is none.
        if diff { console.say(check.summary) } else { console.print(check.summary) }
        return .done
    }

    private func showReport(_ check: ManifestCheck, _ console: Console) -> ExitStatus {
        if output == .github, check.hasErrors,
            let failure = FailureReport(Diagnostics(check.diagnostics), heading: "Manifests")
        {
            StepReport(console).write(failure)
        }
        let summary = check.hasErrors ? DiagnosticView.summary(check.diagnostics) : check.summary
        let texts = check.diagnostics.map(DiagnosticView(style: .plain).text) + [summary].compactMap { $0 }
        let report = ValidationReport(
            diagnostics: check.diagnostics, place: manifests.paths.first ?? "", files: check.files,
            text: texts.joined(separator: "\n"))
        console.print(report.document(output) ?? "")
        return check.hasErrors ? ExitStatus(check.diagnostics) : .done
    }
}

extension ManifestCheck {
    fileprivate var summary: String {
        let jobs = "\(desired.jobs.count) jobs, \(desired.queues.count) queues"
        let runs = "\(desired.pools.count) agent pools, \(desired.runs.count) runs"
        let policies = desired.policies.isEmpty ? "" : ", \(desired.policies.count) policies"
        return "Valid: \(jobs), \(runs)\(policies) in \(files.count) files"
    }
}

extension [UInt8] {
    /// As it is shown: also what is UTF-16 has lines.
    fileprivate func text(_ path: String) -> String {
        String(decoding: SourceFile(path: path, bytes: self).inUTF8 ?? self, as: UTF8.self)
    }
}
