extension Diagnostic {
    static func tightQuestionMark(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1036", "a key that starts with “?” in brackets means different things to different readers of YAML",
            at: location, remedy: "quote the key, or leave the “?” out")
    }

    static func nameGoesOn(_ name: String, _ next: Character, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1037", "the name “\(shortened(name))” of an anchor ends here without a space before “\(next)”",
            at: location, remedy: "put a space behind the name, and only letters, digits, - and _ into it")
    }

    static func olderVersion(_ version: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1038", "the file says that it is YAML \(version), and is read as YAML 1.2", at: location,
            severity: .warning, remedy: "write %YAML 1.2, or take the line out")
    }
}
