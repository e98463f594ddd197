extension TypicalMistake {
    /// Mistakes in what all manifests share.
    static let envelope = [
        TypicalMistake(
            "a version of Kubernetes's kind",
            """
            apiVersion: slipway/v1beta1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a manifest of Kubernetes",
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: train}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a kind in lower case",
            """
            apiVersion: slipway/v1
            kind: agentpool
            metadata: {name: here}
            spec: {queues: [local]}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a field of the envelope in capitals",
            """
            apiVersion: slipway/v1
            Kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a name in capitals",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: Local_GPU}
            spec: {resource: local-process}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a label with a blank",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local, labels: {team: computer vision}}
            spec: {resource: local-process}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a label that is a number",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local, labels: {cost-centre: 4711}}
            spec: {resource: local-process}
            """,
            """
            ?
            """),
        TypicalMistake(
            "an empty spec",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
            """,
            """
            ?
            """),
    ]
}
