import YAML

extension DiagnosticPage {
    static let loading: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2070", "The named file or folder is not there",
            """
            Manifests are read from `./manifests` unless `-f` names something else, and both are relative to the folder
            in which the command was started. In CI that folder may be another than in your shell.
            """),
        DiagnosticPage(
            "SLW2071", "A file or folder cannot be read",
            """
            The operating system refuses access. What cannot be read could hold manifests, and taking them for absent
            would delete what they ask for; therefore it is an error and not skipped.
            """),
        DiagnosticPage(
            "SLW2072", "A manifest file is too large to be read",
            """
            The file is not even opened, because something of this size is data and no manifest. Give it another ending,
            move it to a job's source, or name it in `.slipwayignore`.
            """),
        DiagnosticPage(
            "SLW2073", "There are too many files to look at",
            """
            Reading stopped so that a wrong path (`-f /`) does not keep a machine busy for hours. Usually a folder of
            data, an environment or `node_modules` is below the folder that was named; name it in `.slipwayignore`.
            """),
        DiagnosticPage(
            "SLW2074", "A symbolic link leads out of the repository",
            """
            What the link leads to is not in the commit, so that the manifests would differ from machine to machine, and
            a link in a proposal from outside could make CI read any file. A path outside that you name yourself with
            `-f` is fine.
            """),
        DiagnosticPage(
            "SLW2075", "A symbolic link leads in a circle",
            """
            The link leads to itself or to a folder that it is in, so that following it would never end.
            """),
        DiagnosticPage(
            "SLW2076", "A symbolic link leads nowhere",
            """
            The name ends like a manifest's, and what it leads to is not there. The target was moved or was not
            committed; taking the manifest for deleted would delete what it asks for.
            """),
        DiagnosticPage(
            "SLW2077", "Not a file that can be read",
            """
            A pipe, socket or device has the name of a manifest. Reading it could wait for ever, so that it is left
            alone.
            """),
        DiagnosticPage(
            "SLW2078", "Folders are nested too deep",
            """
            No repository that people look after is that deep; it is a generated tree, or a loop made of mounts. Name
            its top in `.slipwayignore`.
            """),
        DiagnosticPage(
            "SLW2079", "The repository's folder cannot be read",
            """
            The folder that everything is relative to is gone or closed. It may have been removed while the command ran,
            or the CI runner's checkout belongs to another user.
            """),
        DiagnosticPage(
            "SLW2080", "A file name is not UTF-8",
            """
            Paths are part of messages, plans and the record, all of which are UTF-8. Such names come from archives made
            on old systems; rename the file.
            """),
    ]
}
