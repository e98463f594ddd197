import YAML

extension DiagnosticPage {
    static let bases: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5100", "The base image is not there",
            """
            The folder or archive that the job names does not exist on this machine. Base images that are files have to
            be on every machine that builds; those in a registry are fetched.
            """),
        DiagnosticPage(
            "SLW5101", "The base image leads out of the repository",
            """
            A symbolic link leads elsewhere, so that the image would differ between machines although the commit is the
            same.
            """),
        DiagnosticPage(
            "SLW5102", "It is not clear which image is meant",
            """
            The layout or archive holds several images, and the job does not say which is its base.
            """),
        DiagnosticPage(
            "SLW5103", "There is no image of that name",
            """
            The layout or archive has others; the note lists them.
            """),
        DiagnosticPage(
            "SLW5104", "The base image is not for that platform",
            """
            All layers of an image are for one platform, so that the base has to be for the one that is built.
            """),
        DiagnosticPage(
            "SLW5105", "The base image is not whole",
            """
            Its manifest names a blob that is not there; it was copied only in part.
            """),
        DiagnosticPage(
            "SLW5106", "The base image is damaged",
            """
            A blob's content has another digest than its name says. It is not used, since it may have been changed on
            purpose.
            """),
        DiagnosticPage(
            "SLW5107", "The base image cannot be used",
            """
            Its manifest or configuration cannot be read, or asks for what is not supported; the reason is in the
            message.
            """),
        DiagnosticPage(
            "SLW5109", "A layer is not what its image says",
            """
            An image's configuration has the digest of each unpacked layer, and this one unpacks to something else.
            Tools that rewrite layers without updating the configuration do that, and so does an attacker.
            """),
        DiagnosticPage(
            "SLW5110", "A layer's compression cannot be read",
            """
            Layers are gzip, zstd or plain. Others are rare, or the layer is damaged.
            """),
        DiagnosticPage(
            "SLW5111", "The archive cannot be read",
            """
            The file is truncated, damaged, or no archive.
            """),
        DiagnosticPage(
            "SLW5112", "The archive holds no image",
            """
            There are two kinds of archives: `docker save` writes one, skopeo and buildah the other. The job names one
            kind, and the file is of the other.
            """),
        DiagnosticPage(
            "SLW5113", "The base image has not been looked up yet",
            """
            A tag means whatever its registry says today, so that it is resolved to a digest when an image is built, and
            the digest recorded. Until the first build nobody knows it.
            """),
    ]
}
