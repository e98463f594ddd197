import YAML

extension DiagnosticPage {
    static let branches: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW4040", "Git is not installed",
            """
            A state in a branch is read and written with the machine's own `git`, so that its credentials and settings
            count. Minimal container images often lack it.
            """),
        DiagnosticPage(
            "SLW4041", "Git could not be started",
            """
            The program is there and the system did not start it; the reason is in the message.
            """),
        DiagnosticPage(
            "SLW4042", "A git command on the state failed",
            """
            The command ended with an error that has no message of its own; what Git said is in the message.
            """),
        DiagnosticPage(
            "SLW4043", "The remote refuses the credentials",
            """
            Each step of a state in a branch is a push. CI jobs often may read only, until they are given the permission
            to write contents.
            """),
        DiagnosticPage(
            "SLW4044", "The remote repository does not exist",
            """
            Git knows no such remote, or the host has no such repository (many hosts say so as well where you may not
            see it).
            """),
        DiagnosticPage(
            "SLW4045", "The remote did not take the state",
            """
            The branch was refused: by a protection rule, a hook or a quota. The branch of a state is written by a
            program and wants no review; protect it against people, not against the account that runs reconcile.
            """),
        DiagnosticPage(
            "SLW4046", "The branch holds something else",
            """
            The branch exists and was not made by Slipway. Using it would mix a record with somebody's work.
            """),
        DiagnosticPage(
            "SLW4047", "The state's branch was edited",
            """
            A commit on the branch is not by reconcile, or its content does not fit the chain of events. Believing it
            would mean to trust a record that anybody could have rewritten; take the commit back.
            """),
        DiagnosticPage(
            "SLW4048", "The state's branch is gone",
            """
            This checkout has seen the branch, and it is not there any more. Beginning a new record would forget which
            runs are under way and start them again, so that a person has to decide.
            """),
        DiagnosticPage(
            "SLW4049", "The state's branch was rewritten",
            """
            The branch does not go on from what was last seen here: a forced push has replaced its history. That is how
            a record is forged, and also how a branch is restored from a backup; find out which it was.
            """),
        DiagnosticPage(
            "SLW4050", "The working copy of the state cannot be used",
            """
            A copy of the branch is kept in `.slipway/git` to make steps quick. It is damaged or closed; without it
            everything is fetched again.
            """),
        DiagnosticPage(
            "SLW4051", "Not a branch for a state",
            """
            The name would be an option, a tag or no valid ref to Git. A full name, beginning with `refs/heads/`, leaves
            no doubt.
            """),
        DiagnosticPage(
            "SLW4052", "There is no repository around this folder",
            """
            `--state git` means a branch of the repository that you are in, and you are in none.
            """),
        DiagnosticPage(
            "SLW4053", "Agents of their own cannot use a branch",
            """
            An agent renews its lease every few seconds, and each renewal would be a push. Remote agents share a
            database.
            """),
    ]
}
