import YAML

// What can be wrong between manifests, and between a manifest and the files of the repository.

extension Diagnostic {
    static func duplicate(_ key: ObjectKey, at location: SourceLocation, first: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2040", "\(key) is declared twice", at: location, notes: [Note("first declared here", at: first)],
            remedy: "rename or remove one of the two")
    }

    static func unknownObject(_ key: ObjectKey, suggestion: String?, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2041", "there is no \(key)", at: location,
            remedy: suggestion.map { "did you mean `\($0)`?" }
                ?? "add a manifest of kind \(key.kind.rawValue) named `\(key.name.name)` "
                + "in namespace `\(key.name.namespace)`",
            // A suggestion without a namespace takes the place of the name alone.
            fixes: .correcting(
                suggestion?.contains("/") == true ? [key.name.full, key.name.name] : [key.name.name], to: suggestion,
                in: location))
    }

    static func unservedQueue(_ queue: ObjectName, runs: Int, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2042",
            "no agent pool serves Queue/\(queue), so its \(runs == 1 ? "run waits" : "\(runs) runs wait") "
                + "for ever", at: location, severity: .warning, remedy: "add it to the queues of an AgentPool")
    }

    static func absoluteSource(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2050", "the source “\(path.shortened())” is an absolute path, which is another folder on each machine",
            at: location, remedy: "write a path relative to this file")
    }

    static func sourceOutside(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2051", "the source “\(path.shortened())” is outside of the repository", at: location,
            remedy: "keep the code in the repository that the manifest is in")
    }

    static func sourceMissing(_ path: String, suggestion: String?, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2052", "there is no folder `\(path.shortened())` in the repository", at: location,
            remedy: suggestion.map { "did you mean `\($0.shortened())`?" } ?? "the path is relative to this file")
    }

    static func sourceNotFolder(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2053", "`\(path.shortened())` is not a folder", at: location,
            remedy: "name the folder that holds the code")
    }

    static func sourceLeaves(_ path: String, target: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2054", "the source `\(path.shortened())` leads out of the repository, to `\(target.shortened())`",
            at: location, remedy: "replace the symbolic link by the files it leads to")
    }

    static func sourceUnreadable(_ path: String, _ reason: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2055", "the source `\(path.shortened())` cannot be read: \(reason)", at: location)
    }

    static func requirementsMissing(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2056", "there is no requirements file `\(path.shortened())` in the source", at: location,
            remedy: "the path is relative to the source's folder")
    }

    static func requirementsOutside(_ path: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2057", "the requirements file `\(path.shortened())` leads out of the source", at: location,
            remedy: "replace the symbolic link by the file it leads to")
    }
}
