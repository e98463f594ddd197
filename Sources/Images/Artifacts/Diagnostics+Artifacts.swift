import Manifests
public import YAML

/// Stores of artifacts.
extension Diagnostic {
    static func artifactMissing(_ digest: Digest, in store: String) -> Diagnostic {
        Diagnostic(
            "SLW5070", "\(quoted(store)) has no \(digest)",
            remedy: "see whether it is the store that the attempt was put into, and mounted here; what was removed "
                + "from it is only in the attempt's own folder")
    }

    static func artifactCorrupt(_ digest: Digest, in store: String) -> Diagnostic {
        Diagnostic(
            "SLW5071", "what \(quoted(store)) has as \(digest) is something else: truncated or changed",
            remedy: "nothing of it was kept; check the store's disk, and remove the blob, to have it put there anew")
    }

    static func artifactUnreadable(_ digest: Digest, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5072", "\(digest) is not what an attempt left: \(printable(reason))",
            remedy: "see who else writes to that store")
    }

    static func outputLeaves(_ path: String, target: String) -> Diagnostic {
        Diagnostic(
            .outputLeaves, "\(quoted(path)) is a link to \(quoted(target)), which is not of the attempt",
            remedy: "let the command copy what it wants to leave")
    }
}

extension DiagnosticCode {
    /// An output leads out of the folder of its attempt: trying again changes nothing.
    public static let outputLeaves: DiagnosticCode = "SLW5073"
}
