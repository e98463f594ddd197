import YAML

extension DiagnosticPage {
    static let files: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW4001", "The state's file is no database",
            """
            The file has other content than a SQLite database: another file has been given the name, or a program wrote
            over its beginning. It is left alone.
            """),
        DiagnosticPage(
            "SLW4002", "The state is damaged",
            """
            SQLite found that the file contradicts itself. A failing disk, a copy made while the state was written, or a
            network file system without working locks are the usual causes. Stop using it and restore a backup.
            """),
        DiagnosticPage(
            "SLW4003", "The state cannot be written",
            """
            Besides the file, SQLite needs to write in its folder. A file that a container made as root, or a read-only
            checkout, are the usual causes.
            """),
        DiagnosticPage(
            "SLW4004", "The disk is full",
            """
            What was to be recorded was not, and nothing was done that depends on it: intent is recorded before an act.
            Runs that are under way go on.
            """),
        DiagnosticPage(
            "SLW4005", "The state cannot be opened",
            """
            The system does not let the file be opened or made, mostly because the folder is missing or closed.
            """),
        DiagnosticPage(
            "SLW4006", "The state is busy",
            """
            Another program kept the database locked for longer than anything here needs, such as an open `sqlite3`
            shell or a backup tool. It may pass by itself.
            """),
        DiagnosticPage(
            "SLW4007", "The database reported an error",
            """
            SQLite or the server refused a statement for a reason that has no message of its own. What it said is in the
            message.
            """),
        DiagnosticPage(
            "SLW4008", "The state is of a newer version",
            """
            A newer `reconcile` has changed the layout of the record. This one does not know what the changes mean and
            could break the chain of events, so that it does not touch it.
            """),
        DiagnosticPage(
            "SLW4009", "The database is somebody else's",
            """
            It is a database, and its tables are not Slipway's. It is left alone.
            """),
        DiagnosticPage(
            "SLW4010", "The database may forget what it has confirmed",
            """
            Slipway records an intent before it acts, and relies on its being there after a crash. SQLite did not take
            the setting by which a commit waits for the disk.
            """),
        DiagnosticPage(
            "SLW4011", "Another reconcile holds the state",
            """
            Two of them acting on one state could start a run twice, so that only one may at a time. Wait for it, or let
            CI queue its jobs. If its machine is gone for good, `reconcile unlock` gives the state free.
            """),
        DiagnosticPage(
            "SLW4012", "The lock's file cannot be used",
            """
            The lock is a file beside the state, which could not be made or locked. The folder may be read-only or on a
            file system without locks.
            """),
        DiagnosticPage(
            "SLW4013", "The lease on a run was lost",
            """
            An agent that is silent for longer than the pool's `leaseDuration` loses its work to another, and everything
            that it still wants to record is refused, so that two agents can never speak for one run. It happens to a
            machine that was asleep, overloaded or cut off.
            """),
        DiagnosticPage(
            "SLW4014", "A recorded value cannot be read",
            """
            A row of the record holds a value that no version known here has written. Somebody edited the state, or it
            is damaged.
            """),
        DiagnosticPage(
            "SLW4015", "That cannot happen to the run any more",
            """
            A run goes through its phases in one direction. Between the decision and the writing somebody else moved it
            on, for example by cancelling it.
            """),
        DiagnosticPage(
            "SLW4016", "The run is not recorded",
            """
            No run of that name or id is in this state. A run is recorded when it is first applied.
            """),
        DiagnosticPage(
            "SLW4017", "The state is of an older shape",
            """
            Commands that only read do not change the layout of the record. An apply does, and keeps everything that is
            in it.
            """),
        DiagnosticPage(
            "SLW4018", "The state was never finished",
            """
            The process that made the state was ended before it was done. Nothing can have been recorded in it, so that
            making it anew loses nothing.
            """),
        DiagnosticPage(
            "SLW4019", "The holder of the lock is alive",
            """
            `unlock` takes a lock away from a process that is gone. This one is at work on this machine; end it first,
            if it really hangs.
            """),
        DiagnosticPage(
            "SLW4060", "A reproduction has ended already",
            """
            Its end is recorded once and not changed any more.
            """),
    ]
}
