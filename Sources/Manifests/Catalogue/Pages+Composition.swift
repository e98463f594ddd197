import YAML

extension DiagnosticPage {
    static let composition: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2210", "A folder has two manifests of kind Defaults",
            """
            What a folder gives to its manifests stands in one place, so that it never depends on the order in which
            files are read. Put both into one, or move one into a folder below, where the nearer one wins.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Defaults
                    metadata: {name: labels}
                    spec:
                      labels: {team: vision}
                    ---
                    apiVersion: slipway/v1
                    kind: Defaults
                    metadata: {name: jobs}
                    spec:
                      jobs: {timeout: 30m}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Defaults
                    metadata: {name: vision}
                    spec:
                      labels: {team: vision}
                      jobs: {timeout: 30m}
                    """)),
        DiagnosticPage(
            "SLW2211", "Defaults that make too many copies",
            """
            Each manifest below a folder gets its own copy of what the folder's Defaults say, and a long text times
            thousands of manifests would need more memory than a CI machine has. Long values, such as a script or a
            certificate, belong in a file of the source that the jobs read.
            """),
    ]
}
