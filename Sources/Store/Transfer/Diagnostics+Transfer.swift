import Records
public import YAML

extension Diagnostic {
    /// The record lives elsewhere now.
    static func stateMoved(path: String, to place: String) -> Diagnostic {
        Diagnostic(
            .stateMoved, "the state \(path) was moved to \(place); nothing may be written here any more",
            remedy: "use it there, with --state \(place). To go on here all the same, execute "
                + "`DELETE FROM slipway_meta WHERE name = 'movedTo'` in this one, and see to it that nobody uses both")
    }

    static func moveTargetOccupied(_ path: String, holding what: String) -> Diagnostic {
        Diagnostic(
            "SLW4031", "the state \(path) is not empty: it holds \(what)",
            remedy: "name a new one to move to; two records cannot be joined")
    }

    /// A state cannot be moved to where it is.
    public static func moveToItself(_ path: String) -> Diagnostic {
        Diagnostic("SLW4032", "both addresses name the same state, \(path)", remedy: "name another to move to")
    }

    static func moveWithLiveAgents(_ agents: [AgentRecord], silentFor limit: Duration) -> Diagnostic {
        let shown = agents.prefix(5).map { "\($0.id) on \($0.host)" }.joined(separator: ", ")
        let more = agents.count > 5 ? " and \(agents.count - 5) more" : ""
        return Diagnostic(
            "SLW4033", "agents are at work on this state: \(shown)\(more)",
            remedy: "stop them; one that was killed counts as gone when it has been silent for \(limit.inWords)")
    }

    static func moveFaulty(_ path: String, _ result: StateCheckResult) -> Diagnostic {
        Diagnostic(
            "SLW4034", "the state \(path) is not as it should be, and was not moved",
            notes: result.findings.prefix(5).map { Note($0.description) },
            remedy: "`reconcile state check` names all \(result.count) findings; restore the state from a backup")
    }

    static func moveUnequal(_ table: String, wanted: Int64, found: Int64) -> Diagnostic {
        Diagnostic(
            "SLW4035",
            wanted == found
                ? "some of the \(found) rows of \(table) did not arrive as they were; nothing was moved"
                : "of \(wanted) rows of \(table) \(found) arrived; nothing was moved",
            remedy: "this should not happen; please report it with the versions of both databases")
    }
}

extension DiagnosticCode {
    /// The record was moved to another place.
    public static let stateMoved: DiagnosticCode = "SLW4030"
}
