extension Diagnostic {
    /// A byte that libyaml does not accept; `value` is negative where it does not say which.
    static func encoding(_ value: Int, words: String, at location: SourceLocation) -> Diagnostic {
        if words == "control characters are not allowed" {
            return Diagnostic(
                "SLW1021", "there is a control character here (U+\(hexadecimal(value, digits: 4)))", at: location,
                remedy: "take it out, or write it as an escape in double quotes, such as \"\\u0007\"")
        }
        let byte = value >= 0 ? " (0x\(hexadecimal(value, digits: 2)))" : ""
        return Diagnostic(
            "SLW1022", "the file is not UTF-8: a byte here belongs to no character\(byte)", at: location,
            remedy: "save it as UTF-8")
    }

    /// What libyaml could not read, in words for people; `byte` stands where it gave up, `from` is where the thing
    /// began that it was reading.
    static func syntax(
        _ words: String, byte: UInt8?, at location: SourceLocation, context: String, from: SourceLocation
    ) -> Diagnostic {
        let isTab = byte == UInt8(ascii: "\t") && words == "found character that cannot start any token"
        if isTab || words.hasPrefix("found a tab character") {
            return Diagnostic(
                "SLW1023", "a tab cannot indent in YAML", at: location, remedy: "indent with spaces",
                fixes: spaces(indentingTo: location))
        }
        var (message, remedy) = explained(words, byte: byte, at: location)
        if words == "could not find expected ':'", from.line?.contains("：") == true {
            remedy = "write “:” where “：” (U+FF1A) is"
        }
        if words == "found unexpected end of stream", context == "while scanning a quoted scalar" {
            return syntax("the quotes that open here are never closed", at: from, remedy: "close them")
        }
        if words == "did not find expected alphabetic or numeric character" {
            let sign = context == "while scanning an anchor" ? "&" : "*"
            return syntax(
                "“\(sign)” begins an \(sign == "*" ? "alias" : "anchor"), and no name follows", at: from,
                remedy: "put quotes around a text that starts with \(sign)")
        }
        var notes: [Note] = []
        if let what = begun(context), from.span.start < location.span.start {
            notes.append(Note("\(what) begins here", at: from))
        }
        return syntax(message, at: location, notes: notes, remedy: remedy)
    }

    private static func syntax(
        _ message: String, at location: SourceLocation, notes: [Note] = [], remedy: String
    ) -> Diagnostic {
        Diagnostic("SLW1024", message, at: location, notes: notes, remedy: remedy)
    }

    /// Two spaces for each tab that a line begins with; none where something else stands before the place.
    private static func spaces(indentingTo location: SourceLocation) -> [Fix] {
        guard let line = location.line else { return [] }
        let indentation = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }
        let before = location.span.start.column - 1
        guard before < indentation.count else { return [] }
        var place = location
        place.span.start.column = 1
        place.span.start.offset -= before
        place.span.end = place.span.start
        place.span.end.column += indentation.count
        place.span.end.offset += indentation.count
        let spaces = indentation.reduce(0) { $0 + ($1 == "\t" ? 2 : 1) }
        return [Fix(replacing: place, with: String(repeating: " ", count: spaces))]
    }

    private static func hexadecimal(_ value: Int, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func explained(
        _ words: String, byte: UInt8?, at location: SourceLocation
    ) -> (message: String, remedy: String) {
        let align = "the lines of one mapping or list start in the same column: check the indentation"
        switch words {
        case "mapping values are not allowed in this context":
            let before = location.line?.unicodeScalars.prefix(max(0, location.span.start.column - 1))
            if let before, !String(String.UnicodeScalarView(before)).contains(": ") {
                // A text goes on over lines that are indented further, until something cannot be part of it.
                return (
                    "this line goes on with the text above it, so that its “:” is not expected",
                    "the line above lacks “: ”, or this one is indented too far"
                )
            }
            return ("a text that holds “: ” needs quotes", "put the whole text into quotes")
        case "mapping keys are not allowed in this context":
            return ("a key is not expected here", align)
        case "block sequence entries are not allowed in this context":
            return ("a list cannot start on this line", "put “- ” on a line of its own, or use [ ]")
        case "could not find expected ':'":
            return (
                "there is a key without “:”", "put “: ” behind the key, or indent the line as part of the text above"
            )
        case "did not find expected key", "did not find expected '-' indicator":
            return ("this does not line up with what is above", align)
        case "did not find expected ',' or ']'":
            return ("a list in [ ] needs “,” or “]” here", "separate its elements with commas and close the bracket")
        case "did not find expected ',' or '}'":
            return ("a mapping in { } needs “,” or “}” here", "separate its entries with commas and close the bracket")
        case "found unexpected end of stream":
            return ("the file ends too early", "close what is open: quotes or brackets")
        case "found unexpected document indicator":
            return ("a document ends inside of a quoted text", "close the quotes, or indent the line")
        case "found unknown escape character":
            return ("there is no such escape in double quotes", "write \\\\ for a backslash, or use single quotes")
        case "found character that cannot start any token":
            let character = byte.map { $0 < 0x80 ? "“\(Character(UnicodeScalar($0)))”" : "this" } ?? "this"
            return ("a plain text cannot start with \(character)", "put the text in quotes")
        case "did not find expected node content":
            return ("a value is missing here", "write one, or quote what is meant as text")
        case "did not find expected <document start>":
            return ("a new document is not expected here", "separate documents with a line “---”; \(align)")
        case "found undefined tag handle":
            return ("this tag is not known", "take it out, or quote a text that starts with “!”")
        case "found incompatible YAML document":
            return ("this version of YAML is not known here", "write %YAML 1.2, or take the line out")
        case "found unknown directive name":
            return ("this directive is not known", "take the line out, or quote a text that starts with “%”")
        case "found duplicate %YAML directive", "found duplicate %TAG directive":
            return ("this directive is there twice", "keep one of them")
        case "found unexpected ':'":
            return ("a “:” is not expected here", "quote a text that ends with “:”")
        case "did not find expected comment or line break":
            return ("nothing else can stand on this line", "start a new line")
        default:
            return ("this is not YAML (\(words.isEmpty ? "no reason is given" : words))", align)
        }
    }

    /// What libyaml says it was reading, as far as it helps.
    private static func begun(_ context: String) -> String? {
        switch context {
        case "while parsing a block mapping": "the mapping"
        case "while parsing a block collection": "the list"
        case "while parsing a flow sequence": "the list"
        case "while parsing a flow mapping": "the mapping"
        case "while scanning a simple key": "the key"
        case "while scanning a quoted scalar": "the text"
        default: nil
        }
    }
}
