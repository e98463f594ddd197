extension TypicalMistake {
    /// Mistakes in the YAML itself.
    static let lines = [
        TypicalMistake(
            "a tab in the indentation",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
            \tresource: local-process
            """,
            """
            ?
            """),
        TypicalMistake(
            "a colon forgotten",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
              resource local-process
              concurrency: 8
            """,
            """
            ?
            """),
        TypicalMistake(
            "no space behind a colon",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
              resource:local-process
              concurrency: 8
            """,
            """
            ?
            """),
        TypicalMistake(
            "a quote not closed",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
              resource: "local-process
              concurrency: 8
            """,
            """
            ?
            """),
        TypicalMistake(
            "a bracket not closed",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py
              timeout: 30m
            """,
            """
            ?
            """),
        TypicalMistake(
            "a colon in a plain text",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata:
              name: local
              annotations:
                note: attention: shared with vision
            spec: {resource: local-process}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a field indented too far",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
              resource: local-process
                concurrency: 8
            """,
            """
            ?
            """),
        TypicalMistake(
            "a list item that does not line up",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command:
                - python3
               - train.py
            """,
            """
            ?
            """),
        TypicalMistake(
            "a key there twice",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              timeout: 30m
              timeout: 2h
            """,
            """
            ?
            """),
        TypicalMistake(
            "an alias without its anchor",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: *python
            """,
            """
            ?
            """),
        TypicalMistake(
            "a glob without quotes",
            """
            apiVersion: slipway/v1
            kind: Policy
            metadata: {name: owners}
            spec:
              protect:
              - namespaces: [*]
                authors: [ada@example.com]
            """,
            """
            ?
            """),
    ]
}
