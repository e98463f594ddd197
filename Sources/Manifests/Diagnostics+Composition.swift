import YAML

// What can be wrong with how manifests are put together.

extension Diagnostic {
    static func severalDefaults(at location: SourceLocation, first: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2210", "this folder has two manifests of kind Defaults", at: location,
            notes: [Note("the first one is here", at: first)], remedy: "make one of the two")
    }

    static func defaultsTooLarge(most: Int, at location: SourceLocation?) -> Diagnostic {
        Diagnostic(
            "SLW2211", "these defaults reach so many manifests that more than \(most >> 20) MiB would be copied",
            at: location, remedy: "write long values once, in a file that the jobs read")
    }

    /// Of a manifest that lacks something, where it could have been meant to change another.
    func suggestingPatch(of key: ObjectKey) -> Diagnostic {
        guard code == Self.fieldMissing else { return self }
        var diagnostic = self
        diagnostic.notes.append(Note("it is no patch: no path before it has \(key)"))
        return diagnostic
    }
}
