import Engines
import Foundation
import Images
import Manifests
import Records
import Support

/// Attempts of one test in containers, each with its folder.
final class ContainerAttempts: Sendable {
    static let host = "this-machine"

    let workspace: TestWorkspace
    let clock = TestClock()
    let containers: ContainerHost
    let image: SubmittedImage

    init(_ containers: ContainerHost, variables: [String] = ["PATH=/bin"], folder: String = "attempts") throws {
        self.containers = containers
        workspace = try TestWorkspace("engine")
        root = try workspace.folder(folder)
        image = try BusyboxImage.make(
            in: ImageLayout(path: "\(workspace.path)/images"), variables: variables, scratch: workspace)
    }

    /// Where the attempts' folders are.
    let root: String

    /// An engine as a new process would make it.
    func engine(_ more: [String: String] = [:]) -> LocalContainerEngine {
        LocalContainerEngine(
            host: Self.host, environment: containers.environment.merging(more) { $1 }, interval: .milliseconds(50),
            now: { [clock] in clock.now() })
    }

    /// Makes the folder of an attempt, as far as it is not there, and says what to execute.
    func submission(
        _ name: String, _ arguments: [String], environment: [String: String] = [:],
        config: [String: JSONValue] = [:], settings: [String: JSONValue]? = nil
    ) throws -> Submission {
        let folder = "\(root)/\(name)"
        try FileManager.default.createDirectory(atPath: "\(folder)/outputs", withIntermediateDirectories: true)
        for (file, text) in [("parameters.json", "{\"lr\":0.1}\n"), ("metrics.jsonl", "")]
        where !FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
        }
        var submission = Submission(
            name: name, folder: folder, workingDirectory: "/tmp", arguments: arguments, environment: environment)
        submission.image = image
        submission.target = EngineTarget(
            kind: .localContainer,
            settings: .object(settings ?? ["tool": .string(containers.tool.rawValue)]),
            document: .object(config.merging(["network": "none"]) { own, _ in own }))
        submission.labels.run = "default/\(name)"
        submission.labels.job = "train@v1"
        submission.labels.attempt = 1
        return submission
    }

    /// An attempt of a script, in a shell of the image.
    func script(_ name: String, _ lines: String, config: [String: JSONValue] = [:]) throws -> Submission {
        try submission(name, ["sh", "-c", lines], config: config)
    }

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: Self.host, token: submission.token)
    }

    /// Submits and waits for the end.
    func end(of submission: Submission) async throws -> Observation {
        let engine = engine()
        try await engine.submit(submission)
        return await engine.wait(for: reference(to: submission), until: nil)
    }

    /// The text of a file in an attempt's folder.
    func text(_ submission: Submission, _ file: String) -> String? {
        FileManager.default.contents(atPath: "\(submission.folder)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }

    /// The container of an attempt, by its derived name, as the tool lists it.
    func containerName(_ submission: Submission) throws -> String? {
        let names = try containers.run("ps", "--all", "--format", "{{.Names}}").split(separator: "\n")
        return names.first { $0.hasPrefix("slipway-\(submission.name)-") }.map { String($0) }
    }
}
