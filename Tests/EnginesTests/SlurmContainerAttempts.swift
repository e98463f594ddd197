import Engines
import Foundation
import Manifests
import Support

/// Attempts on a real cluster whose commands are put into containers, by a real `ch-run`.
extension SlurmAttempts {
    static let hasContainers =
        SlurmCluster.isThere
        && ["/usr/bin/ch-run", ContainerStorage.busybox].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    /// Makes the folder of an attempt, where it is not there, with an image's files that hold nothing but busybox, and
    /// says what to execute.
    func contained(
        _ short: String, _ arguments: [String], environment: [String: String] = ["PATH": "/bin"],
        config: [String: JSONValue] = [:], bind: [String] = [], links: [String: String] = [:]
    ) throws -> Submission {
        let settings: [String: JSONValue] = [
            "container": "charliecloud", "bind": .array(bind.map { .string($0) }),
        ]
        var submission = try submission(
            short, arguments, environment: environment, config: config, settings: settings)
        submission.workingDirectory = "/app"
        guard !FileManager.default.fileExists(atPath: "\(submission.folder)/outputs") else { return submission }
        try workspace.folder("\(short)/outputs")
        try workspace.folder("\(short)/work/bin")
        try workspace.write("\(short)/parameters.json", "{\"lr\":0.1}\n")
        try workspace.write("\(short)/metrics.jsonl", "")
        try workspace.write("\(short)/work/image", "only here\n")
        try FileManager.default.copyItem(
            atPath: ContainerStorage.busybox, toPath: "\(submission.root)/bin/busybox")
        let commands = ["cat", "echo", "env", "id", "ls", "pwd", "sh", "sleep", "touch"]
        let all = Dictionary(commands.map { ("bin/\($0)", "/bin/busybox") }) { first, _ in first }
            .merging(links) { $1 }
        for (name, target) in all {
            try FileManager.default.createSymbolicLink(
                atPath: "\(submission.root)/\(name)", withDestinationPath: target)
        }
        return submission
    }

    /// An attempt of a script, in a shell of the image.
    func containedScript(
        _ short: String, _ lines: String, environment: [String: String] = ["PATH": "/bin"],
        config: [String: JSONValue] = [:], bind: [String] = []
    ) throws -> Submission {
        try contained(short, ["sh", "-c", lines], environment: environment, config: config, bind: bind)
    }
}
