import YAML

extension DiagnosticPage {
    static let kubernetes: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2440", "A setting of a Kubernetes queue has the wrong form",
            """
            `settings` says how the cluster is reached (`context`, `namespace`), where secrets are (`secrets`), where
            the agents' storage is (`runsVolume`), and how a custom resource says what became of it (`status`). Each has
            its own form.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      settings: {secrets: [hf-token]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      settings: {secrets: {hf-token: {name: hugging-face, key: token}}}
                    """)),
        DiagnosticPage(
            "SLW2441", "A queue's Kubernetes object is incomplete",
            """
            `config` is merged into the Job that Slipway submits, or is an object of another kind altogether. Which of
            the two it is must be plain: `apiVersion` and `kind` are both there or both left out.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {kind: Job}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {apiVersion: batch/v1, kind: Job}
                    """)),
        DiagnosticPage(
            "SLW2442", "A field of a Kubernetes object that Slipway sets",
            """
            The name of an object is derived from run and attempt, so that a second submission meets the first instead
            of starting the command twice. Owner and finalizers would let others decide when it goes away.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {metadata: {namespace: training}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      settings: {namespace: training}
                    """)),
        DiagnosticPage(
            "SLW2443", "A kind of object that a queue cannot submit",
            """
            A queue submits Jobs, or custom resources that a controller turns into pods (a PyTorchJob, a RayJob).
            Objects of Kubernetes itself, such as roles or secrets, decide over more than one run and are no work that
            ends.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {apiVersion: v1, kind: Pod}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {apiVersion: batch/v1, kind: Job}
                    """)),
        DiagnosticPage(
            "SLW2444", "Kubernetes would start the command again by itself",
            """
            An attempt is one execution. If Kubernetes repeated it behind Slipway's back, logs, outputs and the count of
            retries would be those of several executions at once. The job's `retry` says when a new attempt is made.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {spec: {backoffLimit: 3}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {spec: {backoffLimit: 0}}
                    """)),
        DiagnosticPage(
            "SLW2445", "A run would choose what its pod is given",
            """
            The field names a secret, a volume claim or a class of the namespace. If its value came from a run, whoever
            may write a Run could have any secret of the namespace mounted. Write the name in the queue.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {spec: {template: {spec: {priorityClassName: "{{class}}"}}}}
                      variables: {class: {type: string, default: low}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {spec: {template: {spec: {priorityClassName: low}}}}
                    """)),
        DiagnosticPage(
            "SLW2446", "The cluster would forget too early how a run ended",
            """
            `ttlSecondsAfterFinished` has the cluster remove a finished Job. An agent that is restarted in that time
            could not learn any more whether the run had succeeded, and would have to call it lost.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {spec: {ttlSecondsAfterFinished: 30}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {spec: {ttlSecondsAfterFinished: 3600}}
                    """)),
    ]
}
