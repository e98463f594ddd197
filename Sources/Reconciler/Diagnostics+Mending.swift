import YAML

extension Diagnostic {
    static func changedWhileMended(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW8150", "the file was changed by somebody else while it was checked, and was left alone",
            at: SourceLocation(path: path), remedy: "run it again")
    }
}
