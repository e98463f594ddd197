import Manifests
import YAML

/// Manifests that are right, for tests to change one thing in.
enum Sample {
    static let job = """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: train}
        spec:
          source: {path: src}
          command: [python3, train.py]
          args: ["--lr", "${parameters.lr}"]
          parameters:
            lr: {type: number, default: 0.01, exclusiveMinimum: 0, maximum: 1}
            data: {type: string}

        """

    static let queue = """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec:
          resource: local-process
          variables:
            cores: {type: integer, default: 1, minimum: 1, maximum: 8}

        """

    static let pool = """
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local]}

        """

    static let run = """
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: first}
        spec:
          job: train
          queue: local
          parameters: {lr: 0.05, data: "x"}

        """

    static let all = [job, queue, pool, run].joined(separator: "---\n")

    /// Reads one file's text.
    static func load(_ text: String, path: String = "m/a.yaml") -> LoadedManifests {
        LoadedManifests(decoding: [SourceFile(path: path, text: text)])
    }
}
