import YAML

extension DiagnosticPage {
    static let parameters: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2021", "A reference that cannot be resolved",
            """
            In a job, `${parameters.name}` is the only reference there is. Environment variables are not put in, because
            the same commit would then compute different things on different machines; a shell that is to see `$HOME`
            gets `$${HOME}`, and the name of a run is in `SLIPWAY_RUN`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py, "--lr=${params.lr}"]
                      parameters: {lr: {type: number, default: 0.1}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py, "--lr=${parameters.lr}"]
                      parameters: {lr: {type: number, default: 0.1}}
                    """)),
        DiagnosticPage(
            "SLW2022", "A reference to a parameter that is not declared",
            """
            Every parameter that a command, an argument or a variable uses is declared in the same job, with its type
            and bounds, so that each run can be checked before it starts. Usually a name is misspelled at one of the two
            places, or a parameter was renamed.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py, "${parameters.epoch}"]
                      parameters: {epochs: {type: integer, default: 10}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py, "${parameters.epochs}"]
                      parameters: {epochs: {type: integer, default: 10}}
                    """)),
        DiagnosticPage(
            "SLW2023", "A parameter's schema contradicts itself",
            """
            No value could satisfy this declaration, or one of its keywords can never apply: bounds that exclude each
            other, a bound of a text, a default that its own bounds refuse. It is said of the job rather than of each
            run, because each run would be refused.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters:
                        lr: {type: number, default: 10, maximum: 1}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters:
                        lr: {type: number, default: 0.1, maximum: 1}
                    """)),
        DiagnosticPage(
            "SLW2024", "A pattern is not a regular expression",
            """
            Patterns are matched in time that grows with the text and not beyond, so that a manifest cannot make a
            reader hang; look-around and back references, which make that impossible, are not there. A backslash stays
            as it is in single quotes and has to be doubled in double quotes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters:
                        data: {type: string, default: a, pattern: "[a-z"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters:
                        data: {type: string, default: a, pattern: "[a-z]"}
                    """)),
        DiagnosticPage(
            "SLW2025", "A run sets what is not declared",
            """
            The job declares no such parameter, or the queue no such variable. If the value were ignored, the run would
            compute with a default and look as if it had been given another. Parameters belong to the job, variables to
            the queue: it may also stand in the wrong one of the two.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec:
                      job: train
                      queue: local
                      parameters: {learning_rate: 0.05}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec:
                      job: train
                      queue: local
                      parameters: {lr: 0.05}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2026", "A run lacks a value that has no default",
            """
            The job (or queue) declares the value without a `default`, which means that each run has to choose it. Give
            the run a value, or the declaration a default that is right for everybody.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: evaluate}
                    spec:
                      source: {path: src}
                      command: [python3, evaluate.py, "${parameters.model}"]
                      parameters: {model: {type: string}}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: check}
                    spec: {job: evaluate, queue: local}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: evaluate}
                    spec:
                      source: {path: src}
                      command: [python3, evaluate.py, "${parameters.model}"]
                      parameters: {model: {type: string}}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: check}
                    spec: {job: evaluate, queue: local, parameters: {model: small}}
                    """,
                beside: Surroundings.served)),
        DiagnosticPage(
            "SLW2027", "A run's value is outside of its bounds",
            """
            The job (or queue) says which values make sense, and this one is none of them. Either the value is a slip,
            or the bounds are too narrow and changing them is a decision to be made in the job, where everybody sees it.
            A number in quotes is a text and no number.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec:
                      job: train
                      queue: local
                      parameters: {lr: 50}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec:
                      job: train
                      queue: local
                      parameters: {lr: 0.5}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2028", "An argument would be too long for the system",
            """
            Linux hands a program no argument or variable longer than 128 KiB, so that the run could not even be
            started. Long values (a list of files, a configuration) belong in a file of the source; all parameters are
            in the file that `SLIPWAY_PARAMETERS` names in any case.
            """),
        DiagnosticPage(
            "SLW2160", "A parameter without a type",
            """
            Each keyword of a schema speaks of values of one type: `minLength` of texts, `maximum` of numbers. Without
            `type` a value of any other type passes them all, so that a run may give a number where the job expects a
            text. Say the type, or list the values with `enum`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters: {data: {minLength: 1, default: train.csv}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters: {data: {type: string, minLength: 1, default: train.csv}}
                    """)),
        DiagnosticPage(
            "SLW2161", "A parameter's schema is nested too deep",
            """
            Schemas stand inside each other in `properties`, `items`, `anyOf` and others, and each level multiplies what
            a value is held against. No parameter of a job needs so many: split it into several, or leave the innermost
            values without a schema.
            """),
    ]
}
