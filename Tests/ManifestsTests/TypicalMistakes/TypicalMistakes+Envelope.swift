extension TypicalMistake {
    /// Mistakes in what all manifests share.
    static let envelope = [
        TypicalMistake(
            "a version of Kubernetes's kind",
            """
            apiVersion: slipway/v1beta1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            """,
            """
            new.yaml:1:13: error: apiVersion must be `slipway/v1`, and is “slipway/v1beta1” [SLW2002]
            | apiVersion: slipway/v1beta1
            |             ^~~~~~~~~~~~~~~
            help: did you mean `slipway/v1`?
            """),
        TypicalMistake(
            "a manifest of Kubernetes",
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: train}
            """,
            """
            new.yaml:1:13: error: this document is not a Slipway manifest: apiVersion “batch/v1” is not Slipway's \
            [SLW2001]
            | apiVersion: batch/v1
            |             ^~~~~~~~
            help: begin it with `apiVersion: slipway/v1`, or name the file in `.slipwayignore`
            """),
        TypicalMistake(
            "a kind in lower case",
            """
            apiVersion: slipway/v1
            kind: agentpool
            metadata: {name: here}
            spec: {queues: [local]}
            """,
            """
            new.yaml:2:7: error: kind must be one of `Job`, `Queue`, `AgentPool`, `Run`, `Policy` and `Defaults`, \
            and is the text “agentpool” [SLW2006]
            | kind: agentpool
            |       ^~~~~~~~~
            help: did you mean `AgentPool`?
            """),
        TypicalMistake(
            "a field of the envelope in capitals",
            """
            apiVersion: slipway/v1
            Kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            """,
            """
            new.yaml:2:1: error: the manifest has no field `Kind` [SLW2003]
            | Kind: Queue
            | ^~~~
            help: did you mean `kind`?
            """),
        TypicalMistake(
            "a name in capitals",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: Local_GPU}
            spec: {resource: local-process}
            """,
            """
            new.yaml:3:18: error: metadata.name must be a name of a-z, 0-9 and `-`, and is the text “Local_GPU” \
            [SLW2007]
            | metadata: {name: Local_GPU}
            |                  ^~~~~~~~~
            help: did you mean `local-gpu`? Otherwise use at most 63 of a-z, 0-9 and `-`, beginning and ending with \
            a letter or digit
            """),
        TypicalMistake(
            "a label with a blank",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local, labels: {team: computer vision}}
            spec: {resource: local-process}
            """,
            """
            new.yaml:3:40: error: metadata.labels.team must be a label's value, and is the text “computer vision”, \
            which contains a space, and only letters, digits, `-`, `_` and `.` may be there [SLW2007]
            | metadata: {name: local, labels: {team: computer vision}}
            |                                        ^~~~~~~~~~~~~~~
            help: use at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit
            """),
        TypicalMistake(
            "a label that is a number",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local, labels: {cost-centre: 4711}}
            spec: {resource: local-process}
            """,
            """
            new.yaml:3:47: error: metadata.labels.cost-centre must be a label's value, and is the number 4711 [SLW2004]
            | metadata: {name: local, labels: {cost-centre: 4711}}
            |                                               ^~~~
            help: put it into quotes: "4711"
            """),
        TypicalMistake(
            "an empty spec",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec:
            """,
            """
            new.yaml:4:1: error: spec is empty [SLW2005]
            | spec:
            | ^~~~
            help: write its value behind the colon, or indented on the lines below
            """),
    ]
}
