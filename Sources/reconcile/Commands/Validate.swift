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
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try StateOptions.reconciler(ofFiles: manifests.paths)
        do {
            let (reading, denials) = try await reconciler.validate(for: target.target)
            guard reading.files > 0 || !reading.input.desired.isEmpty else {
                throw Diagnostics([.noManifests(manifests.paths)])
            }
            guard denials.isEmpty else { throw Diagnostics(reading.warnings + denials) }
            show(reading.warnings, reading, console)
            return .done
        } catch let error where output.output == .json {
            let found = (error as? Diagnostics)?.all ?? (error as? Diagnostic).map { [$0] }
            guard let found else { throw error }
            console.print(json: DiagnosticsJSON.value(found))
            return ExitStatus(found)
        }
    }

    private func show(_ warnings: [Diagnostic], _ reading: DesiredReading, _ console: Console) {
        switch output.output {
        case .json: console.print(json: DiagnosticsJSON.value(warnings))
        case .text:
            console.warn(warnings)
            let desired = reading.input.desired
            let jobs = "\(desired.jobs.count) jobs, \(desired.queues.count) queues"
            let runs = "\(desired.pools.count) agent pools, \(desired.runs.count) runs"
            let policies = desired.policies.isEmpty ? "" : ", \(desired.policies.count) policies"
            console.print("Valid: \(jobs), \(runs)\(policies) in \(reading.files) files")
        }
    }
}
