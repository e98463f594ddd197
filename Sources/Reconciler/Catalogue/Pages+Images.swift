import YAML

extension DiagnosticPage {
    static let images: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8100", "It is not clear which registry is meant",
            """
            Without a target, `image push` uses the registry of the pools. None of them has one, or they have different
            ones.
            """),
        DiagnosticPage(
            "SLW8101", "The job's version is not recorded",
            """
            An image is pushed under the number of its job's version, and numbers are given when a version is first
            applied. The job as it is checked out never was.
            """),
        DiagnosticPage(
            "SLW8132", "The job version does not exist",
            """
            Versions are written `NAME@v3`, and the state that is asked has not so many, or knows no such job.
            """),
        DiagnosticPage(
            "SLW8133", "The job version was never built",
            """
            A version's image is built when its first run needs it, so that a version without runs has none.
            """),
        DiagnosticPage(
            "SLW8134", "The image is not on this machine",
            """
            The layout of this checkout does not hold it. Another machine executed the run, or the image was cleaned up
            as no longer needed.
            """),
        DiagnosticPage(
            "SLW8140", "SOURCE_DATE_EPOCH is not a number",
            """
            The variable is a convention of reproducible builds: the time, in seconds since 1970, that files in an image
            get. Some build environment has set it to something else.
            """),
        DiagnosticPage(
            "SLW8141", "A text names no image",
            """
            An image can be named by its job, by its digest, or by its place in a folder or registry. A text that could
            be two of these needs the longer form.
            """),
        DiagnosticPage(
            "SLW8142", "There is no such image",
            """
            The place was looked at and has no image of that name or digest. It was never built there, or was removed
            since.
            """),
    ]
}
