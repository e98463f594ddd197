extension Diagnostic {
    static func fileTooLarge(_ path: String, bytes: Int, limit: Int) -> Diagnostic {
        Diagnostic(
            "SLW1001", "the file is \(bytes) bytes long; manifests may have \(limit)", at: SourceLocation(path: path),
            remedy: "split it, or keep data out of manifests: a job's source is the place for it")
    }

    static func brokenUTF16(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW1002", "the file says it is UTF-16, but it is not", at: SourceLocation(path: path),
            remedy: "save it as UTF-8")
    }

    static func tooManyDocuments(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW1003", "a file may hold \(limit) documents", at: location, remedy: "split it")
    }

    static func tooManyNodes(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW1004", "a file may hold \(limit) values", at: location, remedy: "split it")
    }

    static func scalarTooLong(_ bytes: Int, limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1005", "this value is \(bytes) bytes long; \(limit) are allowed", at: location,
            remedy: "keep data out of manifests: a job's source is the place for it")
    }

    static func tooDeep(limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW1006", "this is nested more than \(limit) levels deep", at: location)
    }

    static func expandsTooFar(limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1007", "the aliases of this document stand for more than \(limit) values", at: location,
            remedy: "write out what is meant; aliases of aliases multiply")
    }

    static func unknownAnchor(_ name: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1008", "there is no anchor &\(name) before this alias in the document", at: location,
            remedy: "anchors are only known in their own document, after they were written")
    }

    static func endlessAlias(_ name: String, at location: SourceLocation, anchor: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1009", "the alias *\(name) stands inside of what it stands for: a cycle", at: location,
            notes: [Note("the anchor is here", at: anchor)])
    }

    static func keyNotScalar(at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW1010", "a key must be a single value, not a list or a mapping", at: location)
    }

    static func duplicateKey(_ key: String, at location: SourceLocation, first: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1011", "the key \(key) is there twice", at: location, notes: [Note("first written here", at: first)],
            remedy: "keep one of them")
    }

    static func mergeNotMapping(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1012", "`<<` merges a mapping or a list of mappings, and this is neither", at: location,
            remedy: "write an alias to a mapping behind it, such as `<<: *defaults`")
    }

    static func unknownTag(_ tag: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1013", "the tag \(tag) is not known", at: location,
            remedy: "only the tags of the core schema may be used: !!str, !!int, !!float, !!bool, !!null, !!seq, !!map")
    }

    static func readDifferently(_ word: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1014", "\(word) is read as YAML 1.2 reads it; older readers take it for something else", at: location,
            severity: .warning, remedy: "quote it if text is meant, or write what you mean, such as true or 10")
    }

    static func syntax(_ problem: Parser.Problem, at location: SourceLocation) -> Diagnostic {
        switch problem.kind {
        case .memory: return Diagnostic("SLW1015", "there is not enough memory to read this file", at: location)
        case .encoding(let byte):
            let what = byte >= 0 ? " (byte 0x\(String(byte, radix: 16)))" : ""
            return Diagnostic(
                "SLW1016", "the file is not UTF-8 text here\(what)", at: location,
                remedy: "save it as UTF-8, and take control characters out")
        case .syntax where problem.byte == UInt8(ascii: "\t"):
            return Diagnostic(
                "SLW1017", "a tab cannot indent in YAML", at: location, remedy: "use spaces")
        case .syntax:
            let context = problem.context.isEmpty ? "" : " \(problem.context)"
            return Diagnostic(
                "SLW1018", "this is not YAML: \(problem.words)\(context)", at: location, remedy: hint(problem))
        }
    }

    /// What is usually meant by what libyaml could not read.
    private static func hint(_ problem: Parser.Problem) -> String? {
        switch problem.words {
        case "mapping values are not allowed in this context":
            "quote a value that holds `: `, and check that the lines of a mapping start in the same column"
        case "could not find expected ':'": "a key is followed by `: ` and its value"
        case "did not find expected key", "did not find expected '-' indicator":
            "check the indentation: the lines of one mapping or list start in the same column"
        case "found unexpected end of stream": "a quote or bracket is not closed"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'": "a bracket is not closed"
        case "found character that cannot start any token": "quote a value that starts with @, `, % or a tab"
        default: nil
        }
    }
}
