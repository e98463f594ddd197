public import Manifests
import YAML

/// Manifests as a person writes them, for tests to vary one thing of.
public enum SampleManifests {
    /// What some manifests want.
    ///
    /// They are read as those of a commit are: at hand, without looking for the jobs' sources.
    /// - Throws: `Diagnostics` where they are not valid.
    public static func desired(from yaml: String, path: String = "manifests/all.yaml") throws -> DesiredState {
        let loaded = LoadedManifests(decoding: [SourceFile(path: path, text: yaml)])
        guard !loaded.hasErrors else { throw Diagnostics(loaded.diagnostics) }
        return loaded.desired
    }

    /// One stream of several documents.
    public static func stream(_ documents: [String]) -> String { documents.joined(separator: "---\n") }

    /// A job whose runs set `lr`; `more` is further lines of its spec.
    public static func job(
        _ name: String = "train", lr: String = "0.01", command: String = "[python3, train.py]", metadata: String = "",
        more: String = ""
    ) -> String {
        document(
            "Job", name, metadata,
            [
                "source: {path: ../jobs/\(name)}", "command: \(command)", "args: [\"--lr\", \"${parameters.lr}\"]",
                "parameters:", "  lr: {type: number, default: \(lr), exclusiveMinimum: 0}",
            ] + lines(more))
    }

    public static func queue(_ name: String = "local", metadata: String = "", more: String = "") -> String {
        document("Queue", name, metadata, ["resource: local-process"] + lines(more))
    }

    public static func pool(_ name: String = "here", queues: [String] = ["local"], more: String = "") -> String {
        document("AgentPool", name, "", ["queues: [\(queues.joined(separator: ", "))]"] + lines(more))
    }

    /// A run; `lr` is left to the job's default where it is `nil`.
    public static func run(
        _ name: String, job: String = "train", queue: String = "local", lr: String? = nil, metadata: String = "",
        more: String = ""
    ) -> String {
        document(
            "Run", name, metadata,
            ["job: \(job)", "queue: \(queue)"] + (lr.map { ["parameters: {lr: \($0)}"] } ?? []) + lines(more))
    }

    private static func document(_ kind: String, _ name: String, _ metadata: String, _ spec: [String]) -> String {
        let about = ["name: \(name)"] + (metadata.isEmpty ? [] : [metadata])
        let head = ["apiVersion: slipway/v1", "kind: \(kind)", "metadata: {\(about.joined(separator: ", "))}", "spec:"]
        return (head + spec.map { "  " + $0 }).joined(separator: "\n") + "\n"
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }
}
