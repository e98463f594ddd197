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
            new.yaml:6:12: error: spec.suspend must be `true` or `false`, and is the text “yes” [SLW2004]
            |   suspend: yes
            |            ^~~
            help: write `true`, without quotes
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
            new.yaml:4:18: error: spec.resource must be one of `local-process`, `local-container`, `slurm`, \
            `kubernetes`, `ray`, `sagemaker` and `vertex`, and is the text “docker” [SLW2006]
            | spec: {resource: docker}
            |                  ^~~~~~
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
            new.yaml:6:18: error: `{{core}}` refers to a variable that the queue does not declare [SLW2134]
            |   config: {cpus: "{{core}}"}
            |                  ^~~~~~~~~~
            help: did you mean `{{cores}}`?
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
            new.yaml:6:19: error: a key must be a single value, not a list or a mapping [SLW1012]
            |   config: {cpus: {{cores}}}
            |                   ^
            help: put quotes around what is meant as text: to YAML, { opens a mapping and [ a list
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
            new.yaml:6:20: error: `memory` is not a size such as 512m [SLW2422]
            |   config: {memory: 2Gi}
            |                    ^~~
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
            new.yaml:6:12: error: `-p` is no option of sbatch that a queue may have [SLW2402]
            |   config: {-p: gpu}
            |            ^~
            help: write options by their long names without dashes, such as `partition`, `account`, `gres` or `time`
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
            new.yaml:6:20: error: `volume` lets every run of this queue out of its bounds (hostPath), and the queue \
            does not say that it means to [SLW2136]
            |   config: {volume: ["/srv/data:/data"]}
            |                    ^~~~~~~~~~~~~~~~~~~
            help: leave it out, or add hostPath to spec.settings.allow
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
            beside: Sample.trainingInUse,
            """
            new.yaml:3:18: warning: no agent pool serves Queue/large, so its run waits for ever [SLW2042]
            | metadata: {name: large}
            |                  ^~~~~
            help: add it to the queues of an AgentPool
            """),
    ]
}
