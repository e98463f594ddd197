extension TypicalMistake {
    /// Mistakes in parameters and their values.
    static let parameters = [
        TypicalMistake(
            "a parameter that is not declared",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py, "--epochs=${parameters.epoch}"]
              parameters: {epochs: {type: integer, default: 10}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a reference with a short word",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py, "--lr", "${params.lr}"]
              parameters: {lr: {type: number, default: 0.1}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a variable of the shell",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py, "--data=${HOME}/data"]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a type that JSON Schema does not have",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              parameters: {lr: {type: float, default: 0.1}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a default outside of its own bounds",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              parameters: {lr: {type: number, default: 10, maximum: 1}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a value out of its bounds",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: local, parameters: {lr: 50}}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a number in quotes",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: local, parameters: {lr: "0.5"}}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a parameter under another name",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: local, parameters: {learning_rate: 0.5}}
            """,
            beside: Sample.training,
            """
            ?
            """),
        TypicalMistake(
            "a value that the job needs and nobody gives",
            """
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
            beside: Sample.training,
            """
            ?
            """),
    ]
}
