import YAML

extension DiagnosticPage {
    static let tools: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5220", "The builder is not installed",
            """
            The pool wants images built by a tool that this machine does not have.
            """),
        DiagnosticPage(
            "SLW5221", "The tool could not build the image",
            """
            A step of the Dockerfile failed; the tool's last lines are in the notes. Building by hand in the source
            folder shows all of it.
            """),
        DiagnosticPage(
            "SLW5222", "The build took too long",
            """
            The time limit keeps an agent from waiting for ever. Often a step waits for a network or for an answer on a
            terminal that is not there.
            """),
        DiagnosticPage(
            "SLW5223", "The tool does not say what it built",
            """
            The tool ended well and left no digest of an image. Very old versions cannot write it.
            """),
        DiagnosticPage(
            "SLW5224", "The source has no such Dockerfile",
            """
            The path is relative to the job's source, and ignore rules count.
            """),
        DiagnosticPage(
            "SLW5225", "Packages beside a Dockerfile",
            """
            Where there is a Dockerfile, nothing else is installed, so that packages that the job names would be
            missing.
            """),
        DiagnosticPage(
            "SLW5226", "Not the name of a system package",
            """
            The words are handed to the package tool of the base image as names; anything that it could take for an
            option is refused.
            """),
        DiagnosticPage(
            "SLW5227", "System packages without a base image",
            """
            `scratch` has no package tool that could install them.
            """),
    ]
}
