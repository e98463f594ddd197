import ArgumentParser
import Dispatch
import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Store
import YAML

/// What every subcommand does around its own work: run off the main thread, report every error in one form, and end
/// with the documented status.
protocol ReconcileCommand: AsyncParsableCommand, Sendable {
    func execute(_ console: Console) async throws -> ExitStatus
}

extension ReconcileCommand {
    func run() async throws {
        let status = await runConcurrently()
        guard status != .done else { return }
        throw ExitCode(status.rawValue)
    }

    /// Async commands start on the main actor, where every hop costs two thread switches.
    @concurrent
    private func runConcurrently() async -> ExitStatus {
        // A server that hangs up while it is written to, or a reader that went away, is no reason to die: whoever
        // writes is told of it. Commands of runs get the signal back.
        signal(SIGPIPE, SIG_IGN)
        let console = Console.standard
        let interruption = Interruption()
        let work = Task { try await Interruption.$current.withValue(interruption) { try await execute(console) } }
        let signals = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if !interruption.soften() { work.cancel() }
            }
            source.activate()
            return source
        }
        defer { for source in signals { source.cancel() } }
        do {
            return try await work.value
        } catch let diagnostic as Diagnostic {
            return console.report([diagnostic])
        } catch let diagnostics as Diagnostics {
            return console.report(diagnostics.all)
        } catch is CancellationError {
            return .interrupted
        } catch {
            return console.report([.unexpected(error)])
        }
    }
}

/// Where manifests and state are.
struct StateOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The recorded state: a file, sqlite:PATH, postgres://USER@HOST/DATABASE, or a branch: git or "
                + "git:REMOTE#REF. Default: .slipway/state.db beside the repository's root.",
            valueName: "url"))
    var state: String?

    /// The reconciler of a repository.
    ///
    /// - Parameter ownFiles: files that the command itself writes or reads; in the tree they are no change of it.
    func reconciler(
        manifests: [String] = [], policy: PlanPolicy = PlanPolicy(), ownFiles: [String] = []
    ) throws -> Reconciler {
        let address = state ?? Self.setting.environment["SLIPWAY_STATE"]
        return try Self.reconciler(manifests, policy, ownFiles, state: address)
    }

    /// The same for what needs no state, whatever the environment says of one.
    static func reconciler(
        ofFiles manifests: [String], policy: PlanPolicy = PlanPolicy(), ownFiles: [String] = []
    ) throws -> Reconciler {
        try reconciler(manifests, policy, ownFiles, state: nil)
    }

    private static func reconciler(
        _ manifests: [String], _ policy: PlanPolicy, _ ownFiles: [String], state: String?
    ) throws -> Reconciler {
        let current = FileManager.default.currentDirectoryPath
        let first = manifests.first { FileManager.default.fileExists(atPath: $0) }
        let repository = Repository(around: first.map(place) ?? current, ownFiles: ownFiles)
        let setting = setting
        let location = try StateLocation(state, in: repository, setting)
        return Reconciler(
            setting: setting, repository: repository,
            paths: StatePaths(root: repository.root, state: location.address), manifests: manifests, policy: policy)
    }

    /// This process, with the command as it was given.
    static var setting: Setting {
        Setting.current(
            command: CommandLine.arguments.map(shown).joined(separator: " "), version: Reconcile.version)
    }

    /// The command is recorded with the state's lock; a password in a URL is not.
    static func shown(_ argument: String) -> String {
        // Without a regular expression, which takes longer to make than most commands take.
        let schemes = ["postgres://", "postgresql://"].compactMap { argument.firstRange(of: $0) }
        guard let scheme = schemes.min(by: { $0.lowerBound < $1.lowerBound }) else {
            return GitPlace.redacted(argument)
        }
        return argument[..<scheme.lowerBound] + StateAddress.redacted(String(argument[scheme.lowerBound...]))
    }

    /// Where a path is; for a symbolic link the folder that the link is in. A link into another repository would
    /// otherwise move the state there, where reading the manifests refuses it.
    private static func place(of path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) != nil
        return isLink ? url.deletingLastPathComponent().path : url.path
    }
}

/// The manifests to read.
struct ManifestOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: ArgumentHelp(
            "A manifest or a folder of manifests; may be given several times: a manifest in a later one is a patch of "
                + "the one of its kind and name in an earlier. Default: manifests.", valueName: "path"))
    var filenames: [String] = []

    var paths: [String] { filenames.isEmpty ? ["manifests"] : filenames }

    /// Whether one of the paths is stdin.
    var hasInput: Bool { filenames.contains("-") }

    /// What is read instead of files: stdin, where one of the paths is `-`. Only commands that read and write nothing
    /// take that: what is applied is committed.
    func texts() throws -> ManifestTexts? { hasInput ? ManifestTexts(input: try StandardInput.manifests()) : nil }
}

/// Whose policies a proposal is judged by.
struct TargetOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The branch that this is a proposal for, such as origin/main; its policies hold. "
                + "Default: what the CI's environment says of a pull or merge request.",
            valueName: "ref"))
    var policyRef: String?

    var target: PolicyReference? {
        policyRef.map(PolicyReference.init) ?? PolicyReference(environment: StateOptions.setting.environment)
    }
}

/// What a plan may delete without being asked twice.
struct PolicyOptions: ParsableArguments, Sendable {
    @Flag(help: "Let an empty set of manifests delete everything that is recorded.")
    var allowEmpty = false

    @Flag(help: "Let a plan delete more than half of what is recorded.")
    var allowMassDelete = false

    var policy: PlanPolicy { PlanPolicy(allowsEmpty: allowEmpty, allowsMassDeletion: allowMassDelete) }
}

/// How data is printed.
enum OutputFormat: String, Sendable, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

struct OutputOptions: ParsableArguments, Sendable {
    @Option(name: [.short, .long], help: "How data is printed.")
    var output: OutputFormat = .text
}
