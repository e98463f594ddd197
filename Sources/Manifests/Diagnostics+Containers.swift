import YAML

// What can be wrong with a queue of containers.

extension Diagnostic {
    static func containerFlagOwn(_ flag: String, _ instead: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2420", "`\(flag)` is not a queue's to set: \(instead)", at: location, remedy: "leave it out of `config`"
        )
    }

    static func containerFlagUnknown(_ flag: String, known: [String], at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2421", "a queue of containers has no flag `\(flag.shortened(60))`", at: location,
            remedy: Suggestion.closest(to: flag, among: known).map { "did you mean `\($0)`?" }
                ?? "use the long names of run flags, of which there are: \(known.joined(separator: ", "))")
    }

    static func containerFlagValue(_ flag: String, wanted: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2422", "`\(flag)` is not \(wanted)", at: location)
    }

    static func containerToolUnknown(_ tool: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2423", "there is no container tool `\(tool.shortened(60))`", at: location,
            remedy: "use `docker` or `podman`, or leave it out: then whichever is there is taken")
    }
}
