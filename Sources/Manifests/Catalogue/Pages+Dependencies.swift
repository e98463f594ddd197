import YAML

extension DiagnosticPage {
    static let dependencies: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2060", "A run waits for itself",
            """
            A run starts when those that it names have ended; one that names itself never does. It is mostly left over
            from copying a run to make the next one of a chain.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: second}
                    spec:
                      job: train
                      queue: local
                      dependsOn: [{run: second}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: second}
                    spec:
                      job: train
                      queue: local
                      dependsOn: [{run: first}]
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2061", "A run is waited for twice",
            """
            Each dependency says under which condition the run may start. Two on the same run either say the same, or
            one of them has no effect; keep the one that is meant. `inputs` waits for success by itself and needs no
            entry here.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: second}
                    spec:
                      job: train
                      queue: local
                      dependsOn: [{run: first}, {run: first}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: second}
                    spec:
                      job: train
                      queue: local
                      dependsOn: [{run: first}]
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2062", "Runs wait for each other in a circle",
            """
            Each of these runs waits for the next and the last for the first, so that none could ever start. The notes
            show every step of the circle; `dependsOn` and `inputs` both count. One of the steps has to go.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: local, dependsOn: [{run: second}]}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: second}
                    spec: {job: train, queue: local, dependsOn: [{run: first}]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: second}
                    spec: {job: train, queue: local, dependsOn: [{run: first}]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2063", "An input that its run does not leave",
            """
            Only outputs that a job declares are kept, given a digest and handed to other runs. The path is that in the
            folder of outputs of the other run; it must be one of its job's `outputs`, or a file below one of them.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: prepare}
                    spec:
                      source: {path: src}
                      command: [python3, prepare.py]
                      outputs: [data.csv]
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: data}
                    spec: {job: prepare, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: fit}
                    spec: {job: train, queue: local, inputs: [{from: data, path: dta.csv}]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: prepare}
                    spec:
                      source: {path: src}
                      command: [python3, prepare.py]
                      outputs: [data.csv]
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: data}
                    spec: {job: prepare, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: fit}
                    spec: {job: train, queue: local, inputs: [{from: data, path: data.csv}]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2064", "Two inputs would lie in one place",
            """
            Inputs are put side by side into the folder that `SLIPWAY_INPUTS` names, each under the last part of its
            path unless `as` says otherwise. Outputs of one name from two runs collide there.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: prepare}
                    spec:
                      source: {path: src}
                      command: [python3, prepare.py]
                      outputs: [data.csv]
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: old}
                    spec: {job: prepare, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: new}
                    spec: {job: prepare, queue: local, repeat: 2}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: compare}
                    spec:
                      job: train
                      queue: local
                      inputs: [{from: old, path: data.csv}, {from: new, path: data.csv}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: prepare}
                    spec:
                      source: {path: src}
                      command: [python3, prepare.py]
                      outputs: [data.csv]
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: old}
                    spec: {job: prepare, queue: local}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: new}
                    spec: {job: prepare, queue: local, repeat: 2}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: compare}
                    spec:
                      job: train
                      queue: local
                      inputs: [{from: old, path: data.csv, as: old.csv}, {from: new, path: data.csv}]
                    """,
                beside: Surroundings.training)),
    ]
}
