import YAML

extension DiagnosticPage {
    static let containers: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2420", "A container flag that Slipway sets",
            """
            By name and labels Slipway finds its containers again after a crash; command, environment and log are the
            job's. A queue that set them could lose a run or start it twice. The message says how the same is done here.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, config: {env: [MODE=fast]}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, config: {memory: 2g}}
                    """)),
        DiagnosticPage(
            "SLW2421", "A container flag that is not known",
            """
            Flags are those of `docker create` and `podman create`, by their long names without dashes. Only those are
            passed on whose effect is known to stay within the container, or that a word in `settings.allow` permits.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, config: {mem: 2g}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, config: {memory: 2g}}
                    """)),
        DiagnosticPage(
            "SLW2422", "A container flag with a value of the wrong form",
            """
            The tool would refuse it only when the first run starts. Sizes are written as Docker writes them (`512m`,
            `2g`), which is not how a job's `resources` are (`512Mi`, `2Gi`).
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, config: {memory: 2Gi}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, config: {memory: 2g}}
                    """)),
        DiagnosticPage(
            "SLW2423", "A container tool that is not known",
            """
            Containers are run by `docker` or `podman`, found on the agent's PATH. A path or another tool with the same
            flags (`nerdctl`) cannot be named here.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, settings: {tool: nerdctl}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-container, settings: {tool: podman}}
                    """)),
    ]
}
