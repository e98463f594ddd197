extension DiagnosticPage {
    static let structure: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW1010", "An alias has no anchor",
            """
            `*name` repeats what was marked with `&name` earlier in the same document. Anchors do not reach over `---`
            or into other files: each document stands alone. A text that begins with a star, such as a glob, needs
            quotes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: *python
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW1011", "An alias contains itself",
            """
            The alias stands inside of the block that its anchor marks, so that writing it out would never end. Usually
            the anchor was set one level too high.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: &spec
                      resource: local-process
                      settings: *spec
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                    """)),
        DiagnosticPage(
            "SLW1012", "A key is a list or a mapping",
            """
            YAML allows any value as a key, JSON does not, and manifests are compared and recorded as JSON. It nearly
            always comes from a template placeholder in braces that was left unquoted, such as `{{name}}: x`: to YAML,
            braces open a mapping.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata:
                      name: train
                      labels: {{team}: vision}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata:
                      name: train
                      labels: {team: vision}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW1013", "A key is there twice",
            """
            Many YAML readers silently keep the last of two equal keys, so that a value that is plain to see in the file
            has no effect. It happens when two branches that add the same field are merged, or when a block is copied.
            Decide which one is meant.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      timeout: 30m
                      timeout: 2h
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      timeout: 2h
                    """)),
        DiagnosticPage(
            "SLW1014", "A merge key merges no mapping",
            """
            `<<` copies the fields of another mapping into this one; a text or a number has no fields. Write an alias of
            a mapping, or a list of such aliases. The star is easily forgotten: `<<: defaults` is the text “defaults”.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources:
                        <<: defaults
                        gpu: 1
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {cpu: 4, gpu: 1}
                    """)),
        DiagnosticPage(
            "SLW1015", "A tag is not known",
            """
            Tags such as `!Ref`, `!vault` or `!!python/object` ask a particular program to make something of a value,
            and that program is not Slipway. Secrets are named with `{secret: name}`, and values that differ between
            runs are parameters.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      env: {HF_TOKEN: !vault hf-token}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      env: {HF_TOKEN: {secret: hf-token}}
                    """)),
        DiagnosticPage(
            "SLW1016", "A value does not fit its tag",
            """
            A tag says what a value is whatever it looks like; here it looks like something else. Plain values need no
            tag at all: quotes make a text, digits a number.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                      concurrency: !!int many
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                      concurrency: 8
                    """)),
        DiagnosticPage(
            "SLW1017", "A value that older YAML reads differently",
            """
            YAML 1.1 took `yes`, `no`, `on`, `off`, `012`, `1_000`, `22:22` and `2024-01-31` for booleans, numbers or
            dates, and `1e-5` for a text; YAML 1.2, which is read here, takes them as they stand. Whoever wrote one may
            have meant either, and other tools (PyYAML among them) still read the older meaning, so that it is said
            rather than guessed. Quotes make it a text for everybody, and `1.0e-5` is a number to all.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata:
                      name: local
                      labels: {shared: no}
                    spec: {resource: local-process}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata:
                      name: local
                      labels: {shared: "no"}
                    spec: {resource: local-process}
                    """)),
    ]
}
