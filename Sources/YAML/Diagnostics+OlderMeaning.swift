extension Diagnostic {
    /// A plain text that YAML 1.1 reads differently; `location` is all of it.
    static func readDifferently(
        _ word: String, here: Scalar, older: OlderMeaning, at location: SourceLocation
    ) -> Diagnostic {
        var (remedy, replacement): (String, String?) = ("quote it", "\"\(word)\"")
        switch older {
        case .boolean(let value): (remedy, replacement) = ("write \(value) if that is meant, or quote the text", nil)
        case .number(let value):
            if case .int(let number) = here {
                (remedy, replacement) = ("write \(number), or quote it if text is meant", nil)
            } else if !word.contains(":") {
                let number = value.map { "write \($0)" } ?? "write it without “_”"
                (remedy, replacement) = ("\(number) if a number is meant, or quote the text", nil)
            }
        case .text:
            let number = alike(word, here)
            (remedy, replacement) = ("write \(number), which is the same number to both", number)
        case .date, .special: break
        }
        return Diagnostic(
            "SLW1017",
            "“\(word)” is \(name(here)) here, as YAML 1.2 says; readers of YAML 1.1 take it for \(name(older))",
            at: location, severity: .warning, remedy: remedy,
            // What is text here stays the same text in quotes. Another way to write a number is another text, where
            // that turns out to be wanted.
            fixes: replacement.map {
                [Fix(replacing: location, with: $0, isCertain: older != .text && location.text == word)]
            } ?? [])
    }

    /// A number that is not what was written once it is read.
    static func numberTooLarge(_ word: String, as value: Double, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1030", "“\(shortened(word))” is read as \(value): it does not fit into 64 bits", at: location,
            severity: .warning, remedy: "quote it if it is a name, or write a number that fits",
            fixes: [Fix(replacing: location, with: "\"\(word)\"")])
    }

    private static func name(_ value: Scalar) -> String {
        switch value {
        case .int(let number): "the number \(number)"
        case .double(let number): "the number \(number)"
        case .null: "null"
        case .bool(let value): "\(value)"
        case .string: "text"
        }
    }

    private static func name(_ older: OlderMeaning) -> String {
        switch older {
        case .boolean(let value): "\(value)"
        case .number(let value): value.map { "the number \($0)" } ?? "a number"
        case .text: "text"
        case .date: "a date"
        case .special: "something else"
        }
    }

    /// A number as YAML 1.1 and YAML 1.2 both read it: with a point, and a sign before the exponent.
    private static func alike(_ word: String, _ value: Scalar) -> String {
        if case .int(let number) = value { return "\(number)" }
        let parts = word.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        var digits = String(parts[0])
        let sign = digits.hasPrefix("-") ? "-" : ""
        digits.trimPrefix { $0 == "-" || $0 == "+" }
        if digits.hasPrefix(".") { digits = "0" + digits }
        if !digits.contains(".") { digits += ".0" }
        guard parts.count == 2 else { return sign + digits }
        let exponent = parts[1].first.map { $0 == "-" || $0 == "+" } == true ? parts[1] : "+" + parts[1]
        return "\(sign)\(digits)e\(exponent)"
    }
}
