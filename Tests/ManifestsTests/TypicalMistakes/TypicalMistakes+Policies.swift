extension TypicalMistake {
    /// Mistakes in policies.
    static let policies = [
        TypicalMistake(
            "a glob with an open bracket",
            """
            apiVersion: slipway/v1
            kind: Policy
            metadata: {name: owners}
            spec:
              protect:
              - namespaces: ["vision["]
                authors: [ada@example.com]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a rule about nothing",
            """
            apiVersion: slipway/v1
            kind: Policy
            metadata: {name: owners}
            spec:
              protect:
              - authors: [ada@example.com]
            """,
            """
            ?
            """),
    ]
}
