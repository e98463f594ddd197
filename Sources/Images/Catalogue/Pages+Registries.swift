import YAML

extension DiagnosticPage {
    static let registries: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5080", "Not an address of a registry",
            """
            The text that says where an image or artifact is cannot be an address.
            """),
        DiagnosticPage(
            "SLW5081", "The registry cannot be trusted",
            """
            The certificate is not one that this machine trusts. A registry with a private authority needs its
            certificate named on every machine that uses it; certificates are never ignored.
            """),
        DiagnosticPage(
            "SLW5082", "The registry cannot be reached",
            """
            The registry did not answer, or answered that it is in trouble. It may pass, and is tried again.
            """),
        DiagnosticPage(
            "SLW5083", "The registry wants another login",
            """
            There is no login for this host on this machine, or the registry refuses the one there is. Tokens of CI
            systems expire, and each machine has its own logins.
            """),
        DiagnosticPage(
            "SLW5084", "The registry does not allow it",
            """
            The login is accepted, and the account may not do this with that repository. Reading and writing are
            separate rights.
            """),
        DiagnosticPage(
            "SLW5085", "The registry has no such repository",
            """
            Some registries make a repository with the first push, others want it made beforehand. Many say “not found”
            also where the account may not see it.
            """),
        DiagnosticPage(
            "SLW5086", "The registry gave an unexpected answer",
            """
            The status is none that a registry gives to such a request. A proxy or a login page may stand in between.
            """),
        DiagnosticPage(
            "SLW5087", "The answer is not a registry's",
            """
            Something answers at that address and does not speak the protocol of registries.
            """),
        DiagnosticPage(
            "SLW5088", "The registry leads to an unencrypted address",
            """
            A registry may send its clients elsewhere for uploads and tokens. To an address without encryption nothing
            is sent, because logins and images could be read and changed on the way.
            """),
        DiagnosticPage(
            "SLW5089", "The file of logins cannot be read",
            """
            Docker's `config.json` is damaged or closed.
            """),
        DiagnosticPage(
            "SLW5090", "A credential helper failed",
            """
            Docker's configuration gets the login from another program, which ended with an error or gave nothing.
            """),
        DiagnosticPage(
            "SLW5130", "There is no such image",
            """
            The registry has no image of that name and tag, or does not show it to this account.
            """),
        DiagnosticPage(
            "SLW5131", "The image is not for this platform",
            """
            A name can stand for images of several platforms, and this one has none for the platform that is wanted.
            """),
        DiagnosticPage(
            "SLW5132", "It cannot be used as an image",
            """
            What is there under that name is a Helm chart, a signature, or an image in a format that is no longer in
            use.
            """),
        DiagnosticPage(
            "SLW5133", "The image has too much in it",
            """
            The image has more layers, entries or bytes than are handled, so that none can fill a machine.
            """),
        DiagnosticPage(
            "SLW5134", "The registry lacks a part of an image",
            """
            The manifest is there and one of its blobs is not: a push was interrupted, or a clean-up of the registry
            took too much.
            """),
        DiagnosticPage(
            "SLW5135", "The upload arrived as something else",
            """
            The registry reports another digest than that of what was sent. A proxy changed it, or a disk is damaged.
            """),
    ]
}
