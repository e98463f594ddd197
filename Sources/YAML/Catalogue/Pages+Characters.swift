extension DiagnosticPage {
    static let characters: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW1031", "The file is UTF-32",
            """
            Four bytes for each character are what some programs keep in memory, and no editor writes them unless it is
            told to. Git shows such a file as binary, so that nobody could review a change of it. Save it as UTF-8, for
            example with `iconv -f utf-32 -t utf-8`.
            """),
        DiagnosticPage(
            "SLW1032", "Half a character in a UTF-16 file",
            """
            UTF-16 writes the rarer characters, such as emoji, as two halves, and here one half stands alone, or the
            file ends within a character. A program that cut the text at a fixed length is the usual cause. Write the
            character anew, and save the file as UTF-8.
            """),
        DiagnosticPage(
            "SLW1033", "A character that only some readers take for the end of a line",
            """
            U+0085, U+2028 and U+2029 are characters as any other in YAML 1.2, and ended a line in YAML 1.1. What stands
            behind one in a comment would be a value to some readers, so that two people could see two manifests in one
            file. They come with text that was copied from a web page or a word processor. Break the line, or write
            `\\N`, `\\L` or `\\P` in double quotes.
            """),
        DiagnosticPage(
            "SLW1034", "A byte order mark within the file",
            """
            The mark belongs at the very beginning of a file, where it is skipped. Further on it is a character that
            nobody sees and that would become a part of a name. Files that were put together with `cat` or a shell's
            `>>` have one where the second file began. Take it out.
            """),
        DiagnosticPage(
            "SLW1035", "A space or quotes that YAML does not know as such",
            """
            A no-break space, a zero-width space or typographic quotes look like what YAML knows and are letters to it,
            so that they become a part of the text: the name then differs from the same name elsewhere, and nobody sees
            why. They come from chats, slides and word processors. Type the character again, or put the text in quotes
            where it is meant.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local, annotations: {note: “for nights”}}
                    spec:
                      resource: local-process
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local, annotations: {note: "for nights"}}
                    spec:
                      resource: local-process
                    """)),
    ]
}
