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

    /// A job and all that its runs need.
    static let training =
        queue + """

            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [local]}
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
}
