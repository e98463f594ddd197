extension DiagnosticPage {
    static let deviations: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW1030", "A number that does not fit",
            """
            A whole number has room in 64 bits, and one with a point has the range of a double. What is larger is read
            as the nearest value there is, which is another number than the one that was written. A long number is often
            a name, such as an account or a digest without letters: quotes make it text.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters: {seed: {type: number, default: 18446744073709551617}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters: {seed: {type: number, default: 1844674407}}
                    """)),
        DiagnosticPage(
            "SLW1036", "A key that starts with a question mark in brackets",
            """
            `{?a: b}` has the key `?a` as YAML 1.2 says, and the key `a` for the many readers that are built on libyaml.
            A name that two programs read differently is refused rather than guessed. With quotes it is the same to all.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local, labels: {?team: vision}}
                    spec:
                      resource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local, labels: {team: vision}}
                    spec:
                      resource: local-process
                    """)),
        DiagnosticPage(
            "SLW1037", "The name of an anchor goes on behind its letters",
            """
            As YAML 1.2 says, the name of an anchor goes on to the next space or bracket; libyaml ends it at the first
            character that is no letter, digit, `-` or `_`. So `&a:b c` means two things to two readers, and is refused.
            Use plain names for anchors, and put a space behind them, also before a colon: `*name : value`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      timeout: &long:limit 2h
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      timeout: &long-limit 2h
                    """)),
        DiagnosticPage(
            "SLW1038", "The file says that it is of another YAML",
            """
            `%YAML 1.1` asks for the rules of YAML 1.1, in which `no` is a boolean and `012` is ten. All files are read
            as YAML 1.2, whatever they say, so that a line is never read in two ways. Values that differ between the two
            are warned of one by one (SLW1017); when those are clear the line can go.
            """,
            example: Example(
                wrong: """
                    %YAML 1.1
                    ---
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                    """)),
    ]
}
