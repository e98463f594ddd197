extension TypicalMistake {
    /// Mistakes in queues.
    static let queues = [
        TypicalMistake(
            "yes for true",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
              resource: local-process
              suspend: yes
            """,
            """
            ?
            """),
        TypicalMistake(
            "an engine by another name",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: docker}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a variable that is not declared",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: large}
            spec:
              resource: local-container
              config: {cpus: "{{core}}"}
              variables: {cores: {type: integer, default: 1, maximum: 8}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a variable without quotes",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: large}
            spec:
              resource: local-container
              config: {cpus: {{cores}}}
              variables: {cores: {type: integer, default: 1, maximum: 8}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "memory of a container as Kubernetes writes it",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: large}
            spec:
              resource: local-container
              config: {memory: 2Gi}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a short option of sbatch",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: cluster}
            spec:
              resource: slurm
              config: {-p: gpu}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a folder of the host",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: large}
            spec:
              resource: local-container
              config: {volume: ["/srv/data:/data"]}
            """,
            """
            ?
            """),
        TypicalMistake(
            "nobody serves it",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: large}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: large}
            """,
            beside: Sample.training,
            """
            ?
            """),
    ]
}
