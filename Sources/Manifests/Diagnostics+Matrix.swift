import YAML

// What can be wrong with the matrix of a run.

extension Diagnostic {
    static func emptyMatrix(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2250", "spec.matrix has no set of parameters, so there would be no run", at: location,
            remedy: "write `[{lr: 0.1}, {lr: 0.2}]` or `{lr: [0.1, 0.2]}`, or leave `matrix` out for a single run")
    }

    static func tooManyCombinations(
        _ axes: [(name: String, count: Int)], at location: SourceLocation
    ) -> Diagnostic {
        let shown = axes.prefix(8).map { "\($0.count)" } + (axes.count > 8 ? ["…"] : [])
        return Diagnostic(
            "SLW2251",
            "spec.matrix has \(shown.joined(separator: " × ")) combinations, and a grid may have at most "
                + "\(MatrixLimits.combinations) of which at most \(MatrixLimits.runs) are left to run", at: location,
            remedy: "take values out, or write the sets that are wanted as a list")
    }

    static func tooManyRuns(atLeast count: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2252", "spec.matrix makes \(count) runs or more, and at most \(MatrixLimits.runs) may come of one",
            at: location, remedy: "split it into several Runs, each with a part of the values")
    }

    static func matrixTooLarge(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2253",
            "the runs of spec.matrix would together be larger than \(MatrixLimits.bytes >> 20) MiB: each has a copy of "
                + "what all have in common", at: location,
            remedy: "pass long values in a file of the source, and name the file here")
    }

    /// A parameter of a grid without a list of values.
    static func matrixValuesNotListed(_ path: String, _ name: String, _ node: Node) -> Diagnostic {
        let isScalar = node.kind == .scalar && !node.isNull
        let span = node.location.span
        // Text in brackets ends at a comma.
        let isSimple = isScalar && span.start.line == span.end.line && !node.text.contains { ",[]{}".contains($0) }
        let text = node.text.shortened(40)
        return Diagnostic(
            "SLW2254", "\(path) must be a list of values, and is \(node.inWords)", at: node.location,
            remedy: isScalar
                ? "write `[\(text)]`; what is the same for all runs can also stand under spec.parameters"
                : "write the values of `\(name.shortened(60))` as a list",
            // Several words may be meant as several values.
            fixes: isSimple && node.isPlain
                ? [
                    Fix(
                        replacing: node.location, with: "[\(node.text)]",
                        isCertain: node.location.text == node.text && !node.text.contains(" "))
                ] : [])
    }

    static func matrixValueRepeated(
        _ cell: RunMatrix.Cell, at location: SourceLocation, first: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2255", "`\(cell.name.shortened(60))` has the value \(cell.value.shown) twice", at: location,
            notes: [Note("first written here", at: first)], remedy: "remove one of the two")
    }

    static func parameterSetRepeated(at location: SourceLocation, first: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2256", "this set of parameters is there twice", at: location,
            notes: [Note("first written here", at: first)],
            remedy: "remove one of the two; `repeat` of a Run asks for the same computation once more")
    }

    static func emptyParameterSet(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2257", "\(path) has no values", at: location, remedy: "write some as `{lr: 0.1}`, or remove it")
    }

    static func excludesUnknown(_ key: Node, known: [String]) -> Diagnostic {
        let name = key.text
        let suggestion = Suggestion.closest(to: name, among: known)
        return Diagnostic(
            "SLW2258", "`exclude` names `\(name.shortened(60))`, of which spec.matrix has no list of values",
            at: key.location,
            remedy: suggestion.map { "did you mean `\($0)`?" }
                ?? (known.isEmpty
                    ? "there is nothing to exclude from: leave sets out that are not wanted"
                    : "its lists are \(Array(known.prefix(20)).inWords); what `include` adds cannot be excluded"),
            fixes: suggestion.map { key.isPlain ? [Fix(replacing: key.location, with: $0)] : [] } ?? [])
    }

    static func excludesNothing(
        _ cell: RunMatrix.Cell, values: [JSONValue], at location: SourceLocation
    ) -> Diagnostic {
        let shown = values.prefix(10).map(\.shown) + (values.count > 10 ? ["…"] : [])
        return Diagnostic(
            "SLW2259", "this excludes nothing: `\(cell.name.shortened(60))` is never \(cell.value.shown)",
            at: location, severity: .warning, remedy: "its values are \(shown.joined(separator: ", "))")
    }

    static func everythingExcluded(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2260", "`exclude` leaves nothing of spec.matrix, so there would be no run", at: location,
            remedy: "exclude less, or remove the manifest")
    }

    static func includesNothing(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2261", "this combination is there already, and nothing is added to it", at: location,
            severity: .warning, remedy: "remove it, or give it a value of another parameter")
    }

    /// A common value that every set replaces.
    static func parameterNeverUsed(
        _ name: String, at location: SourceLocation, set: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2262", "this value of `\(name.shortened(60))` is never used: every set of spec.matrix has its own",
            at: location, severity: .warning, notes: [Note("set here", at: set)], remedy: "remove it")
    }

    static func inputFromMatrix(
        _ matrix: ObjectName, runs: [ObjectName], at location: SourceLocation
    ) -> Diagnostic {
        let shown = runs.prefix(3).map { "`\($0)`" } + (runs.count > 3 ? ["…"] : [])
        return Diagnostic(
            "SLW2263", "Run/\(matrix) is a matrix, and an input comes from one run", at: location,
            remedy: runs.isEmpty ? "name one of its runs" : "name one of its runs: \(shown.joined(separator: ", "))")
    }

    static func tooManyMatrixPairs(_ matrix: ObjectName, most: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2264",
            "to wait for all runs of the matrix \(matrix) here makes more than \(most) dependencies in all manifests",
            at: location, remedy: "let one run wait for the matrix, and others wait for that run")
    }
}

extension JSONValue {
    /// As a message shows it: canonical JSON, cut.
    fileprivate var shown: String { canonicalText.shortened(40) }
}
