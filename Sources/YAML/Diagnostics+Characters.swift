extension Diagnostic {
    // SLW1020 said that a file is UTF-16, which is read by now; it is not given to anything else.

    static func utf32(_ path: String) -> Diagnostic {
        Diagnostic("SLW1031", "the file is UTF-32", at: SourceLocation(path: path), remedy: "save it as UTF-8")
    }

    static func brokenUTF16(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1032", "the file is UTF-16, and there is half a character here", at: location,
            remedy: "save it as UTF-8")
    }

    static func oddCharacter(_ kind: OddCharacters.Kind, _ scalar: UInt32, at location: SourceLocation) -> Diagnostic {
        switch kind {
        case .oldLineBreak:
            let escape = [0x85: "\\N", 0x2028: "\\L", 0x2029: "\\P"][scalar] ?? ""
            return Diagnostic(
                "SLW1033",
                "there is a character here (\(name(scalar))) that ends a line to some readers of YAML, not to others",
                at: location, remedy: "start a new line, or write it as the escape “\(escape)” in double quotes",
                fixes: [Fix(replacing: location, with: "\n")])
        case .byteOrderMark:
            return Diagnostic(
                "SLW1034", "there is a byte order mark (\(name(scalar))) within the file, where nobody sees it",
                at: location, remedy: "take it out, or write it as the escape “\\uFEFF” in double quotes",
                // At the beginning of a line it is what an editor put before a file that was appended to another one.
                fixes: [Fix(replacing: location, with: "", isCertain: location.span.start.column == 1)])
        }
    }

    static func lookalike(_ lookalike: Lookalike, at location: SourceLocation) -> Diagnostic {
        let (message, remedy) =
            switch lookalike {
            case .space(let space, let atStart):
                (
                    "this text \(atStart ? "begins" : "ends") with a space that is none to YAML (\(name(space.value)))",
                    "write a common space, or put the text in quotes if it is meant"
                )
            case .quotes:
                (
                    "the quotes around this text are no quotes to YAML, and a part of the text",
                    "write \" or ' instead, or put the whole text in those"
                )
            }
        return Diagnostic("SLW1035", message, at: location, severity: .warning, remedy: remedy)
    }

    /// `U+00A0`.
    static func name(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
