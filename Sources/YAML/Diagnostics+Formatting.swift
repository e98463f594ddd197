extension Diagnostic {
    static func unsafeFormatting(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1060", "this file cannot be formatted without a change of what it says; it is left as it is",
            at: location, remedy: "this is a defect of the formatter; please report it with the file")
    }

    static func unusualLineBreak(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1061", "the file has a line break of another kind than LF and CR LF here, and cannot be formatted",
            at: location,
            remedy: "write a line break of the usual kind, or in double quotes \\N (U+0085), \\L (U+2028), \\P (U+2029)"
        )
    }

    static func formattingTooLong(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1062", "formatted, this file would be many times as long: its brackets are nested too deep",
            at: location,
            remedy: "write it with less nesting, or name the file in `.slipwayignore` if it is no manifest")
    }
}
