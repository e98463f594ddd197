extension TypicalMistake {
    /// Mistakes in pools of agents.
    static let pools = [
        TypicalMistake(
            "no queues",
            """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: there}
            spec: {queues: []}
            """,
            """
            new.yaml:4:16: error: spec.queues must have at least 1 item, and has 0 [SLW2012]
            | spec: {queues: []}
            |                ^~
            """),
        TypicalMistake(
            "one queue without brackets",
            """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: there}
            spec: {queues: local}
            """,
            beside: Sample.training,
            """
            new.yaml:4:16: error: spec.queues must be a list, and is the text “local” [SLW2004]
            | spec: {queues: local}
            |                ^~~~~
            help: write it as a list: `[local]`
            """),
        TypicalMistake(
            "fewer than no agents",
            """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: there}
            spec: {queues: [local], replicas: -1}
            """,
            beside: Sample.training,
            """
            new.yaml:4:35: error: spec.replicas must be between 0 and 1000, and is -1 [SLW2011]
            | spec: {queues: [local], replicas: -1}
            |                                   ^~
            """),
        TypicalMistake(
            "a lease without its unit",
            """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: there}
            spec: {queues: [local], leaseDuration: 30}
            """,
            beside: Sample.training,
            """
            new.yaml:4:40: error: spec.leaseDuration must be a duration such as 30s, 5m, 1h30m or 500ms, and is the \
            number 30 [SLW2004]
            | spec: {queues: [local], leaseDuration: 30}
            |                                        ^~
            help: did you mean `30s`? Otherwise write whole numbers with h, m, s or ms, the greater unit first
            """),
        TypicalMistake(
            "a builder as a word",
            """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: there}
            spec: {queues: [local], builder: docker}
            """,
            beside: Sample.training,
            """
            new.yaml:4:34: error: spec.builder must be a mapping, and is the text “docker” [SLW2004]
            | spec: {queues: [local], builder: docker}
            |                                  ^~~~~~
            help: write `{type: docker}`; its fields are `type` and `compression`
            """),
        TypicalMistake(
            "a password in the address",
            """
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: there}
            spec:
              queues: [local]
              registry: {location: "ada:secret@registry.example.com/team"}
            """,
            beside: Sample.training,
            """
            new.yaml:6:24: error: spec.registry.location holds credentials, which everybody who reads the manifest \
            would have [SLW2117]
            help: write `HOST/PATH`, and log in where the agents are (`docker login HOST`, or a file that \
            DOCKER_CONFIG names); if that password was committed, change it
            """),
    ]
}
