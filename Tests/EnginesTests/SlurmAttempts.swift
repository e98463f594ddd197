import Engines
import Foundation
import Manifests
import Records
import Support

/// Attempts of one test on a real Slurm cluster, each with its folder. Whatever is left of them ends with the value.
final class SlurmAttempts: Sendable {
    static let host = "this-machine"

    let cluster: SlurmCluster
    let workspace: TestWorkspace
    let clock = TestClock()
    /// Jobs of different tests share the cluster, and must not share names.
    private let prefix = UUID().uuidString.prefix(8).lowercased()

    init(accounting: Bool = false) throws {
        cluster = try SlurmCluster.shared(accounting: accounting)
        workspace = try TestWorkspace("slurm")
    }

    init(_ cluster: SlurmCluster) throws {
        self.cluster = cluster
        workspace = try TestWorkspace("slurm")
    }

    deinit {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.path)) ?? []
        guard !names.isEmpty else { return }
        _ = try? cluster.run("scancel", "--signal=KILL", "--name=\(names.map(name).joined(separator: ","))")
    }

    /// The name of an attempt, as Slurm knows it.
    func name(_ short: String) -> String { "\(prefix)-\(short)" }

    /// An engine as a new process would make it.
    func engine(_ environment: [String: String] = [:]) -> SlurmEngine {
        SlurmEngine(
            host: Self.host, environment: cluster.environment.merging(environment) { _, new in new },
            now: { [clock] in clock.now() }, unique: { "\(UUID())" }, interval: .milliseconds(100),
            settling: .milliseconds(400))
    }

    /// Makes the folder of an attempt and says what to execute in it.
    func submission(
        _ short: String, _ arguments: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        config: [String: JSONValue] = [:], settings: [String: JSONValue] = [:]
    ) throws -> Submission {
        let work = try workspace.folder("\(short)/work")
        var submission = Submission(
            name: name(short), folder: "\(workspace.path)/\(short)", workingDirectory: work, arguments: arguments,
            environment: environment)
        submission.target = EngineTarget(kind: .slurm, settings: .object(settings), document: .object(config))
        return submission
    }

    /// An attempt of a script.
    func script(
        _ short: String, _ lines: String, config: [String: JSONValue] = [:],
        environment: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) throws -> Submission {
        let submission = try submission(short, ["./run"], environment: environment, config: config)
        try workspace.script("\(short)/work/run", lines)
        return submission
    }

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: Self.host, token: submission.token,
            target: submission.target)
    }

    /// A file of an attempt.
    func text(_ submission: Submission, _ file: String) -> String? {
        FileManager.default.contents(atPath: "\(submission.folder)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }

    func job(_ submission: Submission) -> String? {
        text(submission, "slurm.job").flatMap { $0.split(whereSeparator: \.isWhitespace).last.map(String.init) }
    }

    /// The batch script's process, as its claim says.
    func batch(_ folder: String) -> pid_t? {
        let claim = FileManager.default.contents(atPath: "\(folder)/pid").map { String(decoding: $0, as: UTF8.self) }
        let words = claim?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 3 && words[0] == "slurm" ? pid_t(words[3]) : nil
    }

    func starts(_ submission: Submission) -> Int {
        text(submission, "starts")?.split(separator: "\n").count ?? 0
    }

    /// The numbers of the jobs of an attempt, whatever became of them.
    func jobs(_ submission: Submission, states: String = "all") throws -> [String] {
        try cluster.run("squeue", "--noheader", "--states=\(states)", "--name=\(submission.name)", "--format=%A")
            .split(separator: "\n").map(String.init)
    }
}
