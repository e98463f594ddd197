import YAML

// What can be wrong between runs that wait for each other.

extension Diagnostic {
    static func waitsForItself(_ run: ObjectName, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2060", "Run/\(run) waits for itself, and would do so for ever", at: location,
            remedy: "remove it, or name another run")
    }

    static func dependencyRepeated(
        _ run: ObjectName, at location: SourceLocation, first: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2061", "Run/\(run) is waited for twice", at: location, notes: [Note("first named here", at: first)],
            remedy: "keep the one with the condition that is meant")
    }

    /// Runs of which each waits for the next, and the last for the first.
    static func circle(_ edges: [(from: ObjectName, to: ObjectName, place: SourceLocation?)]) -> Diagnostic {
        // A circle of thousands would be read by nobody.
        let shown = edges.prefix(20)
        let names = shown.map { "\($0.from)" } + (shown.count < edges.count ? ["…"] : [])
        let first = edges.first.map { "\($0.from)" } ?? ""
        return Diagnostic(
            "SLW2062", "\(edges.count) runs wait for each other: \(names.joined(separator: " → ")) → \(first)",
            at: edges.first?.place, notes: shown.map { Note("\($0.from) waits for \($0.to) here", at: $0.place) },
            remedy: "remove one of these dependencies")
    }

    static func outputNotDeclared(
        _ path: String, of run: ObjectName, _ job: ObjectKey, suggestion: String?, known: [String],
        declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        let remedy =
            suggestion.map { "did you mean `\($0)`?" }
            ?? (known.isEmpty
                ? "add it to `outputs` of \(job)" : "its outputs are \(Array(known.prefix(20)).inWords)")
        return Diagnostic(
            "SLW2063", "Run/\(run) leaves no `\(path.shortened())`: \(job) does not declare it", at: location,
            notes: [Note(known.isEmpty ? "its job declares no outputs" : "its job's outputs", at: declared)],
            remedy: remedy)
    }

    /// Two inputs at one path, or one inside the other.
    static func inputsCollide(
        _ path: String, _ other: String, at location: SourceLocation, first: SourceLocation
    ) -> Diagnostic {
        let what =
            path == other
            ? "two inputs are put at `\(path.shortened())`"
            : "the inputs `\(other.shortened())` and `\(path.shortened())` would lie in each other"
        return Diagnostic(
            "SLW2064", what, at: location, notes: [Note("the other one", at: first)],
            remedy: "give one of them another name with `as`")
    }
}
