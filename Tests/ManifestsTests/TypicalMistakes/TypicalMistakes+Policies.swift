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
            new.yaml:6:18: error: spec.protect[0].namespaces[0] must be a name or a pattern with `*`, `?` and \
            `[…]`, and is the text “vision[” [SLW2007]
            |   - namespaces: ["vision["]
            |                  ^~~~~~~~~
            help: put it into quotes; a `[` needs its `]`
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
            new.yaml:6:5: error: this rule protects nothing [SLW2201]
            |   - authors: [ada@example.com]
            |     ^
            help: name what it protects: `namespaces`, `queues`, `kinds` or `paths`
            """),
    ]
}
