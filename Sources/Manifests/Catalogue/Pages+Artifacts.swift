import YAML

extension DiagnosticPage {
    static let artifacts: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2240", "A store's address holds a password",
            """
            Everybody who can read the manifest, its history or a log would have it. Agents use the logins of their
            machine: `docker login`, or a file that `DOCKER_CONFIG` names. A password that was pushed has to be changed.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: "oci:ada:secret@registry.example.com/runs"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: "oci:registry.example.com/runs"}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2241", "A kind of store that is not known",
            """
            What attempts leave is kept in a folder that all machines mount, or in a registry, which most teams have
            anyway. Object stores such as S3 are not spoken to directly; mount one as a folder, or run a registry on top
            of it.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: "s3://bucket/runs"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: /mnt/runs}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2242", "A store's repository cannot be read",
            """
            Behind `oci:` stand the host of a registry and the path of one repository in it, in lower case. A tag or
            digest is not part of it, because every attempt gets its own.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: "oci:registry.example.com/runs:latest"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: "oci:registry.example.com/runs"}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2243", "A folder that cannot be a store",
            """
            A relative folder is below the repository's root, so that every checkout finds its own; one above it would
            be another place for each. `.git` belongs to Git.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: ../runs}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      artifacts: {location: /mnt/runs}
                    """,
                beside: Surroundings.queue)),
    ]
}
