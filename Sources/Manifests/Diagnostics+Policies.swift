import YAML

// What can be wrong with the rules of a policy. A rule that could never deny or never allow anything is a mistake: its
// author believes that something is held.

extension Diagnostic {
    static func signatureOfNobody(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2200", "signatures are required, and nobody's are accepted", at: location,
            remedy: "list keys in `allowedSigners` (SSH) or `gpgKeys` (OpenPGP)")
    }

    static func protectsNothing(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2201", "this rule protects nothing", at: location,
            remedy: "name what it protects: `namespaces`, `queues`, `kinds` or `paths`")
    }

    static func limitsNothing(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2202", "this rule limits nothing", at: location, remedy: "set `runs`, `gpu` or `priority`")
    }
}
