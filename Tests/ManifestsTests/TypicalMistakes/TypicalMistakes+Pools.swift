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
            ?
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
            ?
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
            ?
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
            ?
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
            ?
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
            ?
            """),
    ]
}
