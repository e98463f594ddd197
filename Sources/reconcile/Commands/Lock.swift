import ArgumentParser
import Images
import Manifests
import Planning
import Reconciler

struct Lock: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract:
            "Choose the versions of jobs' Python packages, and write them down with digests beside the requirements.",
        discussion: """
            The lock of requirements.txt is requirements.lock, that of pyproject.toml pyproject.lock; it is meant to \
            be reviewed and committed. A build installs what the lock says, and nothing else. What is locked stays as \
            it is until the requirements change, or --upgrade asks for newer versions.

            With --check nothing is written, and the exit status is 2 where a lock is missing or stale.
            """)

    @Argument(help: "Jobs, as name or namespace/name. Default: all that name requirements.")
    var jobs: [String] = []

    @Flag(help: "Write nothing; end with status 2 where a lock is missing or stale.")
    var check = false

    @Flag(help: "Choose anew what is locked already, too.")
    var upgrade = false

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if check && upgrade { throw ValidationError("--check writes nothing, so there is nothing to --upgrade.") }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let reconciler = try StateOptions.reconciler(ofFiles: manifests.paths)
        let names = jobs.map { ObjectName(reference: $0) }
        let reports = try await reconciler.lock(names, checks: check, upgrade: upgrade) {
            console.say("    \($0.printable)")
        }
        switch output.output {
        case .json:
            console.print(json: .object(["formatVersion": .string("1"), "locks": .array(reports.map(json))]))
        case .text:
            if reports.isEmpty { console.print("No job names requirements") }
            for report in reports { print(report, console) }
        }
        let isPending = reports.contains { $0.report.state == .missing || $0.report.state == .stale }
        return isPending ? .changesPending : .done
    }

    private func print(_ lock: LockReport, _ console: Console) {
        let report = lock.report
        let file = lock.shown(report.file)
        guard let path = report.lock.map(lock.shown) else {
            console.print("\(file) needs no lock")
            return
        }
        switch report.state {
        case .notNeeded: console.print("\(file) needs no lock")
        case .current: console.print("\(path) is current")
        case .written: console.print("Wrote \(path)")
        case .missing, .stale:
            console.print("\(path) is \(report.state.rawValue): \(report.reasons.joined(separator: "; "))")
        }
        if report.state != .missing, report.state != .stale {
            for target in report.targets {
                let count = target.packages.count
                console.print("  \(target.name): \(count) package\(count == 1 ? "" : "s")")
            }
        }
        for package in report.removed { console.print("  - \(package)") }
        for package in report.added { console.print("  + \(package)") }
    }

    private func json(_ lock: LockReport) -> JSONValue {
        let report = lock.report
        return .object([
            "jobs": .array(lock.jobs.map { .string($0.description) }),
            "requirements": .string(lock.shown(report.file)),
            "lock": report.lock.map { .string(lock.shown($0)) } ?? .null,
            "state": .string(report.state.rawValue),
            "reasons": .array(report.reasons.map(JSONValue.string)),
            "targets": .array(
                report.targets.map {
                    .object(["target": .string($0.name), "packages": .array($0.packages.map(JSONValue.string))])
                }),
        ])
    }
}
