extension DiagnosticPage {
    static let syntax: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW1021", "A control character in the file",
            """
            A character that cannot be seen stands here, mostly after text was copied from a terminal, a PDF or a chat.
            It would end up in a name or an argument and make two texts that look the same differ. Where it is meant, an
            escape in double quotes makes it visible.
            """),
        DiagnosticPage(
            "SLW1022", "The file is not UTF-8",
            """
            Slipway reads UTF-8, and UTF-16, which can be told from it; any other encoding would have to be guessed, and
            a name could mean something else on another machine. Files in Latin-1 or Windows-1252 are the usual cause:
            an accented letter is one byte there. Convert the file, for example with `iconv -f latin1 -t utf-8`.
            """),
        DiagnosticPage(
            "SLW1023", "A tab where YAML wants spaces",
            """
            YAML forbids tabs in indentation, because their width differs between editors and indentation carries
            meaning. Most editors can be told to insert spaces in `.yaml` files; an `.editorconfig` with `indent_style =
            space` tells them all.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                    \tresource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                    """)),
        DiagnosticPage(
            "SLW1024", "This cannot be read as YAML",
            """
            The text breaks a rule of YAML's grammar, so that nothing in this file from here on is known. The place is
            where reading failed; the slip is often a line or two above: a colon or a quote that is missing, a bracket
            that was not closed, lines of one block that do not begin in the same column, or a text with `: ` or ` #` in
            it that needs quotes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource local-process
                      concurrency: 8
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                      resource: local-process
                      concurrency: 8
                    """)),
    ]
}
