import YAML

extension DiagnosticPage {
    static let attempts: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW6001", "The command was not found",
            """
            The program of the job's `command` is neither on the agent's PATH nor in the job's source. A script of the
            source is named with a slash (`./train.sh`), because no working folder is searched.
            """),
        DiagnosticPage(
            "SLW6002", "The command cannot be executed",
            """
            The file is there and is not executable, or is no program. Git keeps the executable bit, and it is easily
            lost on Windows; naming the interpreter (`[python3, train.py]`) needs none.
            """),
        DiagnosticPage(
            "SLW6003", "The process could not be started",
            """
            The system refused to start another process: a limit on processes or memory, or a missing interpreter in the
            first line of a script.
            """),
        DiagnosticPage(
            "SLW6004", "A process does not end",
            """
            The process got TERM, then KILL, and is still there. That happens when it hangs in the kernel, mostly on a
            disk or network file system that does not answer. The run does not count as ended before it is gone.
            """),
        DiagnosticPage(
            "SLW6005", "An argument with a NUL byte",
            """
            No program can be given the character U+0000 in an argument or a variable; it would end the text there. It
            came from a parameter or a secret.
            """),
        DiagnosticPage(
            "SLW6006", "A variable that a shell would change",
            """
            Commands are started through a small script, and shells set some variables themselves or drop names that
            they cannot write. The command would see another value than the manifest says.
            """),
        DiagnosticPage(
            "SLW6007", "The place of attempts cannot be marked",
            """
            A marker says which checkout a place of attempts belongs to, so that two checkouts never take each other's
            processes for their own. It could not be written.
            """),
        DiagnosticPage(
            "SLW6008", "An attempt cannot be marked as never started",
            """
            Before an attempt is given up, its folder is sealed, so that a late starter finds that it must not start any
            more. The seal could not be written.
            """),
        DiagnosticPage(
            "SLW6009", "An attempt's place cannot be taken",
            """
            Agents take an attempt's folder one after the other, with a number that only grows. The file that holds the
            number could not be written, or another agent was stopped while it held it.
            """),
        DiagnosticPage(
            "SLW6010", "A later claim has the attempt",
            """
            Another agent has taken the work over, and this one must not touch it any more. That is how a lost lease
            looks from the engine's side. If the state was made anew while the folders of attempts stayed, the numbers
            there are higher than the new ones.
            """),
        DiagnosticPage(
            "SLW6011", "The attempt was started meanwhile",
            """
            Two starters met, and the other one was first. This one goes on with what was started, instead of starting
            it a second time.
            """),
        DiagnosticPage(
            "SLW6012", "The engine is not in this version",
            """
            The state names an engine that this program does not have: agents and `reconcile apply` are of different
            versions.
            """),
        DiagnosticPage(
            "SLW6013", "The engine does not answer",
            """
            The daemon, controller or cluster cannot be asked at the moment, so that nothing is known of the runs on it.
            They are not taken for lost; the engine is asked again.
            """),
        DiagnosticPage(
            "SLW6200", "A log cannot be written",
            """
            What a command writes is copied into its attempt's folder, and that is full or closed. The engine still has
            it, so that it is copied once there is room.
            """),
    ]
}
