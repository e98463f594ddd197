import YAML

// What can be wrong with a queue's settings and document.

extension Diagnostic {
    static func unknownSetting(
        _ name: String, of engine: EngineKind, known: [String], at location: SourceLocation
    ) -> Diagnostic {
        let list = known.isEmpty ? "it has none: leave `settings` out" : "it has \(known.inWords)"
        return Diagnostic(
            "SLW2130", "the engine `\(engine.rawValue)` has no setting `\(name.shortened(60))`", at: location,
            remedy: Suggestion.closest(to: name, among: known).map { "did you mean `\($0)`?" } ?? list)
    }

    static func permitsNoList(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2131", "spec.settings.allow has to be a list of words", at: location,
            remedy: "write it as `allow: [word, …]`")
    }

    static func unknownPermit(
        _ word: String, of engine: EngineKind, known: [String], at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2132", "`\(word.shortened(60))` is nothing that the engine `\(engine.rawValue)` can permit",
            at: location,
            remedy: Suggestion.closest(to: word, among: known).map { "did you mean `\($0)`?" }
                ?? "use \(known.inWords)")
    }

    static func referenceInKey(_ key: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2133", "the key `\(key.shortened(60))` refers to something, and only values can", at: location,
            remedy: "write the key as it is, and use the reference in its value")
    }

    static func undeclaredVariable(
        _ name: String, among known: [String], at location: SourceLocation
    )
        -> Diagnostic
    {
        Diagnostic(
            "SLW2134", "`{{\(name)}}` refers to a variable that the queue does not declare", at: location,
            remedy: Suggestion.closest(to: name, among: known).map { "did you mean `{{\($0)}}`?" }
                ?? "declare it under spec.variables, with its type and bounds; write {{{{ for the characters {{")
    }

    static func malformedDocument(_ error: QueueTemplate.Malformed, at location: SourceLocation) -> Diagnostic {
        let macros = QueueTemplate.Macro.allCases.map { "${\($0.rawValue)}" } + ["${parameters.name}"]
        let (problem, remedy): (String, String) =
            switch error.reason {
            case .unclosed(let open):
                ("`\(open)` has no end", open == "{{" ? "write {{{{ for the characters {{" : "write $${ for ${")
            case .unknownMacro(let text):
                (
                    "`${\(text.shortened(60))}` is nothing that is known of an attempt",
                    Suggestion.closest(to: "${\(text)}", among: macros).map { "did you mean `\($0)`?" }
                        ?? "use \(macros.inWords), or write $${ for the characters ${"
                )
            case .badVariable(let text):
                (
                    "`{{\(text.shortened(60))}}` cannot be a variable",
                    "use the name of one of spec.variables, or write {{{{ for the characters {{"
                )
            case .tooManyReferences:
                ("a text has more than \(QueueTemplate.referenceLimit) references", "split it")
            }
        return Diagnostic("SLW2135", "in spec.config, \(problem)", at: location, remedy: remedy)
    }

    static func dangerNotPermitted(_ danger: EngineDocument.Danger, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2136",
            "`\(danger.path.joined(separator: "."))` lets every run of this queue out of its bounds "
                + "(\(danger.word)), and the queue does not say that it means to", at: location,
            remedy: "leave it out, or add \(danger.word) to spec.settings.allow")
    }

    static func dangerFromRun(_ danger: EngineDocument.Danger, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2137",
            "`\(danger.path.joined(separator: "."))` (\(danger.word)) takes its value from a run", at: location,
            remedy: "write it out: what is dangerous is the queue's to decide, never a run's")
    }

    static func parameterNotInJob(
        _ name: String, job: ObjectName, queue: ObjectName, declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2138",
            "the queue \(queue) uses `${parameters.\(name)}`, and the job \(job) has no parameter `\(name)`",
            at: location, notes: [Diagnostic.Note("it is used here", at: declared)],
            remedy: "add the parameter to the job, or use another queue")
    }

    static func layoutOutOfReach(
        pool: ObjectName, queue: ObjectName, _ engine: EngineKind, declared: SourceLocation,
        at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2140",
            "the pool \(pool) keeps images in an OCI layout on its machine, where the engine `\(engine.rawValue)` of "
                + "the queue \(queue) cannot get them", at: location,
            notes: [Diagnostic.Note("the engine is named here", at: declared)],
            remedy: "give the pool a registry that both reach: `registry: {location: HOST/PATH}`")
    }

    static func documentRefused(
        _ queue: ObjectName, _ refusals: [String], declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2139",
            "with this run's values, the queue \(queue) would submit what it does not permit: "
                + refusals.joined(separator: "; "), at: location,
            notes: [Diagnostic.Note("the queue's document is here", at: declared)],
            remedy: "leave it out of the run; what is dangerous is the queue's to decide")
    }
}
