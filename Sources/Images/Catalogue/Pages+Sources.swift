import YAML

extension DiagnosticPage {
    static let sources: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5001", "A file cannot be used",
            """
            The operating system refused to read or write a file that belongs to an image. Its reason is in the message.
            """),
        DiagnosticPage(
            "SLW5002", "A temporary file cannot be removed",
            """
            The work was done, and something was left behind. It takes room and does no other harm.
            """),
        DiagnosticPage(
            "SLW5003", "The source folder does not exist",
            """
            It was there when the manifests were checked and is not when the image is built, or the version is one whose
            folder has been moved since.
            """),
        DiagnosticPage(
            "SLW5004", "The source is not a folder",
            """
            An image is made of a folder, with all that is in it.
            """),
        DiagnosticPage(
            "SLW5005", "A file changed while it was read",
            """
            An image has to be a picture of one moment. Something wrote into the source meanwhile: an editor, a training
            run, a sync tool. Keep what is written at run time out of the source.
            """),
        DiagnosticPage(
            "SLW5006", "A special file in the source",
            """
            Sockets, pipes and devices mean something to one machine only. They are left by programs that ran in the
            source folder.
            """),
        DiagnosticPage(
            "SLW5007", "A link leads out of the source",
            """
            In the image the link would lead somewhere else than here, or to something that a stranger wants copied into
            it.
            """),
        DiagnosticPage(
            "SLW5008", "A file name in the source is not UTF-8",
            """
            An image names files in UTF-8, so that the same image means the same everywhere.
            """),
        DiagnosticPage(
            "SLW5009", "The source has too many files",
            """
            Environments (`.venv`), caches and data sets get into source folders easily, and every one of their files
            would be in the image.
            """),
        DiagnosticPage(
            "SLW5010", "The source is too large",
            """
            The image would carry data that belongs in a store or a volume. The source is code and what is small enough
            to be reviewed.
            """),
        DiagnosticPage(
            "SLW5011", "The source is nested too deep",
            """
            No source that people write is that deep; it is generated, or a loop of mounts.
            """),
        DiagnosticPage(
            "SLW5012", "Not a regular file",
            """
            A file was expected, and a folder, link or device stands there.
            """),
        DiagnosticPage(
            "SLW5013", "A file is larger than it can rightly be",
            """
            The limit is far above what such a file needs, so that it is probably another file.
            """),
        DiagnosticPage(
            "SLW5014", "Another process holds a file for too long",
            """
            Two builds share what they make, one at a time. The other one takes very long or hangs.
            """),
        DiagnosticPage(
            "SLW5015", "A file name that removes files",
            """
            In an image's layer, a file whose name begins with `.wh.` means that another file is to be removed. A source
            with such a name would take files away from its base image.
            """),
    ]
}
