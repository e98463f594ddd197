extension Diagnostic {
    static func unsafeFormatting(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1060", "this file cannot be formatted without a change of what it says; it is left as it is",
            at: location, remedy: "this is a defect of the formatter; please report it with the file")
    }

    // SLW1061 refused line breaks that SLW1033 refuses in every file by now; it is not given to anything else.

    static func formattingTooLong(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1062", "formatted, this file would be many times as long: its brackets are nested too deep",
            at: location,
            remedy: "write it with less nesting, or name the file in `.slipwayignore` if it is no manifest")
    }
}
