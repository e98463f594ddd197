/// Manifests that examples need beside them.
enum Surroundings {
    static let queue = """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-process}
        """

    static let containers = """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: large}
        spec: {resource: local-container}
        """

    /// A queue, and agents that take runs from it.
    static let served =
        queue + """

            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [local]}
            """

    /// A job and all that its runs need.
    static let training =
        served + """

            ---
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py, "--lr", "${parameters.lr}"]
              parameters:
                lr: {type: number, default: 0.01, exclusiveMinimum: 0, maximum: 1}
            """

    /// The same, and a run of it.
    static let inUse =
        training + """

            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: other}
            spec: {job: train, queue: local}
            """

    /// The same, and agents for a queue that stands elsewhere.
    static let largeServed =
        inUse + """

            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: strong}
            spec: {queues: [large]}
            """

    /// A queue that is suspended, and a run in it.
    static let night = """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: night}
        spec: {resource: local-process, suspend: true}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: later}
        spec: {job: train, queue: night}
        """

    /// A queue that gives its runs two GPUs, and a run of a job in it.
    static let twoGPUs = """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: large}
        spec: {resource: local-container, config: {gpus: 2}}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [large]}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: first}
        spec: {job: train, queue: large}
        """

    /// A run in a queue that stands elsewhere, and what it needs on Kubernetes.
    static let clusterRun = """
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local], registry: {location: registry.example.com/runs}}
        ---
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: train}
        spec:
          source: {path: src}
          command: [python3, train.py]
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: first}
        spec: {job: train, queue: local}
        """

    /// Two runs that one Run makes, each with an output.
    static let sweep =
        training + """

              outputs: [model.json]
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: sweep}
            spec:
              job: train
              queue: local
              matrix: {lr: [0.1, 0.2]}
            """
}
