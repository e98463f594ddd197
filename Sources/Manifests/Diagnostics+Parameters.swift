import YAML

// What can be wrong with templates, parameters, and the values that runs give them.

extension Diagnostic {
    static func malformedTemplate(
        _ path: String, _ error: Template.Malformed, at location: SourceLocation
    )
        -> Diagnostic
    {
        let escape = "write $${ for the characters ${"
        let (problem, remedy): (String, String) =
            switch error.reason {
            case .unclosed: ("has `${` without `}`", "close the reference, or \(escape)")
            case .unknownReference(let text):
                (
                    "refers to `${\(text.shortened(60))}`, and only `${parameters.name}` is known",
                    suggestedReference(text).map { "did you mean `${\($0)}`? Or \(escape)" }
                        ?? "a command can read its environment itself; \(escape)"
                )
            case .tooManyReferences:
                ("has more than \(Template.referenceLimit) references", "pass the values as several arguments")
            case .containsNull: ("contains the character U+0000, which no program can be given", "remove it")
            }
        return Diagnostic("SLW2021", "\(path) \(problem)", at: location, remedy: remedy)
    }

    /// `params.lr`, `parameter.lr` and `lr` are all meant to be `parameters.lr`.
    private static func suggestedReference(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let name = parts.last, Syntax.isParameterName(name), parts.count <= 2 else { return nil }
        let isMeant = parts.count == 1 ? text != text.uppercased() : parts[0].hasPrefix("p")
        return isMeant ? "parameters.\(name)" : nil
    }

    static func undeclaredParameter(
        _ name: String, among known: Set<String>, at location: SourceLocation
    )
        -> Diagnostic
    {
        let suggestion = Suggestion.closest(to: name, among: known.sorted()).map { "did you mean `\($0)`?" }
        return Diagnostic(
            "SLW2022", "`${parameters.\(name)}` refers to a parameter that the job does not declare", at: location,
            remedy: suggestion ?? "declare it under spec.parameters")
    }

    static func inconsistentSchema(
        _ path: String, _ keyword: String, _ problem: String, at location: SourceLocation
    )
        -> Diagnostic
    {
        Diagnostic("SLW2023", "\(path).\(keyword) \(problem)", at: location)
    }

    static func badPattern(_ path: String, _ error: Pattern.Malformed, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2024", "\(path) is not a regular expression: \(error.reason)", at: location)
    }

    /// `noun` is “parameter” for a job's and “variable” for a queue's.
    static func unknownValue(
        _ noun: String, _ name: String, of owner: ObjectKey, suggestion: String?, known: [String],
        declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        let list = known.isEmpty ? "it has none" : "it has \(Array(known.prefix(20)).inWords)"
        return Diagnostic(
            "SLW2025", "\(owner) has no \(noun) `\(name.shortened(60))`", at: location,
            notes: [Diagnostic.Note("\(owner) is declared here", at: declared)],
            remedy: suggestion.map { "did you mean `\($0)`?" } ?? list)
    }

    static func missingValue(
        _ noun: String, _ name: String, of owner: ObjectKey, declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2026", "\(noun) `\(name)` of \(owner) has no default and is not given", at: location,
            notes: [Diagnostic.Note("it is declared here", at: declared)],
            remedy: "add `\(name):` under spec.\(noun)s, or give it a default")
    }

    static func valueRefused(
        _ noun: String, _ name: String, _ violation: String, declared: SourceLocation, at location: SourceLocation,
        remedy: String?
    ) -> Diagnostic {
        Diagnostic(
            "SLW2027", "\(noun) `\(name)` \(violation)", at: location,
            notes: [Diagnostic.Note("its bounds are declared here", at: declared)], remedy: remedy)
    }

    static func argumentTooLong(
        _ length: Int, most: Int, of job: ObjectKey, at location: SourceLocation
    )
        -> Diagnostic
    {
        Diagnostic(
            "SLW2028",
            "with these parameters, an argument or variable of \(job) is \(length) bytes long, and \(most) "
                + "is the most that a program can be given", at: location,
            remedy: "pass long values in a file of the source")
    }
}
