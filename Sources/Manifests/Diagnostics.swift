import YAML

// What can be wrong with the text of one manifest. Messages call a value by its path, `spec.command[2]`.

extension Diagnostic {
    static func notSlipway(at location: SourceLocation, _ version: String? = nil) -> Diagnostic {
        let found = version.map { "apiVersion “\($0.shortened(40))” is not Slipway's" } ?? "it has no apiVersion"
        return Diagnostic(
            "SLW2001", "this document is not a Slipway manifest: \(found)", at: location,
            remedy: "begin it with `apiVersion: slipway/v1`, or name the file in `.slipwayignore`")
    }

    static func unknownVersion(_ node: Node) -> Diagnostic {
        Diagnostic(
            "SLW2002", "apiVersion must be `slipway/v1`, and is “\(node.text.shortened(40))”", at: node.location,
            remedy: "did you mean `slipway/v1`?",
            // Another version may be what a later Slipway reads.
            fixes: .replacing(node, with: "slipway/v1", isCertain: node.text.lowercased().hasSuffix("/v1")))
    }

    /// `mapping` is what has the field: where it has the one that was probably meant as well, nothing is certain.
    static func unknownField(
        _ key: Node, of mapping: Node, in owner: String, known: [String], instead: String? = nil
    ) -> Diagnostic {
        let name = key.text.shortened(60)
        let suggestion = instead == nil ? Suggestion.closest(to: name, among: known) : nil
        let isCertain = Suggestion.isUnique(to: name, among: known) && suggestion.flatMap(mapping.key) == nil
        return Diagnostic(
            "SLW2003", "\(owner) has no field `\(name)`", at: key.location,
            remedy: instead ?? suggestion.map { "did you mean `\($0)`?" } ?? "its fields are \(known.inWords)",
            fixes: .replacing(key, with: suggestion, isCertain: isCertain))
    }

    static func wrongType(
        _ path: String, expected: String, _ node: Node, remedy: String? = nil, fields: [StaticString] = [],
        fixes: [Fix] = []
    ) -> Diagnostic {
        let names = fields.map(\.description)
        var fields = names.isEmpty ? nil : "its fields are \(names.inWords)"
        // A single word where a mapping is wanted is mostly the value of its first field.
        if let first = names.first, let word = node.string, Meant.isPlain(word), word.utf8.count <= 63 {
            fields = "write `{\(first): \(word)}`; \(fields ?? "")"
        }
        return Diagnostic(
            "SLW2004", "\(path) must be \(expected), and is \(node.inWords)", at: node.location,
            remedy: remedy ?? fields, fixes: fixes)
    }

    static let fieldMissing: DiagnosticCode = "SLW2005"

    static func missingField(_ path: String, at location: SourceLocation) -> Diagnostic {
        missingField("\(path) is missing", at: location, remedy: "add `\(path.lastStep):` here")
    }

    /// A field that is written, with nothing behind it.
    static func emptyField(_ path: String, at location: SourceLocation) -> Diagnostic {
        missingField(
            "\(path) is empty", at: location, remedy: "write its value behind the colon, or indented on the lines below"
        )
    }

    private static func missingField(_ message: String, at location: SourceLocation, remedy: String) -> Diagnostic {
        Diagnostic(fieldMissing, message, at: location, remedy: remedy)
    }

    static func unknownWord(_ path: String, _ node: Node, allowed: [String]) -> Diagnostic {
        let suggestion = node.textOfScalar.flatMap { Suggestion.closest(to: $0, among: allowed) }
        return Diagnostic(
            "SLW2006", "\(path) must be one of \(allowed.inWords), and is \(node.inWords)", at: node.location,
            remedy: suggestion.map { "did you mean `\($0)`?" },
            fixes: .replacing(
                node, with: suggestion, isCertain: Suggestion.isUnique(to: node.textOfScalar ?? "", among: allowed)))
    }

    /// Text of the right type that has the wrong form.
    static func badText(
        _ path: String, expected: String, _ node: Node, why: String? = nil, remedy: String?
    ) -> Diagnostic {
        let reason = why.map { ", which \($0)" } ?? ""
        return badText(
            "\(path) must be \(expected), and is \(node.inWords)\(reason)", at: node.location, remedy: remedy)
    }

    /// As `badText`, of what may be a secret: neither its text nor its line is shown.
    static func notSecretName(_ path: String, at location: SourceLocation) -> Diagnostic {
        var location = location
        location.line = nil
        return badText(
            "\(path) must be the name of a secret, and is none", at: location,
            remedy: "use lower-case letters, digits, `-` and `.`; the agent holds the value, and one that was "
                + "committed has to be changed")
    }

    private static func badText(_ message: String, at location: SourceLocation, remedy: String?) -> Diagnostic {
        Diagnostic("SLW2007", message, at: location, remedy: remedy)
    }

    static func badKey(_ path: String, expected: String, _ key: Node, why: String? = nil) -> Diagnostic {
        let reason = why.map { ", which \($0)" } ?? ""
        return Diagnostic(
            "SLW2008", "a key of \(path) must be \(expected), and is “\(key.text.shortened(60))”\(reason)",
            at: key.location)
    }

    /// The same, with what was meant by a text that is nearly right.
    func meaning(_ meant: String?, _ node: Node) -> Diagnostic {
        guard let meant else { return self }
        var better = self
        better.remedy = "did you mean `\(meant)`?" + (remedy.map { " Otherwise \($0)" } ?? "")
        if let location { better.fixes = [Fix(replacing: location, with: meant)] }
        return better
    }

    static func badReference(_ path: String, expected: String, _ node: Node) -> Diagnostic {
        Diagnostic(
            "SLW2009", "\(path) must name \(expected), and is \(node.inWords)", at: node.location,
            remedy: Words.name)
    }

    static func badVersion(
        _ path: String, _ version: String, of job: ObjectName, at location: SourceLocation
    )
        -> Diagnostic
    {
        Diagnostic(
            "SLW2010", "\(path) pins \(job) to “\(version.shortened(40))”, which is no version", at: location,
            remedy: "versions are v1, v2, …; leave `@…` out to follow the newest")
    }

    static func outOfRange(_ path: String, _ node: Node, _ least: String, _ most: String) -> Diagnostic {
        Diagnostic(
            "SLW2011", "\(path) must be between \(least) and \(most), and is \(node.text.shortened(40))",
            at: node.location)
    }

    static func wrongCount(
        _ path: String, _ count: Int, allowed: ClosedRange<Int>, at location: SourceLocation
    )
        -> Diagnostic
    {
        let bound = count < allowed.lowerBound ? "at least \(allowed.lowerBound)" : "at most \(allowed.upperBound)"
        let noun = bound.hasSuffix(" 1") ? "item" : "items"
        return Diagnostic("SLW2012", "\(path) must have \(bound) \(noun), and has \(count)", at: location)
    }

    /// `first` is the same, perhaps in another spelling: `local` and `default/local`.
    static func repeatedElement(_ path: String, _ node: Node, after first: Node) -> Diagnostic {
        let spelling = first.kind == .scalar && node.kind == .scalar && first.text != node.text
        return Diagnostic(
            spelling ? "SLW2150" : "SLW2013",
            "\(path) names \(node.inWords) twice"
                + (spelling ? ", the first time as “\(first.text.shortened(40))”" : ""),
            at: node.location, notes: [.init("it is named here first", at: first.location)],
            remedy: "remove one of the two")
    }

    static func sourceNotOne(_ path: String, _ count: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2014",
            "\(path) must have exactly one of `path`, `git` and `image`, and has \(count == 0 ? "none" : "\(count)")",
            at: location, remedy: "keep the one that the code comes from")
    }

    static func badPruneAnnotation(_ value: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2015", "`\(Metadata.pruneAnnotation)` must be \"true\" or \"false\", and is “\(value.shortened(40))”",
            at: location, remedy: "write \"false\" to keep the object when its manifest disappears")
    }

    static func notFinite(_ text: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2016", "`\(text.shortened(40))` is not a finite number, which is all that JSON knows", at: location,
            remedy: "write a number, or put it into quotes if it is meant as text")
    }

    static func nestedTooDeep(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2017", "values may be nested \(limit) levels deep, and this one is deeper", at: location)
    }

    static func equivalentKeys(_ key: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2018", "the key “\(key.shortened(60))” is there twice, written with different Unicode characters",
            at: location, remedy: "keep one of the two")
    }

    static func unreadableValue(_ path: String, _ error: any Error, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2019", "\(path) cannot be read: \(error)", at: location)
    }

    static func malformedJSON(_ reason: String) -> Diagnostic {
        Diagnostic("SLW2020", "this is not JSON: \(reason.shortened(300))")
    }
}

extension [String] {
    /// `a`, `b` and `c`.
    var inWords: String {
        let quoted = map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "none" }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension String {
    /// The field at the end of a path.
    fileprivate var lastStep: String { split(separator: ".").last.map(String.init) ?? self }
}
