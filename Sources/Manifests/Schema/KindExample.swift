import YAML

/// A manifest of each kind that shows its fields, as the reference page and the published schemas show it. Together
/// they are sound.
struct KindExample {
    /// YAML.
    let text: String

    /// The same as JSON.
    var value: JSONValue? {
        YAMLFile.parse(SourceFile(path: "example", text: text)).documents.first.flatMap { try? JSONValue($0) }
    }
}

extension Kind {
    var example: KindExample {
        switch self {
        case .job: .job
        case .queue: .queue
        case .agentPool: .agentPool
        case .run: .run
        case .policy: .policy
        }
    }
}

extension KindExample {
    /// Of a folder's defaults.
    static let defaults = KindExample(
        text: """
            apiVersion: slipway/v1
            kind: Defaults
            metadata: {name: base}
            spec:
              namespace: vision
              labels: {team: vision, stage: dev}
              jobs:
                timeout: 30m
                retry: {limit: 2}
              runs: {queue: gpu}

            """)

    fileprivate static let job = KindExample(
        text: #"""
            apiVersion: slipway/v1
            kind: Job
            metadata:
              name: train-penguins
              labels: {team: vision}
            spec:
              source:
                path: ../jobs/penguins
              build:
                baseImage: scratch
                python: {version: "3.11", requirements: requirements.txt}
              command: [python3, train.py]
              args: ["--lr", "${parameters.lr}"]
              env:
                PYTHONUNBUFFERED: "1"
                HF_TOKEN: {secret: hf-token}
              parameters:
                lr: {type: number, default: 0.01, exclusiveMinimum: 0, maximum: 1}
              resources: {cpu: 1, memory: 512Mi}
              retry:
                limit: 2
                on: [error, interruption]
                backoff: {initial: 5s, factor: 2, maximum: 5m}
              timeout: 30m
              outputs: [model.json]

            """#)

    fileprivate static let queue = KindExample(
        text: """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: gpu}
            spec:
              resource: slurm
              config:
                partition: gpu
                cpus-per-task: "{{cores}}"
              variables:
                cores: {type: integer, default: 4, minimum: 1, maximum: 32}
              ordering: priority
              concurrency: 8

            """)

    fileprivate static let agentPool = KindExample(
        text: """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: workers}
            spec:
              queues: [gpu]
              replicas: 2
              maxRuns: 4
              placement: local
              builder: {type: oci, compression: zstd}
              registry: {location: registry.example.com/team}
              leaseDuration: 30s

            """)

    fileprivate static let run = KindExample(
        text: """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: penguins-lr-05}
            spec:
              job: train-penguins
              queue: gpu
              parameters: {lr: 0.05}
              variables: {cores: 8}
              priority: high
              dependsOn: [{run: prepare, condition: finished}]

            """)

    fileprivate static let policy = KindExample(
        text: """
            apiVersion: slipway/v1
            kind: Policy
            metadata: {name: house-rules}
            spec:
              protect:
                - namespaces: [prod]
                  paths: [policy/]
                  authors: ["*@platform.example.com"]
              limits:
                - namespaces: ["team-*"]
                  runs: 100
                  gpu: 8
                  priority: high
              images:
                forbiddenBase: ["*:latest"]
              labels:
                - kinds: [Job]
                  required: {team: "vision|speech"}

            """)
}
