import YAML

extension DiagnosticPage {
    static let plans: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8030", "The plan is stale",
            """
            A saved plan is applied only to what it was made from. Manifests, record or commit have moved since then
            (the notes say which), so that applying it could do something that nobody has looked at. That is what saved
            plans are for.
            """),
        DiagnosticPage(
            "SLW8031", "Not the name of one commit",
            """
            A name such as `main..topic`, or one that begins with a dash, is a range or an option to Git. One commit is
            wanted: a branch, a tag or an id.
            """),
        DiagnosticPage(
            "SLW8032", "The commit is not in this repository",
            """
            CI systems fetch only the branch that they check out, so that the branch to compare with is often missing.
            Fetch it first; the message has the command.
            """),
        DiagnosticPage(
            "SLW8033", "The commit is not in this shallow clone",
            """
            A shallow clone has the newest commits only. Fetch the other branch, or let the CI system clone with its
            history.
            """),
        DiagnosticPage(
            "SLW8034", "There is no repository to compare with",
            """
            Comparing with another commit needs the history of the manifests, and this folder is not part of a Git
            checkout. A downloaded archive of a repository is none either.
            """),
        DiagnosticPage(
            "SLW8035", "The repository has no commits",
            """
            The manifests are there and nothing has been committed yet, so that no revision could be recorded or
            compared.
            """),
        DiagnosticPage(
            "SLW8036", "The manifests are outside of the repository",
            """
            What is compared comes from commits, and a path outside of the repository is in none of them.
            """),
        DiagnosticPage(
            "SLW8037", "The manifests to compare with are invalid",
            """
            The commit to compare with does not pass `validate` itself, so that its desired state is not known. That is
            no fault of the proposal; it often happens once, when a new version of Slipway finds more than the old one
            did.
            """),
        DiagnosticPage(
            "SLW8038", "The plan is of another repository",
            """
            A plan names the commit that it was made of, and this repository does not have it. A plan is applied where
            it was made.
            """),
        DiagnosticPage(
            "SLW8039", "The plan's file cannot be read",
            """
            The operating system refused it. In a pipeline the artifact of the earlier step may not have been
            downloaded.
            """),
        DiagnosticPage(
            "SLW8040", "The plan's file is far too large",
            """
            No saved plan reaches that size, so that it is another file.
            """),
        DiagnosticPage(
            "SLW8041", "No room for the files of a commit",
            """
            To compare two commits, the files of one are put into a temporary folder, and that could not be made.
            """),
        DiagnosticPage(
            "SLW8042", "A plan cannot be saved without a commit",
            """
            A saved plan is an approval of one commit. Without one, nobody could say later what was approved.
            """),
    ]
}
