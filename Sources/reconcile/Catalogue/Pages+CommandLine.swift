import YAML

extension DiagnosticPage {
    static let commandLine: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW9001", "An error that nobody expected",
            """
            Something failed for which there is no message of its own, so that what you see is what the system or a
            library said. What was recorded before is safe, and `reconcile` can simply be run again; a report with the
            command and the message helps to give it a proper code.
            """),
        DiagnosticPage(
            "SLW9002", "A kind that does not exist",
            """
            Objects are named as `Kind/name`, and the kinds are those of the manifests. Singular, plural and lower case
            are all understood, and a bare name means a run where a command is about runs.
            """),
        DiagnosticPage(
            "SLW9003", "The command was interrupted",
            """
            The command ended because it was told to (Ctrl-C, or a signal of the CI system). Runs that were started go
            on without it: they are recorded, and the next `reconcile` takes them up where this one left off.
            """),
        DiagnosticPage(
            "SLW9005", "The audit trail was changed",
            """
            Each event of the record carries a digest of the one before it, so that an event cannot be changed, removed
            or put in without breaking the chain from there on. Here it is broken: somebody edited the state by hand, a
            backup was restored only in part, or the disk is damaged. The events before the first bad one can be relied
            on.
            """),
        DiagnosticPage(
            "SLW9010", "The output cannot be written",
            """
            The file or stream that the command was to write to refused what it was given: the disk is full, the
            permission is missing, or the reader at the other end of a pipe has gone. What was written so far is
            incomplete, so that nothing should read it.
            """),
        DiagnosticPage(
            "SLW9030", "A file of the CI system cannot be written",
            """
            GitHub and other CI systems name, in environment variables, files into which a step writes its summary and
            its outputs. The variable is set, and its file cannot be written; often it was inherited by a container in
            which that path does not exist. The command itself is not affected.
            """),
        DiagnosticPage(
            "SLW9040", "An image cannot be pushed to a given digest",
            """
            A digest is computed from an image's content, so that it is known only when the image is there; asking for
            one beforehand could not be answered truthfully. Push to a tag and read the digest from what the command
            prints.
            """),
        DiagnosticPage(
            "SLW9070", "A diagnostic code that does not exist",
            """
            Codes are never reused, so that one which was printed by a newer version of Slipway is unknown to an older
            one. Otherwise a digit was lost or changed on the way; the list that is offered shows what each code is
            about.
            """),
    ]
}
