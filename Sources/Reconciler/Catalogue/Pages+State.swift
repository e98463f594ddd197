import YAML

extension DiagnosticPage {
    static let state: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8001", "The state's folder cannot be made",
            """
            Records and traces lie in `.slipway` beside the repository's root, and that folder could not be made. The
            checkout may be read-only, as in some CI systems; `--state` names another place.
            """),
        DiagnosticPage(
            "SLW8002", "No manifests were found",
            """
            The folders that were read hold no `.yaml` or `.yml` file, or all of them are ignored or part of a job's
            source. It is an error because an empty set would mean to delete everything.
            """),
        DiagnosticPage(
            "SLW8003", "A git command failed",
            """
            The revision, the author and the history come from Git, and the command that was to tell them failed; the
            message has what it said. A frequent one is “dubious ownership”: the checkout belongs to another user, and
            `git config --global --add safe.directory PATH` says that it is meant.
            """),
        DiagnosticPage(
            "SLW8004", "A state of a kind that is not known",
            """
            A state is a SQLite file, a PostgreSQL database or a branch of a Git repository, and the beginning of its
            address says which.
            """),
        DiagnosticPage(
            "SLW8005", "Nothing of that name is recorded",
            """
            Only what was applied is recorded: a manifest that is committed and was never applied is not yet there. The
            state that is asked may also be another one than you think; `--state` and `SLIPWAY_STATE` name it.
            """),
        DiagnosticPage(
            "SLW8010", "A file would be written over",
            """
            `reconcile init` writes an example and leaves alone what is there already.
            """),
        DiagnosticPage(
            "SLW8012", "There is no state yet",
            """
            The address names a state that nobody has made. The first `reconcile apply` makes it; if there should be
            one, look at `--state`, `SLIPWAY_STATE` and the folder in which you are.
            """),
        DiagnosticPage(
            "SLW8016", "The agent pool is not recorded",
            """
            An agent serves a pool as it was applied, so that all agents of a pool do the same. Apply its manifest
            first, and let the agent use the same state.
            """),
        DiagnosticPage(
            "SLW8017", "The pool's agents are no processes of their own",
            """
            With `placement: local` an apply runs the agents itself, and with `kubernetes` the cluster does. Only the
            agents of a pool with `placement: remote` are started with `reconcile agent`.
            """),
        DiagnosticPage(
            "SLW8020", "It is not clear which remote holds the state",
            """
            `--state git` stands for a branch of the remote `origin`. This clone has remotes of other names only, and a
            state in the wrong one would begin a second record.
            """),
        DiagnosticPage(
            "SLW8070", "Nothing of that name is in the audit trail",
            """
            The word was looked for as a run, as an object and as the beginning of a commit. A commit that changed no
            manifest, or that was never applied, leaves no trace in the record.
            """),
        DiagnosticPage(
            "SLW8071", "A commit's abbreviation is ambiguous",
            """
            Several recorded commits begin so.
            """),
        DiagnosticPage(
            "SLW8130", "Another clean-up is at work",
            """
            Two processes that remove what is not needed any more could each take the other's work for rubbish, so that
            only one may do it at a time in one folder.
            """),
        DiagnosticPage(
            "SLW8135", "The cluster cannot reach the state",
            """
            A file on this machine, or a database that listens on this machine only, is out of reach for pods. Agents on
            a cluster share a PostgreSQL database with you.
            """),
        DiagnosticPage(
            "SLW8136", "What was done with a Deployment was not recorded",
            """
            The cluster was changed and the record could not be, so that the record is behind. Nothing is lost: the next
            apply looks at the cluster, finds its own Deployment and records it.
            """),
    ]
}
