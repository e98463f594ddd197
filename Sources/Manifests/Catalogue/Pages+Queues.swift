import YAML

extension DiagnosticPage {
    static let queues: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2130", "A setting that the engine does not have",
            """
            `settings` says how an engine is reached and what its submissions may do, and each engine has its own. What
            belongs to the submission itself (a partition, a memory limit, a pod) is written in `config`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {partition: gpu}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      config: {partition: gpu}
                    """)),
        DiagnosticPage(
            "SLW2131", "The permissions of a queue are no list",
            """
            `settings.allow` is a list of words, each of which permits one way out of a run's bounds. It is a list even
            for one word, so that adding another is a change of one line.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: hostNetwork}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: [hostNetwork]}
                    """)),
        DiagnosticPage(
            "SLW2132", "A permission that the engine does not know",
            """
            A word that permits nothing would make its author believe that something is allowed. The words are those
            that the refusals SLW2136 and SLW2476 name, one for each way out, and they differ from engine to engine.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: [volumes]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: [hostPath]}
                    """)),
        DiagnosticPage(
            "SLW2133", "A key refers to something",
            """
            References are put into values only: if a run could choose a key, it could choose which option it sets, and
            no check of the queue could foresee that. Write the key out and put the reference behind the colon.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {metadata: {labels: {"{{key}}": vision}}}
                      variables: {key: {type: string, default: team}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: kubernetes
                      config: {metadata: {labels: {team: "{{team}}"}}}
                      variables: {team: {type: string, default: vision}}
                    """)),
        DiagnosticPage(
            "SLW2134", "A variable that the queue does not declare",
            """
            What a run may choose in a queue's `config` is declared under `variables`, with its type and bounds. A name
            that is not declared would stay in the text as it is, and the engine would be given braces.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {cpus: "{{core}}"}
                      variables: {cores: {type: integer, default: 1, maximum: 8}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {cpus: "{{cores}}"}
                      variables: {cores: {type: integer, default: 1, maximum: 8}}
                    """)),
        DiagnosticPage(
            "SLW2135", "A reference in a queue's document cannot be read",
            """
            In a queue's `config`, `{{name}}` stands for a variable, `${…}` for what is known of an attempt (its image,
            its name) and `${parameters.name}` for a parameter of its job. Text that has these characters for another
            purpose, such as a template of the engine's own, doubles them.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {hostname: "${jobname}"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {hostname: "large-runs"}
                    """)),
        DiagnosticPage(
            "SLW2136", "A queue lets runs out of their bounds without saying so",
            """
            Some options give every run of a queue more than its own container or pod: a folder of the host, its
            network, all privileges. They are possible, and have to be permitted by a word in `settings.allow`, so that
            whoever reviews the queue sees that it was meant.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {volume: ["/srv/data:/data:ro"]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: [hostPath]}
                      config: {volume: ["/srv/data:/data:ro"]}
                    """)),
        DiagnosticPage(
            "SLW2137", "A run would decide over something dangerous",
            """
            The queue permits the option, and takes its value from a variable or a parameter: then whoever may write a
            Run could name any folder of the host. What is dangerous is written out in the queue; where several are
            needed, make several queues.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: [hostPath]}
                      config: {volume: ["{{folder}}:/data:ro"]}
                      variables: {folder: {type: string, default: /srv/data}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      settings: {allow: [hostPath]}
                      config: {volume: ["/srv/data:/data:ro"]}
                    """)),
        DiagnosticPage(
            "SLW2138", "The queue needs a parameter that the job does not have",
            """
            A queue may use `${parameters.name}` of the jobs that wait in it, and then serves only jobs that declare it.
            Such a queue is for one family of jobs; for what any run may choose, use a variable.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {cpus: "${parameters.cores}"}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: large}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {cpus: "{{cores}}"}
                      variables: {cores: {type: integer, default: 1, maximum: 8}}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: large}
                    """,
                beside: Surroundings.largeServed)),
        DiagnosticPage(
            "SLW2139", "A run's values would make the queue's document dangerous",
            """
            With the values of this run put in, the document would ask the engine for something that its queue does not
            permit, or that only the queue may decide. It is found here and would be refused again when it is submitted.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {network: "{{network}}"}
                      variables: {network: {type: string, default: bridge}}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: large, variables: {network: host}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec:
                      resource: local-container
                      config: {network: "{{network}}"}
                      variables: {network: {type: string, default: bridge, enum: [bridge, none]}}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: large, variables: {network: none}}
                    """,
                beside: Surroundings.largeServed)),
        DiagnosticPage(
            "SLW2140", "The engine cannot get images from the pool's layout",
            """
            A layout is a folder on the machine that builds. A cluster pulls images over the network, so that pool and
            cluster need a registry that both reach; or the queue's document names the image itself.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: kubernetes}
                    ---
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: builders}
                    spec: {queues: [cluster]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: kubernetes}
                    ---
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: builders}
                    spec:
                      queues: [cluster]
                      registry: {location: "registry.example.com/team"}
                    """)),
    ]
}
