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
            new.yaml:6:42: error: `${parameters.epoch}` refers to a parameter that the job does not declare [SLW2022]
            |   command: [python3, train.py, "--epochs=${parameters.epoch}"]
            |                                          ^~~~~~~~~~~~~~~~~~~~
            help: did you mean `epochs`?
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
            new.yaml:6:41: error: spec.command[3] refers to `${params.lr}`, and only `${parameters.name}` is known \
            [SLW2021]
            |   command: [python3, train.py, "--lr", "${params.lr}"]
            |                                         ^~~~~~~~~~~~~
            help: did you mean `${parameters.lr}`? Or write $${ for the characters ${
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
            new.yaml:6:40: error: spec.command[2] refers to `${HOME}`, and only `${parameters.name}` is known [SLW2021]
            |   command: [python3, train.py, "--data=${HOME}/data"]
            |                                        ^~~~~~~~~~~~~
            help: a command can read its environment itself; write $${ for the characters ${
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
            new.yaml:7:27: error: spec.parameters.lr.type must be one of `string`, `number`, `integer`, `boolean`, \
            `array`, `object` and `null`, and is the text “float” [SLW2006]
            |   parameters: {lr: {type: float, default: 0.1}}
            |                           ^~~~~
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
            new.yaml:7:44: error: spec.parameters.lr.default must be at most 1, and is 10 [SLW2023]
            |   parameters: {lr: {type: number, default: 10, maximum: 1}}
            |                                            ^~
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
            new.yaml:4:51: error: parameter `lr` must be at most 1, and is 50 [SLW2027]
            | spec: {job: train, queue: local, parameters: {lr: 50}}
            |                                                   ^~
            note: all.yaml:22:69: its bounds are declared here
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
            new.yaml:4:51: error: parameter `lr` must be a number, and is “0.5” [SLW2027]
            | spec: {job: train, queue: local, parameters: {lr: "0.5"}}
            |                                                   ^~~~~
            note: all.yaml:22:16: its bounds are declared here
            help: write it without quotes
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
            new.yaml:4:47: error: Job/train has no parameter `learning_rate` [SLW2025]
            | spec: {job: train, queue: local, parameters: {learning_rate: 0.5}}
            |                                               ^~~~~~~~~~~~~
            note: all.yaml:22:5: Job/train is declared here
            help: it has `lr`
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
            new.yaml:12:7: error: parameter `model` of Job/evaluate has no default and is not given [SLW2026]
            | spec: {job: evaluate, queue: local}
            |       ^
            note: new.yaml:7:23: it is declared here
            help: add `model:` under spec.parameters, or give it a default
            """),
    ]
}
