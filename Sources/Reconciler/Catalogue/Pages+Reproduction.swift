import YAML

extension DiagnosticPage {
    static let reproduction: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8120", "The run is being reproduced already",
            """
            Reproductions of one run are numbered and made one after the other, each in a folder of its own.
            """),
        DiagnosticPage(
            "SLW8121", "The attempt gives nothing to compare with",
            """
            A reproduction compares with how an attempt ended and what it left. One that was cancelled, was lost or
            never started has no end of its own.
            """),
        DiagnosticPage(
            "SLW8122", "No image is recorded of the attempt",
            """
            The attempt ended before an image was chosen for it, so that nobody knows what it would have executed.
            """),
        DiagnosticPage(
            "SLW8123", "The run's image can neither be found nor built",
            """
            The image is not in the layout, and the source that it was built from is not in the checkout or in any
            commit here. The branch may have been deleted, or the clone be shallow.
            """),
        DiagnosticPage(
            "SLW8124", "The image was built again and is another",
            """
            The same source gave an image with another digest, so that something beyond the source went into it:
            packages that are not pinned, a base image behind a tag that moved, a builder that is not reproducible. A
            reproduction with it would compare two different things.
            """),
        DiagnosticPage(
            "SLW8125", "The metrics cannot be read",
            """
            The file of metrics of one of the two executions cannot be opened, often because a container wrote it as
            another user.
            """),
        DiagnosticPage(
            "SLW8126", "The metrics are too large to compare",
            """
            Metrics are compared in memory, name by name and step by step, within limits. Write fewer names or longer
            intervals, or compare what the command leaves as an output.
            """),
        DiagnosticPage(
            "SLW8127", "The run could not be executed once more",
            """
            The reproduction failed before its command came to an end, which says nothing about whether the run can be
            reproduced.
            """),
    ]
}
