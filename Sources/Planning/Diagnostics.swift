import Manifests
public import YAML

extension Diagnostic {
    static func unknownJobVersion(
        _ reference: JobReference, newest: Int?, at location: SourceLocation
    ) -> Diagnostic {
        let known = newest.map { $0 == 1 ? "it only has v1" : "its newest is v\($0)" } ?? "it was never applied"
        return Diagnostic(
            .unknownJobVersion, "job \(reference.name) has no version v\(reference.version ?? 0): \(known)",
            at: location,
            remedy: "pin a version that exists, or write `\(reference.name)` to follow the newest")
    }

    static func pinnedParameterInvalid(
        _ reference: JobReference, _ violation: String, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            .pinnedParameterInvalid, "this run is pinned to \(reference), and for that version \(violation)",
            at: location,
            remedy: "set the parameters that \(reference) declares, or follow the newest version")
    }

    static func unreadableJobVersion(_ reference: String) -> Diagnostic {
        Diagnostic(
            "SLW3003", "the recorded content of \(reference) cannot be read",
            remedy: "check the record with `reconcile history --verify` and restore it from a backup")
    }

    static func refusedEmpty(recorded: Int) -> Diagnostic {
        Diagnostic(
            "SLW3004", "there is no manifest at all, and \(recorded) recorded objects would be deleted",
            remedy: "check the path given with -f; if everything is meant to go, say --allow-empty")
    }

    static func refusedMassDeletion(_ deleted: Int, of recorded: Int) -> Diagnostic {
        Diagnostic(
            "SLW3005", "this would delete \(deleted) of \(recorded) recorded objects, more than half",
            remedy: "check the path given with -f; if they are meant to go, say --allow-mass-delete")
    }

    static func deploymentUnknown(_ pool: ObjectName, _ why: Diagnostic) -> Diagnostic {
        Diagnostic(
            "SLW3130", "whether the agents of pool \(pool) are deployed as it says is not known: \(why.message)",
            severity: .warning, remedy: why.remedy)
    }

    static func malformedPlan(_ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW3010", "this is no saved plan, or not all of one: \(reason)",
            remedy: "save it anew with `reconcile plan --out FILE`")
    }

    static func otherPlanFormat(_ version: String) -> Diagnostic {
        Diagnostic(
            "SLW3011",
            "the plan is of format version \(version.shortened(toBytes: 40)), and this reconcile reads version "
                + SavedPlan.formatVersion,
            remedy: "plan and apply with the same version of reconcile")
    }

    static func planOfAnotherTool(_ version: String, current: String) -> Diagnostic {
        Diagnostic(
            "SLW3012", "the plan was made by reconcile \(version.shortened(toBytes: 40)), and this is \(current)",
            remedy: "plan and apply with the same version of reconcile")
    }
}

extension DiagnosticCode {
    fileprivate static let unknownJobVersion: DiagnosticCode = "SLW3001"
    fileprivate static let pinnedParameterInvalid: DiagnosticCode = "SLW3002"

    /// Faults of a plan that the author of a manifest has to mend: exit status 3.
    public static let pinnedVersionFaults: Set<DiagnosticCode> = [unknownJobVersion, pinnedParameterInvalid]
}
