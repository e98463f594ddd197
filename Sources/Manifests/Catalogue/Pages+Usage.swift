import YAML

extension DiagnosticPage {
    static let usage: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2162", "A job that no run uses",
            """
            A job does nothing by itself: a Run names it, with a queue and parameters. One that no run names is left
            over from an experiment, or its run was removed or misspelled. Nothing is said while the manifests have no
            runs at all, or have errors. A job that is kept for people who start runs by hand says so with the
            annotation `slipway/unused`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: evaluate}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: evaluate, annotations: {slipway/unused: "true"}}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """,
                beside: Surroundings.inUse)),
        DiagnosticPage(
            "SLW2163", "A queue in which no run waits",
            """
            A queue that no run names costs nothing and misleads: whoever reads the manifests takes it for a place where
            work goes. It is left over from a machine that is gone, or runs were moved away from it. One that is kept
            ready says so with the annotation `slipway/unused`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: night}
                    spec:
                      resource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: night, annotations: {slipway/unused: "true"}}
                    spec:
                      resource: local-process
                    """,
                beside: Surroundings.inUse)),
        DiagnosticPage(
            "SLW2164", "A pool of agents that has nothing to do",
            """
            Agents of this pool would be started and find no work: its queues have no runs, or are suspended. A pool
            whose queue was renamed looks the same. If the machines are to stand ready, the annotation `slipway/unused`
            says that it is meant.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: spare}
                    spec: {queues: [night]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: spare}
                    spec: {queues: [night, local]}
                    """,
                beside: Surroundings.inUse + "\n---\n" + Surroundings.night)),
        DiagnosticPage(
            "SLW2165", "An annotation of Slipway's that does not exist",
            """
            Annotations are free, but those that begin with `slipway/` are instructions to Slipway. One that it does not
            know changes nothing, and a misspelled `slipway/prune` would let an object be deleted that was to be kept.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local, annotations: {slipway/prnue: "false"}}
                    spec:
                      resource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local, annotations: {slipway/prune: "false"}}
                    spec:
                      resource: local-process
                    """)),
        DiagnosticPage(
            "SLW2166", "A job asks for more than its queue gives",
            """
            The config of a queue can fix what each of its runs gets, and that holds whatever the job asks for. The run
            would start and have too little, or wait for ever on a cluster that takes both seriously. Ask for less, send
            the run to a larger queue, or take the value out of the config, so that each job decides.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {gpu: 4}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {gpu: 2}
                    """,
                beside: Surroundings.twoGPUs)),
        DiagnosticPage(
            "SLW2167", "The first wait is longer than the longest",
            """
            The wait before each further attempt grows from `initial` by `factor`, and never beyond `maximum`. With a
            first wait above the maximum all waits are the maximum, so that one of the two numbers is not what was
            meant. `maximum` is five minutes where it is not written.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {limit: 3, backoff: {initial: 10m, maximum: 1m}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {limit: 3, backoff: {initial: 1m, maximum: 10m}}
                    """)),
        DiagnosticPage(
            "SLW2168", "What to retry is said, and nothing is retried",
            """
            `on` and `backoff` describe the attempts after the first, and with a limit of 0, which is what holds where
            none is written, there are none. Add a limit, or leave the rest out.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {on: [error]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {limit: 2, on: [error]}
                    """)),
        DiagnosticPage(
            "SLW2169", "A timeout is to be retried, and there is none",
            """
            An attempt ends by a timeout only where the job has one. Without it a run that hangs holds its place for
            ever, which is probably the very thing that the retry was to help against.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {limit: 2, on: [timeout]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      timeout: 2h
                      retry: {limit: 2, on: [timeout]}
                    """)),
        DiagnosticPage(
            "SLW2170", "Memory that is too little for any program",
            """
            A number without a unit is in bytes, as in Kubernetes: `memory: 512` asks for 512 bytes, and the first
            process would be ended for exceeding them. Write `Mi` or `Gi` behind it.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {memory: 512}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {memory: 512Mi}
                    """)),
        DiagnosticPage(
            "SLW2171", "No processor at all",
            """
            `cpu: 0` is no way to say that it does not matter: some engines refuse it, and some give the run nearly
            nothing. Leave `cpu` out, or write a share such as `500m`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {cpu: 0}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {cpu: 500m}
                    """)),
        DiagnosticPage(
            "SLW2172", "The annotation for unused objects is neither true nor false",
            """
            `slipway/unused` says that an object may serve nothing. Anything but “true” and “false” could mean either,
            so that it is refused. Annotations are texts: keep the quotes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: night, annotations: {slipway/unused: "yes"}}
                    spec:
                      resource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: night, annotations: {slipway/unused: "true"}}
                    spec:
                      resource: local-process
                    """)),
        DiagnosticPage(
            "SLW2173", "Pods request more than their limit",
            """
            Kubernetes refuses a pod whose request of a resource is above the limit of the same, and it would say so
            only when the run is started. Requests are what the pod is sure to get, and limits what it may use at most:
            the limit is the larger one, or both are equal.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: kubernetes
                      config:
                        spec:
                          template:
                            spec:
                              containers:
                                - name: main
                                  resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: kubernetes
                      config:
                        spec:
                          template:
                            spec:
                              containers:
                                - name: main
                                  resources: {requests: {memory: 1Gi}, limits: {memory: 2Gi}}
                    """,
                beside: Surroundings.clusterRun)),
    ]
}
