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
            new.yaml:6:3: error: spec has no field `comand` [SLW2003]
            |   comand: [python3, train.py]
            |   ^~~~~~
            help: did you mean `command`?
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
            new.yaml:7:3: error: spec has no field `restartPolicy` [SLW2003]
            |   restartPolicy: Never
            |   ^~~~~~~~~~~~~
            help: its fields are `source`, `build`, `command`, `args`, `env`, `parameters`, `resources`, `retry`, \
            `timeout` and `outputs`
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
            new.yaml:5:3: error: spec.command is missing [SLW2005]
            |   source: {path: src}
            |   ^
            help: add `command:` here
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
            new.yaml:7:9: error: spec.args must be a list, and is the text “--lr 0.1” [SLW2004]
            |   args: --lr 0.1
            |         ^~~~~~~~
            help: write it as a list: `["--lr", "0.1"]`
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
            new.yaml:6:42: error: spec.command[3] must be text, and is the number 10 [SLW2004]
            |   command: [python3, train.py, --epochs, 10]
            |                                          ^~
            help: put it into quotes: "10"
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
            new.yaml:8:22: error: spec.env.OMP_NUM_THREADS must be text, and is the number 4 [SLW2004]
            |     OMP_NUM_THREADS: 4
            |                      ^
            help: put it into quotes: "4"
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
            new.yaml:8:3: error: spec.env must be a mapping, and is a list [SLW2004]
            |   - name: OMP_NUM_THREADS
            |   ^~~~~~~~~~~~~~~~~~~~~~~
            help: write `name: value` for each, without “-” before it
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
            new.yaml:7:28: error: spec.env.HF_TOKEN.secret must be the name of a secret, and is none [SLW2007]
            help: use lower-case letters, digits, `-` and `.`; the agent holds the value, and one that was \
            committed has to be changed
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
            new.yaml:7:23: error: spec.resources.memory must be an amount of memory such as 512Mi, 4Gi or 1G, and \
            is the text “4GB” [SLW2007]
            |   resources: {memory: 4GB}
            |                       ^~~
            help: did you mean `4G`? Otherwise write a whole number with Ki, Mi, Gi, Ti (powers of 1024) or k, M, \
            G, T (powers of 1000)
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
            new.yaml:7:20: error: spec.resources.cpu must be an amount of processor cores such as 1, 0.5 or 500m, \
            and is the text “two” [SLW2007]
            |   resources: {cpu: "two"}
            |                    ^~~~~
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
            new.yaml:7:12: error: spec.timeout must be a duration such as 30s, 5m, 1h30m or 500ms, and is the \
            number 30 [SLW2004]
            |   timeout: 30
            |            ^~
            help: did you mean `30s`? Otherwise write whole numbers with h, m, s or ms, the greater unit first
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
            new.yaml:7:12: error: spec.timeout must be a duration such as 30s, 5m, 1h30m or 500ms, and is the text \
            “2 hours” [SLW2007]
            |   timeout: 2 hours
            |            ^~~~~~~
            help: did you mean `2h`? Otherwise write whole numbers with h, m, s or ms, the greater unit first
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
            new.yaml:6:29: error: spec.build.python.version must be a Python version such as "3.11", and is the \
            number 3.10 [SLW2004]
            |   build: {python: {version: 3.10}}
            |                             ^~~~
            help: write it in quotes, because YAML reads 3.10 as the number 3.1
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
            new.yaml:7:25: error: spec.retry.on must be a list, and is the text “failure” [SLW2004]
            |   retry: {limit: 2, on: failure}
            |                         ^~~~~~~
            help: write it as a list: `[failure]`
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
            new.yaml:6:5: error: spec.source must have exactly one of `path`, `git` and `image`, and has 2 [SLW2014]
            |     path: src
            |     ^~~~~~~~~
            help: keep the one that the code comes from
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
            new.yaml:7:13: error: spec.outputs[0] must be a path below the folder it starts from, and is the text \
            “/tmp/model.json” [SLW2007]
            |   outputs: [/tmp/model.json]
            |             ^~~~~~~~~~~~~~~
            help: write a relative path without `..`, such as `results/model.json`
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
            new.yaml:5:18: error: there is no folder `jobs/pengiuns` in the repository [SLW2052]
            |   source: {path: jobs/pengiuns}
            |                  ^~~~~~~~~~~~~
            help: did you mean `jobs/penguins`?
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
            new.yaml:5:18: error: the source “../train” is outside of the repository [SLW2051]
            |   source: {path: ../train}
            |                  ^~~~~~~~
            help: keep the code in the repository that the manifest is in
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
            new.yaml:6:22: error: “https://registry.example.com/base:v1” names no image: it is a URL; leave out \
            what is before the host [SLW2116]
            |   build: {baseImage: "https://registry.example.com/base:v1"}
            |                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            help: write [HOST[:PORT]/]PATH[:TAG][@sha256:…], such as `registry.example.com/team/train:v1`
            """),
    ]
}
