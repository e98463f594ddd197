import YAML

// What can be wrong with templates, parameters, and the values that runs give them.

extension Diagnostic {
    static func malformedTemplate(
        _ path: String, _ error: Template.Malformed, at location: SourceLocation
    )
        -> Diagnostic
    {
        let escape = "write $${ for the characters ${"
        var fixes: [Fix] = []
        if case .unknownReference(let text) = error.reason, let suggestion = suggestedReference(text) {
            let isCertain = ["param.", "params.", "parameter."].contains { text.hasPrefix($0) }
            fixes = .correcting(["${\(text)}"], to: "${\(suggestion)}", in: location, isCertain: isCertain)
        }
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
        return Diagnostic("SLW2021", "\(path) \(problem)", at: location, remedy: remedy, fixes: fixes)
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
        let suggestion = Suggestion.closest(to: name, among: known.sorted())
        return Diagnostic(
            "SLW2022", "`${parameters.\(name)}` refers to a parameter that the job does not declare", at: location,
            remedy: suggestion.map { "did you mean `\($0)`?" } ?? "declare it under spec.parameters",
            fixes: .correcting(
                ["${parameters.\(name)}"], to: suggestion.map { "${parameters.\($0)}" }, in: location))
    }

    static func inconsistentSchema(
        _ path: String, _ fault: ParameterSchema.Inconsistency, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic("SLW2023", "\(path).\(fault.keyword) \(fault.problem)", at: location, remedy: fault.remedy)
    }

    static func untypedParameter(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2160", "\(path) does not say of what type its values are, so that runs may give values of any",
            at: location,
            severity: .warning, remedy: "add `type:`, or list the values with `enum:`")
    }

    static func schemaTooDeep(_ path: String, _ limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2161", "\(path.shortened(200)) is a schema inside \(limit) others, and that is too deep", at: location,
            remedy: "split the parameter into several, or leave the innermost values without a schema")
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
            remedy: suggestion.map { "did you mean `\($0)`?" } ?? list,
            fixes: .correcting([name], to: suggestion, in: location))
    }

    static func missingValue(
        _ noun: String, _ name: String, of owner: ObjectKey, declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2026", "\(noun) `\(name)` of \(owner) has no default and is not given", at: location,
            notes: [Diagnostic.Note("it is declared here", at: declared)],
            remedy: "add `\(name):` under spec.\(noun)s, or give it a default")
    }

    /// `value` is the node of the part of the value that is at fault.
    static func valueRefused(
        _ noun: String, _ name: String, _ violation: Violation, declared: SourceLocation, at location: SourceLocation,
        value: Node?
    ) -> Diagnostic {
        Diagnostic(
            "SLW2027", "\(noun) `\(violation.place(in: name))` \(violation.problem)", at: location,
            notes: [Diagnostic.Note("its bounds are declared here", at: declared)],
            remedy: violation.change?.inWords,
            fixes: value.flatMap { node in
                violation.change?.text(of: node).map {
                    let isCertain = violation.change?.keeps(node, at: location) ?? false
                    return [Fix(replacing: location, with: $0, isCertain: isCertain)]
                }
            } ?? [])
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

extension Violation.Change {
    /// What to write in the place of a scalar; `nil` where that takes a person.
    fileprivate func text(of node: Node) -> String? {
        guard node.kind == .scalar else { return nil }
        return switch self {
        case .putIntoQuotes: node.isPlain ? JSONValue.string(node.text).canonicalText : nil
        case .takeOutOfQuotes: node.isPlain ? nil : node.text
        case .replace(let value): Self.written(value)
        case .rename(let name): Self.written(.string(name))
        }
    }

    /// Whether it leaves every letter of a scalar as it is, and only puts it into quotes or takes it out of them.
    fileprivate func keeps(_ node: Node, at location: SourceLocation) -> Bool {
        switch self {
        case .putIntoQuotes: location.text == node.text
        case .takeOutOfQuotes: ["\"\(node.text)\"", "'\(node.text)'"].contains(location.text)
        case .replace, .rename: false
        }
    }

    /// A value as a person would write it: without quotes where it needs none.
    private static func written(_ value: JSONValue) -> String {
        guard let text = value.string, Syntax.isParameterName(text[...]), PlainWord.isText(text)
        else { return value.canonicalText }
        return text
    }
}
