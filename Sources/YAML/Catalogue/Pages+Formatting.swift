extension DiagnosticPage {
    static let formatting: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW1060", "The formatter would change what the file says",
            """
            `reconcile fmt` reads what it wrote and compares it with what it had read; where they differ it leaves the
            file as it is. This is a defect of Slipway and not of the file. The manifest can be used as it stands:
            please report it with the file.
            """),
        DiagnosticPage(
            "SLW1062", "A file with brackets nested too deep is not formatted",
            """
            Brackets that do not fit into a line become a block, each level indented further than the one around it.
            With hundreds of levels the indentation alone would make the file many times as long. No manifest nests so
            deep: name the file in `.slipwayignore` if it is something else.
            """),
    ]
}
