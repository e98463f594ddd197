import YAML

extension DiagnosticPage {
    static let denials: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW3040", "More runs than a policy allows",
            """
            A limit of a Policy counts all runs that the manifests of a namespace ask for, also those that have
            succeeded already and cost nothing any more. Remove the manifests of finished runs (their records stay), or
            ask the owners of the policy for more.
            """),
        DiagnosticPage(
            "SLW3041", "More GPUs than a policy allows",
            """
            The limit is on the sum over all runs of the namespace: each counts the `resources.gpu` of its job. The
            place that is shown is the first run with which it is too much; which one to take away is for you to choose.
            """),
        DiagnosticPage(
            "SLW3042", "A higher priority than a policy allows",
            """
            In a shared queue a high priority takes the place of somebody else's run, so that a namespace may have a
            highest one.
            """),
        DiagnosticPage(
            "SLW3043", "An image that a policy forbids",
            """
            A Policy names images that no job may be built from, often tags that move (`*:latest`) or registries that
            nobody watches. The name is compared as it is written and in its full form, with the registry and tag that
            are meant where they are left out.
            """),
        DiagnosticPage(
            "SLW3044", "A label that a policy wants is missing",
            """
            Labels tell who is responsible, which project pays, or how data may be used. The Policy says on which kinds
            and in which namespaces they have to be, and what their values look like.
            """),
        DiagnosticPage(
            "SLW3045", "A label has a value that a policy does not accept",
            """
            The pattern has to match the whole value, not only a part of it, so that `team` does not pass where
            `team-[a-z]+` is wanted. The note shows the rule.
            """),
        DiagnosticPage(
            "SLW3046", "Something protected was changed by others",
            """
            A Policy names who may change certain objects or files, and the commits between what is trusted and this one
            name another author. The author of a commit counts, not the one who pushed or merged it; a squash that
            rewrites authors changes whom it is attributed to.
            """),
        DiagnosticPage(
            "SLW3047", "Something protected was changed without a commit",
            """
            The working tree differs from its commit, and what is not committed has no author whom the policy could
            accept. Commit the change, or apply from a clean checkout.
            """),
        DiagnosticPage(
            "SLW3048", "Something protected differs, and no commit changed it",
            """
            Compared with what is trusted, the object is different, and none of the commits since then touched it. That
            is how an old commit that is checked out looks, or a history that was rewritten. A revert by `git revert` is
            a commit of its own and has an author.
            """),
    ]
}
