import YAML

extension DiagnosticPage {
    static let policies: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2200", "Signatures are required of nobody",
            """
            The policy asks for signed commits and lists no key, so that no signature could ever count and every apply
            would be refused. List the keys of those who may sign.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Policy
                    metadata: {name: signed}
                    spec:
                      commits: {requireSigned: commit}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Policy
                    metadata: {name: signed}
                    spec:
                      commits:
                        requireSigned: commit
                        allowedSigners: ["ada@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHuV"]
                    """)),
        DiagnosticPage(
            "SLW2201", "A rule protects nothing",
            """
            The rule names authors and nothing that only they may change. Its author believes that something is held, so
            that it is an error rather than a rule without effect. To cover everything, write `namespaces: ["*"]`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Policy
                    metadata: {name: owners}
                    spec:
                      protect:
                      - authors: ["*@example.com"]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Policy
                    metadata: {name: owners}
                    spec:
                      protect:
                      - namespaces: ["*"]
                        authors: ["*@example.com"]
                    """)),
        DiagnosticPage(
            "SLW2202", "A rule limits nothing",
            """
            The rule says whose runs it is about and no limit, so that it could never refuse anything. Set `runs`, `gpu`
            or `priority`; 0 is a limit too.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Policy
                    metadata: {name: limits}
                    spec:
                      limits:
                      - namespaces: [students]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Policy
                    metadata: {name: limits}
                    spec:
                      limits:
                      - namespaces: [students]
                        gpu: 4
                    """)),
    ]
}
