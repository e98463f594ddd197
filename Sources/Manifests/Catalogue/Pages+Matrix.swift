import YAML

extension DiagnosticPage {
    static let matrix: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2250", "A matrix without a set of parameters",
            """
            A Run with a matrix stands for the runs that the matrix makes, and an empty one makes none: the manifest
            would do nothing. A generator that found no values writes such a matrix. Leave `matrix` out for a single
            run, or remove the manifest.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2251", "A grid with too many combinations",
            """
            The combinations are counted before any is made: four lists of twenty values are 160,000 runs, which is
            rarely what somebody meant and would fill every queue. Write the sets that are wanted as a list, or split
            the sweep into steps of which each begins where the last was best.
            """),
        DiagnosticPage(
            "SLW2252", "A matrix makes too many runs",
            """
            Each run is planned, recorded and shown one by one, so that one manifest may make a thousand at most. More
            of them are several sweeps: give each a Run of its own with a part of the values.
            """),
        DiagnosticPage(
            "SLW2253", "The runs of a matrix are too large together",
            """
            Every run of a matrix has a copy of all that its Run says, so that a long value times a thousand runs is a
            lot of memory. Long values, such as a list of files, belong in a file of the job's source; the matrix names
            the file.
            """),
        DiagnosticPage(
            "SLW2254", "A parameter of a grid has no list of values",
            """
            In a grid each parameter has a list of values, also where it is a list of one. A value that is the same for
            all runs can stand under `parameters` of the same Run. A parameter that is itself a list needs a list of
            lists.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: 0.1}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2255", "A value of a grid is there twice",
            """
            Two equal values would make two runs of the same name and the same parameters. Numbers are compared by
            value, so that `0.1` and `0.10` are one. Mostly one of the two was to be something else; to compute the same
            once more, use `repeat`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.10]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.01]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2256", "A set of parameters is there twice",
            """
            Two equal sets would be one run under one name, whatever the order of the parameters in them. Mostly one of
            the two was copied and not changed; to compute the same once more, use `repeat`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: [{lr: 0.1}, {lr: 0.1}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: [{lr: 0.1}, {lr: 0.2}]
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2257", "A set of parameters is empty",
            """
            A set without values changes nothing: in the list it would be a run without a name of its own, in `include`
            it would add nothing, and in `exclude` it would fit every combination. It is what remains when the last
            value of a set was deleted.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: [{lr: 0.1}, {}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: [{lr: 0.1}, {lr: 0.2}]
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2258", "A parameter is excluded that the grid does not have",
            """
            `exclude` takes combinations out of the grid, and it can only be about parameters that have a list of values
            there. It is looked at before `include`, so that what `include` adds cannot be excluded. Usually the name is
            misspelled.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], exclude: [{rl: 0.2}]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], exclude: [{lr: 0.2}]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2259", "A value is excluded that the grid does not have",
            """
            No combination has this value, so that nothing is left out, and the runs that were to be avoided are made.
            Values are compared as JSON compares them: `1` is `1.0`, and is not `"1"`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], exclude: [{lr: 0.02}]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], exclude: [{lr: 0.2}]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2260", "Nothing of the matrix is left",
            """
            `exclude` takes out every combination, so that the manifest would make no run. A set in `exclude` that names
            few parameters fits many combinations: name more of them.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], exclude: [{lr: 0.1}, {lr: 0.2}]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], exclude: [{lr: 0.1}]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2261", "A combination is included that is there already",
            """
            The set fits combinations of the grid and has no value of another parameter to add to them, so that it
            changes nothing. Either a value of it is missing, or one was to differ from those of the grid.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], include: [{lr: 0.2}]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2], include: [{lr: 0.3}]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2262", "A common value that every run replaces",
            """
            What stands under `parameters` holds for the runs whose set has no value of its own, and here each has one.
            The line reads as if it said something about the runs, and says nothing.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      parameters: {lr: 0.3}
                      matrix: {lr: [0.1, 0.2]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: sweep}
                    spec:
                      job: train
                      queue: local
                      matrix: {lr: [0.1, 0.2]}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2263", "An input is to come from a whole matrix",
            """
            An input is a file or folder that one run wrote, and a matrix is many runs. Name the run that is meant,
            whose name is that of the Run followed by its parameters and values. To wait for all runs of a sweep, use
            `dependsOn`, which takes the name of the matrix.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: report}
                    spec:
                      job: train
                      queue: local
                      inputs: [{from: sweep, path: model.json}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: report}
                    spec:
                      job: train
                      queue: local
                      inputs: [{from: sweep-lr-0-1, path: model.json}]
                    """,
                beside: Surroundings.sweep)),
        DiagnosticPage(
            "SLW2264", "Waiting for matrices makes too many dependencies",
            """
            A run that waits for a matrix waits for each of its runs, and a matrix of a thousand runs that waits for
            another of a thousand makes a million pairs. Let one run wait for the first sweep, and the second sweep for
            that one run.
            """),
    ]
}
