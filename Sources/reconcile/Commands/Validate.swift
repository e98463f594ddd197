import ArgumentParser
import Manifests
import Planning
import Reconciler
import YAML

struct Validate: ReconcileCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check everything that can be known from the files alone; report all errors at once.")

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var output: OutputOptions

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try StateOptions.reconciler(ofFiles: manifests.paths)
        do {
            let reading = try await reconciler.read()
            guard reading.files > 0 || !reading.input.desired.isEmpty else {
                throw Diagnostics([.noManifests(manifests.paths)])
            }
            show(reading.warnings, reading, console)
            return .done
        } catch let diagnostics as Diagnostics where output.output == .json {
            console.print(json: DiagnosticsJSON.value(diagnostics.all))
            return ExitStatus(diagnostics.all)
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
            console.print("Valid: \(jobs), \(runs) in \(reading.files) files")
        }
    }
}
