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
            new.yaml:5:1: error: a tab cannot indent in YAML [SLW1023]
            | →resource: local-process
            | ^
            help: indent with spaces
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
            new.yaml:6:14: error: this line goes on with the text above it, so that its “:” is not expected [SLW1024]
            |   concurrency: 8
            |              ^
            help: the line above lacks “: ”, or this one is indented too far
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
            new.yaml:6:14: error: this line goes on with the text above it, so that its “:” is not expected [SLW1024]
            |   concurrency: 8
            |              ^
            help: the line above lacks “: ”, or this one is indented too far
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
            new.yaml:5:13: error: the quotes that open here are never closed [SLW1024]
            |   resource: "local-process
            |             ^
            help: close them
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
            new.yaml:7:10: error: a list in [ ] needs “,” or “]” here [SLW1024]
            |   timeout: 30m
            |          ^
            note: new.yaml:6:12: the list begins here
            help: separate its elements with commas and close the bracket
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
            new.yaml:6:20: error: a text that holds “: ” needs quotes [SLW1024]
            |     note: attention: shared with vision
            |                    ^
            help: put the whole text into quotes
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
            new.yaml:6:16: error: this line goes on with the text above it, so that its “:” is not expected [SLW1024]
            |     concurrency: 8
            |                ^
            help: the line above lacks “: ”, or this one is indented too far
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
            new.yaml:8:4: error: this does not line up with what is above [SLW1024]
            |    - train.py
            |    ^
            note: new.yaml:5:3: the mapping begins here
            help: the lines of one mapping or list start in the same column: check the indentation
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
            new.yaml:8:3: error: the key “timeout” is there twice [SLW1013]
            |   timeout: 2h
            |   ^~~~~~~
            note: new.yaml:7:3: first written here
            help: keep one of them
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
            new.yaml:6:12: error: the alias *python has no anchor &python before it [SLW1010]
            |   command: *python
            |            ^~~~~~~
            help: set the anchor first, in the same document; a text that starts with * needs quotes
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
            new.yaml:6:18: error: “*” begins an alias, and no name follows [SLW1024]
            |   - namespaces: [*]
            |                  ^
            help: put quotes around a text that starts with *
            """),
    ]
}
