extension TypicalMistake {
    /// Mistakes in runs.
    static let runs = [
        TypicalMistake(
            "a queue with two letters swapped",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: lcoal}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a queue of another namespace",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first, namespace: vision}
            spec: {job: default/train, queue: local}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a job that is nowhere",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: evaluate-everything, queue: local}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a version without its v",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train@3, queue: local}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "the newest version by name",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train@latest, queue: local}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "one name in two files",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process, concurrency: 2}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a run that waits for itself",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec:
              job: train
              queue: local
              dependsOn: [{run: first}]
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a dependency by its name alone",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: second}
            spec:
              job: train
              queue: local
              dependsOn: [first]
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a priority of another system",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: local, priority: urgent}
            """,
            beside: Sample.training,
            """
            ?
            """),
    ]
}
