import YAML

extension DiagnosticPage {
    static let mending: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8150", "A manifest was changed while it was mended",
            """
            `validate --fix` writes a file only where it is, byte for byte, what was checked: a change belongs to the
            text in which it was found. An editor, or another program, has written the file in between; nothing of that
            is lost, and what is wrong in it is found by the next run.
            """)
    ]
}
