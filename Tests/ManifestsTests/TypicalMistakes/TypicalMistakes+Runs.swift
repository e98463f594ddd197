extension TypicalMistake {
    /// Mistakes in runs.
    static let runs = [
        TypicalMistake(
            "a queue with two letters swapped",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: lcoal}
            """,
            beside: Sample.training,
            """
            new.yaml:4:27: error: there is no Queue/lcoal [SLW2041]
            | spec: {job: train, queue: lcoal}
            |                           ^~~~~
            help: did you mean `local`?
            """),
        TypicalMistake(
            "a queue of another namespace",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first, namespace: vision}
            spec: {job: default/train, queue: local}
            """,
            beside: Sample.training,
            """
            new.yaml:4:35: error: there is no Queue/vision/local [SLW2041]
            | spec: {job: default/train, queue: local}
            |                                   ^~~~~
            help: did you mean `default/local`?
            """),
        TypicalMistake(
            "a job that is nowhere",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: evaluate-everything, queue: local}
            """,
            beside: Sample.training,
            """
            new.yaml:4:13: error: there is no Job/evaluate-everything [SLW2041]
            | spec: {job: evaluate-everything, queue: local}
            |             ^~~~~~~~~~~~~~~~~~~
            help: add a manifest of kind Job named `evaluate-everything` in namespace `default`
            """),
        TypicalMistake(
            "a version without its v",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train@3, queue: local}
            """,
            beside: Sample.training,
            """
            new.yaml:4:13: error: spec.job pins train to “3”, which is no version [SLW2010]
            | spec: {job: train@3, queue: local}
            |             ^~~~~~~
            help: versions are v1, v2, …; leave `@…` out to follow the newest
            """),
        TypicalMistake(
            "the newest version by name",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train@latest, queue: local}
            """,
            beside: Sample.training,
            """
            new.yaml:4:13: error: spec.job pins train to “latest”, which is no version [SLW2010]
            | spec: {job: train@latest, queue: local}
            |             ^~~~~~~~~~~~
            help: versions are v1, v2, …; leave `@…` out to follow the newest
            """),
        TypicalMistake(
            "one name in two files",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process, concurrency: 2}
            """,
            beside: Sample.training,
            """
            new.yaml:3:18: error: Queue/local is declared twice [SLW2040]
            | metadata: {name: local}
            |                  ^~~~~
            note: all.yaml:3:18: first declared here
            help: rename or remove one of the two
            """),
        TypicalMistake(
            "a run that waits for itself",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec:
              job: train
              queue: local
              dependsOn: [{run: first}]
            """,
            beside: Sample.training,
            """
            new.yaml:7:21: error: Run/first waits for itself, and would do so for ever [SLW2060]
            |   dependsOn: [{run: first}]
            |                     ^~~~~
            help: remove it, or name another run
            """),
        TypicalMistake(
            "a dependency by its name alone",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: second}
            spec:
              job: train
              queue: local
              dependsOn: [first]
            """,
            beside: Sample.training,
            """
            new.yaml:7:15: error: spec.dependsOn[0] must be a mapping, and is the text “first” [SLW2004]
            |   dependsOn: [first]
            |               ^~~~~
            help: write `{run: first}`; its fields are `run` and `condition`
            """),
        TypicalMistake(
            "a priority of another system",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: first}
            spec: {job: train, queue: local, priority: urgent}
            """,
            beside: Sample.training,
            """
            new.yaml:4:44: error: spec.priority must be one of `critical`, `high`, `medium` and `low`, and is the \
            text “urgent” [SLW2006]
            | spec: {job: train, queue: local, priority: urgent}
            |                                            ^~~~~~
            """),
    ]
}
