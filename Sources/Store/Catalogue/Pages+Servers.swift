import YAML

extension DiagnosticPage {
    static let servers: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW4020", "The database server cannot be reached",
            """
            No connection could be made: the server is down, a firewall is in between, or the address is another. It may
            pass by itself; runs that are under way go on, and what they did is recorded afterwards.
            """),
        DiagnosticPage(
            "SLW4021", "The database server refuses the login",
            """
            The server answered and does not accept user or password. Passwords come from libpq's usual places and not
            from the manifest or, where it can be avoided, the command line.
            """),
        DiagnosticPage(
            "SLW4022", "The database does not exist",
            """
            The server runs and has no database of that name. Slipway makes its tables itself and leaves making the
            database to whoever looks after the server.
            """),
        DiagnosticPage(
            "SLW4023", "The database has no schema to use",
            """
            None of the schemas in the search path exists, so that tables could be made nowhere. Some servers remove
            `public`.
            """),
        DiagnosticPage(
            "SLW4024", "The database server forbids it",
            """
            The account may log in and not do what was needed. It needs to make tables once, and to read and write them
            afterwards.
            """),
        DiagnosticPage(
            "SLW4025", "The database's encoding is not UTF-8",
            """
            Names and messages can be in any script; in another encoding some of them could not be recorded, and a run
            would fail because of a letter. The encoding of a database cannot be changed, so that another one is needed.
            """),
        DiagnosticPage(
            "SLW4026", "A text with a NUL character",
            """
            PostgreSQL cannot keep the character U+0000. It comes from a program's output or a file name; the text's
            beginning is in the message.
            """),
        DiagnosticPage(
            "SLW4027", "It is not known whether a step was recorded",
            """
            The connection broke between the request to commit and the answer. Slipway does not guess: the next
            `reconcile` reads what is there and goes on from it, whichever it was.
            """),
        DiagnosticPage(
            "SLW4028", "The lock on the state was lost",
            """
            The lock lives with the connection to the server, which broke; another reconcile has taken it. This one has
            stopped, since only the holder may act.
            """),
        DiagnosticPage(
            "SLW4029", "The state's address cannot be read",
            """
            The address is no URL that libpq understands. Characters such as `@`, `/` and `?` in a password have to be
            written as `%40`, `%2F` and `%3F`.
            """),
    ]
}
