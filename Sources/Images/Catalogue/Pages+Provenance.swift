import YAML

extension DiagnosticPage {
    static let provenance: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5190", "The signing key cannot be used",
            """
            Provenance is signed with Ed25519 keys, in the forms that OpenSSL and OpenSSH write. A key with a passphrase
            cannot be used, because nobody is there to type it.
            """),
        DiagnosticPage(
            "SLW5191", "The public key cannot be used",
            """
            The file holds no Ed25519 public key in a form that is known.
            """),
        DiagnosticPage(
            "SLW5192", "A private key where a public one is wanted",
            """
            Verifying needs the public half only, and a private key should not be where everybody verifies.
            """),
        DiagnosticPage(
            "SLW5193", "Signing does not work on this machine",
            """
            OpenSSL refused to sign. A configuration that permits certain algorithms only (FIPS) may leave out Ed25519.
            """),
        DiagnosticPage(
            "SLW5194", "A line is no allowed signer",
            """
            The file is in OpenSSH's format: names, options, the type of a key, the key.
            """),
        DiagnosticPage(
            "SLW5195", "No key of the file counts here",
            """
            Keys of other types, for other namespaces, or outside of their time of validity do not count, and nothing
            else is in the file.
            """),
        DiagnosticPage(
            "SLW5196", "The list of an image's attachments is broken",
            """
            Registries without the newer API keep the list of what is said of an image under a tag, and what is there is
            no such list.
            """),
        DiagnosticPage(
            "SLW5197", "An attachment got lost between writers",
            """
            Under a tag the list can only be replaced as a whole, and others replaced it at the same moment, several
            times.
            """),
        DiagnosticPage(
            "SLW5198", "A layer cannot be read",
            """
            What is in an image is listed from its layers, and one of them is damaged or no archive.
            """),
    ]
}
