import YAML

extension DiagnosticPage {
    static let layouts: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5020", "The folder is not an image layout",
            """
            Slipway writes images only into folders that are empty or layouts already, so that it cannot spoil anything
            else.
            """),
        DiagnosticPage(
            "SLW5021", "A part of an image is missing",
            """
            The layout's index names an image whose files are not all there: they were removed by hand, or the layout
            was copied only in part.
            """),
        DiagnosticPage(
            "SLW5022", "A part of an image is damaged",
            """
            Each file of a layout is named by its digest, and this one has another content. The disk is damaged, or
            somebody changed it.
            """),
        DiagnosticPage(
            "SLW5023", "A manifest or configuration is invalid",
            """
            What should describe an image cannot be read, or breaks the OCI specification; the reason is in the message.
            Such an image was made by another program, or is truncated.
            """),
        DiagnosticPage(
            "SLW5024", "The index of a layout cannot be used",
            """
            `index.json` is missing, damaged, or of another version. The images may still be there, and nothing says any
            more which they are.
            """),
        DiagnosticPage(
            "SLW5025", "A name that no layout can have",
            """
            A layout names its images by tags, and tags have few characters so that they work in every registry.
            """),
        DiagnosticPage(
            "SLW5026", "A layer cannot be written or read",
            """
            libarchive reported an error while it packed or unpacked files. A full disk is the usual cause.
            """),
        DiagnosticPage(
            "SLW5027", "The system has no UTF-8 locale",
            """
            Names with other letters than ASCII's are converted with the system's locale, and a minimal container has
            none. `C.UTF-8` comes with Debian's libc.
            """),
        DiagnosticPage(
            "SLW5028", "A layer tries to leave its folder",
            """
            The layer has a path with `..`, an absolute path, or a file beneath a link. No honest builder writes that:
            it is how an image overwrites files of the machine that unpacks it.
            """),
        DiagnosticPage(
            "SLW5029", "A layer unpacks to too much",
            """
            A small layer can unpack to any size. The limit keeps one image from filling the disk.
            """),
        DiagnosticPage(
            "SLW5030", "The folder to unpack into is not empty",
            """
            Files that are there would be mixed with those of the image.
            """),
        DiagnosticPage(
            "SLW5031", "The image has too much in it",
            """
            The image has more layers or entries than can be handled with bounded memory.
            """),
        DiagnosticPage(
            "SLW5230", "An image has something else where a folder is needed",
            """
            The folder in which the command starts, and what is mounted into its container (`/dev`, `/proc`, `/sys`,
            `/tmp`, `/slipway` and what the queue binds), have to be in the image, or be free to be made there. A link
            is not followed: whoever mounts would follow it on the machine and not in the image.
            """),
        DiagnosticPage(
            "SLW5070", "A store lacks what was put into it",
            """
            The store was asked for an artifact by its digest and has none. It may be another folder than the one that
            was written to, such as an empty mount point.
            """),
        DiagnosticPage(
            "SLW5071", "An artifact in a store is damaged",
            """
            What the store gave has another digest than asked for. Nothing of it is used.
            """),
        DiagnosticPage(
            "SLW5072", "A store holds something else",
            """
            The digest is right and the content is not what an attempt leaves: something else writes to that store.
            """),
        DiagnosticPage(
            "SLW5073", "An output is a link that leads elsewhere",
            """
            What is kept must be the attempt's own. A link to another place would keep something that the attempt did
            not make and that may change.
            """),
        DiagnosticPage(
            "SLW5060", "The source changed after the plan was made",
            """
            A plan names the digest of each source, so that what is built is what was reviewed. Something wrote into the
            folder in between.
            """),
        DiagnosticPage(
            "SLW5061", "The embedded builder cannot do this",
            """
            It copies files and installs wheels into a base image, and executes nothing. What needs a command in the
            image needs `buildah`, `podman` or `docker` as the pool's builder.
            """),
        DiagnosticPage(
            "SLW5062", "Packages cannot be chosen for that platform",
            """
            Wheels are chosen by the platform's tags, which are known for some platforms only.
            """),
        DiagnosticPage(
            "SLW5175", "The image is for another kind of machine",
            """
            A process is executed by the machine itself, so that an image for another processor cannot run there.
            Containers on the same machine could only emulate it.
            """),
    ]
}
