import YAML

extension DiagnosticPage {
    static let notifications: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8072", "The note on the commit was not written",
            """
            With `--notes`, what became of a commit is written as a Git note on it. It could not be, for the reason
            given; the record has everything all the same.
            """),
        DiagnosticPage(
            "SLW8073", "The notes were not pushed",
            """
            The notes are in this clone and not in the remote. The account may lack the right to push
            `refs/notes/slipway`, or somebody else pushed in between.
            """),
        DiagnosticPage(
            "SLW8074", "Not an address to notify",
            """
            Notifications carry names of runs and commits, so that they are sent encrypted, and an address with a
            password in it would be visible to everybody who can list processes. Plain `http` is for this machine only.
            """),
        DiagnosticPage(
            "SLW8075", "The secret for signing notifications is missing",
            """
            A receiver that wants signed notifications would refuse unsigned ones, so that it is said before anything is
            sent. The secret is read from the environment and never from the command line.
            """),
        DiagnosticPage(
            "SLW8076", "The command to notify with cannot be used",
            """
            It is a list and not a line, because no shell reads it: names of runs and branches come from others and
            could contain anything.
            """),
        DiagnosticPage(
            "SLW8077", "Somebody was not notified",
            """
            The receiver did not take the notification, or could not be reached. A webhook is tried several times before
            this is said; later applies do not make up for it.
            """),
    ]
}
