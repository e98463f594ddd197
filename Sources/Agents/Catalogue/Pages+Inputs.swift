import YAML

extension DiagnosticPage {
    static let inputs: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW7010", "An input's run has not succeeded",
            """
            A run that reads another's output starts when that run has succeeded. Here it was started although it has
            not: the record changed in between, for example because the other run was asked for once more.
            """),
        DiagnosticPage(
            "SLW7011", "An input was never left",
            """
            The other run succeeded and did not write the file, or its job did not declare it at that time, so that it
            was not kept. A command that succeeds without writing its outputs is usually an error in the command.
            """),
        DiagnosticPage(
            "SLW7012", "An input has no digest",
            """
            Inputs are compared by digest, so that a run can be repeated on exactly what it was given. This one could
            not be given a digest when its run ended, because it is not made of plain files and folders, or could not be
            read.
            """),
        DiagnosticPage(
            "SLW7013", "An input is gone",
            """
            The output is recorded and not in its place any more: the folder of the attempt was cleaned up, or the
            machine is another one. A store (`artifacts` of the pool) keeps outputs beyond the life of a machine.
            """),
        DiagnosticPage(
            "SLW7014", "An input was changed",
            """
            The file is there and has another digest than when its run ended. Somebody wrote to it afterwards, so that
            computing on it would give results that nobody could repeat.
            """),
        DiagnosticPage(
            "SLW7020", "An input can be had from nowhere",
            """
            The output is no longer on the machine that made it, and the store that has a copy could not be asked. Once
            the store answers, the attempt can be tried again.
            """),
        DiagnosticPage(
            "SLW7021", "The store lacks an output",
            """
            The store answered, and has not the output with the digest that is recorded. It was removed there, or the
            attempt ended before it was copied.
            """),
    ]
}
