extension Diagnostic {
    // MARK: Limits

    static func fileTooLarge(_ path: String, bytes: Int, limit: Int) -> Diagnostic {
        Diagnostic(
            "SLW1001", "the file has \(bytes) bytes; \(limit) are allowed", at: SourceLocation(path: path),
            remedy: "split it, or keep data out of manifests: a job's source is the place for it")
    }

    static func tooManyDocuments(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1002", "the file has more than \(limit) documents", at: location, remedy: "split it into several files")
    }

    static func tooManyNodes(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1003", "the file has more than \(limit) values", at: location, remedy: "split it into several files")
    }

    static func scalarTooLong(_ bytes: Int, limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1004", "this value has \(bytes) bytes; \(limit) are allowed", at: location,
            remedy: "keep data out of manifests: a job's source is the place for it")
    }

    static func tooDeep(limit: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1005", "this is nested more than \(limit) levels deep", at: location,
            remedy: "check for brackets that are not closed, and for aliases of aliases")
    }

    /// `limit` with its unit.
    static func expandsTooFar(_ limit: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1006", "the aliases of this document stand for more than \(limit)", at: location,
            remedy: "write out what is meant: aliases of aliases multiply")
    }

    static func tooManyDirectives(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1007", "a document has more than \(YAMLLimits.tagDirectives) %TAG lines", at: location,
            remedy: "take them out: only the tags of the core schema may be used, and they need none")
    }

    static func tooManyErrors(_ count: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1008", "reading stopped here, after \(count) errors", at: location,
            remedy: "mend the first of them and try again")
    }

    static func noMemory(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1009", "there is not enough memory to read this file", at: location,
            remedy: "split it, or give the process more memory")
    }

    // MARK: Structure

    static func unknownAnchor(_ name: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1010", "the alias *\(name) has no anchor &\(name) before it", at: location,
            remedy: "set the anchor first, in the same document; a text that starts with * needs quotes")
    }

    static func endlessAlias(_ name: String, at location: SourceLocation, anchor: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1011", "the alias *\(name) stands inside of what it stands for, which would never end", at: location,
            notes: [Note("the anchor &\(name) is here", at: anchor)], remedy: "write out what is meant")
    }

    static func keyNotScalar(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1012", "a key must be a single value, not a list or a mapping", at: location,
            remedy: "put quotes around what is meant as text: to YAML, { opens a mapping and [ a list")
    }

    static func duplicateKey(_ key: String, at location: SourceLocation, first: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1013", "the key “\(shortened(key))” is there twice", at: location,
            notes: [Note("first written here", at: first)],
            remedy: key == "<<" ? "merge a list: `<<: [*first, *second]`" : "keep one of them")
    }

    static func mergeNotMapping(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1014", "“<<” merges a mapping or a list of mappings, and this is neither", at: location,
            remedy: "put an alias of a mapping here, such as `<<: *defaults`, or quote the key")
    }

    static func unknownTag(_ tag: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1015", "the tag \(written(tag)) is not known here", at: location,
            remedy: "take it out: only !!str, !!int, !!float, !!bool, !!null, !!seq and !!map may be used")
    }

    static func tagDoesNotFit(_ tag: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW1016", "the value does not fit its tag \(written(tag))", at: location,
            remedy: "write a value of that type, or take the tag out")
    }

    /// Tags arrive in full; people write the core's with two exclamation marks.
    private static func written(_ tag: String) -> String {
        let core = "tag:yaml.org,2002:"
        return shortened(tag.hasPrefix(core) ? "!!\(tag.dropFirst(core.count))" : tag)
    }

    /// What a message can bear of a text that may be long.
    static func shortened(_ text: String) -> String {
        let most = 80
        let start = text.unicodeScalars.prefix(most + 1)
        return start.count > most ? "\(String(String.UnicodeScalarView(start.dropLast())))…" : text
    }
}
