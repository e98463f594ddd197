extension TypicalMistake {
    /// Mistakes in jobs.
    static let jobs = [
        TypicalMistake(
            "a field with a letter missing",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              comand: [python3, train.py]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a field of another system",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              restartPolicy: Never
            """,
            """
            ?
            """),
        TypicalMistake(
            "no command",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
            """,
            """
            ?
            """),
        TypicalMistake(
            "arguments as one text",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              args: --lr 0.1
            """,
            """
            ?
            """),
        TypicalMistake(
            "a number among the arguments",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py, --epochs, 10]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a number as a variable",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              env:
                OMP_NUM_THREADS: 4
            """,
            """
            ?
            """),
        TypicalMistake(
            "variables as a list",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              env:
              - name: OMP_NUM_THREADS
                value: "4"
            """,
            """
            ?
            """),
        TypicalMistake(
            "a secret's value instead of its name",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              env: {HF_TOKEN: {secret: hf_AbCdEfGhIjKl}}
            """,
            """
            ?
            """),
        TypicalMistake(
            "memory in the units of a data sheet",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              resources: {memory: 4GB}
            """,
            """
            ?
            """),
        TypicalMistake(
            "processors in words",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              resources: {cpu: "two"}
            """,
            """
            ?
            """),
        TypicalMistake(
            "a time limit without its unit",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              timeout: 30
            """,
            """
            ?
            """),
        TypicalMistake(
            "a time limit in words",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              timeout: 2 hours
            """,
            """
            ?
            """),
        TypicalMistake(
            "a version of Python as a number",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              build: {python: {version: 3.10}}
              command: [python3, train.py]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a retry for a reason that does not exist",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              retry: {limit: 2, on: failure}
            """,
            """
            ?
            """),
        TypicalMistake(
            "two sources",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source:
                path: src
                image: registry.example.com/train:v1
              command: [python3, train.py]
            """,
            """
            ?
            """),
        TypicalMistake(
            "an output outside of the folder of outputs",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              command: [python3, train.py]
              outputs: [/tmp/model.json]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a source that is not there",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: jobs/pengiuns}
              command: [python3, train.py]
            """,
            files: ["jobs/penguins/train.py"],
            """
            ?
            """),
        TypicalMistake(
            "a source outside of the repository",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: ../train}
              command: [python3, train.py]
            """,
            """
            ?
            """),
        TypicalMistake(
            "a base image by its URL",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: src}
              build: {baseImage: "https://registry.example.com/base:v1"}
              command: [python3, train.py]
            """,
            """
            ?
            """),
    ]
}
