import ArgumentParser
import Manifests
import Planning
import Reconciler
import YAML

struct Validate: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check everything that can be known from the files alone; report all errors at once.")

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var target: TargetOptions

    @Option(name: [.short, .long], help: "For whom the findings are printed: a person, or a program.")
    var output: ValidationFormat = .text

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try StateOptions.reconciler(ofFiles: manifests.paths)
        do {
            let (reading, denials) = try await reconciler.validate(for: target.target)
            guard reading.files > 0 || !reading.input.desired.isEmpty else {
                throw Diagnostics([.noManifests(manifests.paths)])
            }
            guard denials.isEmpty else { throw Diagnostics(reading.warnings + denials) }
            show(reading, console)
            return .done
        } catch  where output != .text {
            let found = (error as? Diagnostics)?.all ?? (error as? Diagnostic).map { [$0] }
            guard let found else { throw error }
            if output == .github, let failure = FailureReport(error, heading: "Manifests") {
                StepReport(console).write(failure)
            }
            console.print(report(found, summary: DiagnosticView.summary(found)))
            return ExitStatus(found)
        }
    }

    private func show(_ reading: DesiredReading, _ console: Console) {
        let desired = reading.input.desired
        let jobs = "\(desired.jobs.count) jobs, \(desired.queues.count) queues"
        let runs = "\(desired.pools.count) agent pools, \(desired.runs.count) runs"
        let policies = desired.policies.isEmpty ? "" : ", \(desired.policies.count) policies"
        let summary = "Valid: \(jobs), \(runs)\(policies) in \(reading.files) files"
        if output == .text {
            console.warn(reading.warnings)
            if let count = DiagnosticView.summary(reading.warnings) { console.say(count) }
            console.print(summary)
        } else {
            console.print(report(reading.warnings, summary: summary))
        }
    }

    private func report(_ diagnostics: [Diagnostic], summary: String?) -> String {
        let texts = diagnostics.map(DiagnosticView(style: .plain).text) + [summary].compactMap { $0 }
        return ValidationReport(
            diagnostics: diagnostics, place: manifests.paths.first ?? "", text: texts.joined(separator: "\n")
        ).document(output) ?? ""
    }
}
