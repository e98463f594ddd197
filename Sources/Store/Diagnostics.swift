public import Records
public import YAML

extension Diagnostic {
    static func stateNotADatabase(path: String) -> Diagnostic {
        Diagnostic(
            .notADatabase, "\(path) is not a state of Slipway's: it is no SQLite database",
            remedy: "name another file with --state, or move this one away")
    }

    static func stateCorrupt(path: String, detail: String, remedy: String? = nil) -> Diagnostic {
        Diagnostic(
            .stateDamaged, "the state \(path) is damaged" + (detail.isEmpty ? "" : " (\(detail))"),
            remedy: remedy ?? "restore it from a backup; `sqlite3 \(path) .recover` shows what can still be read")
    }

    static func stateReadOnly(path: String, remedy: String? = nil) -> Diagnostic {
        Diagnostic(
            "SLW4003", "the state \(path) cannot be written",
            remedy: remedy ?? "give yourself write permission on the file and its folder, or name another with --state")
    }

    static func diskFull(path: String) -> Diagnostic {
        Diagnostic(
            "SLW4004", "the disk that holds \(path) is full; nothing of this step was recorded",
            remedy: "make room and run `reconcile` again: it goes on from where it was")
    }

    static func stateUnopenable(path: String) -> Diagnostic {
        Diagnostic(
            "SLW4005", "the state \(path) cannot be opened",
            remedy: "check that its folder exists and that you may read and write there")
    }

    static func stateBusy(path: String) -> Diagnostic {
        Diagnostic(
            .stateBusy, "the state \(path) was busy for ten seconds",
            remedy: "another program has it open; try again when it is done")
    }

    static func stateFailed(path: String, detail: String) -> Diagnostic {
        Diagnostic("SLW4007", "the state \(path) could not be used: \(detail)")
    }

    static func stateNewer(found: Int, known: Int) -> Diagnostic {
        Diagnostic(
            "SLW4008",
            "the state was written by a newer version of reconcile (schema \(found), this one knows \(known))",
            remedy: "use that version or a newer one; this one would damage the record")
    }

    static func stateOlder(found: Int, known: Int) -> Diagnostic {
        Diagnostic(
            "SLW4017", "the state is of an older shape (schema \(found), this version wants \(known))",
            remedy: "`reconcile apply` brings it up to date")
    }

    static func stateHalfMade(path: String) -> Diagnostic {
        Diagnostic(
            "SLW4018", "the state \(path) was being made when its maker was killed; nothing is recorded yet",
            remedy: "`reconcile apply` makes it anew")
    }

    static func stateForeign(path: String) -> Diagnostic {
        Diagnostic(
            .foreignDatabase, "\(path) is a database, but not a state of Slipway's",
            remedy: "name another with --state")
    }

    static func stateNotDurable(path: String) -> Diagnostic {
        Diagnostic(
            "SLW4010", "the database \(path) does not promise durable commits",
            remedy: "keep the state on a local disk")
    }

    /// Somebody else acts on this state.
    public static func locked(by holder: LockHolder?) -> Diagnostic {
        Diagnostic(
            .stateLocked, holder.map { "the state is held by \($0)" } ?? "the state is held by another reconcile",
            remedy: "wait until it is done; what it was told to do goes on meanwhile")
    }

    /// The lock of a file ends with its process and not before.
    static func lockOfLiving(_ holder: LockHolder) -> Diagnostic {
        Diagnostic(
            "SLW4019", "the state is held by \(holder), and that process is at work",
            remedy: "end process \(holder.process) on \(holder.host); what it started goes on, and the next reconcile "
                + "goes on from there")
    }

    static func lockUnusable(path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW4012", "the lock \(path) cannot be taken: \(reason)",
            remedy: "give yourself write permission on its folder")
    }

    /// Another agent has taken the run meanwhile; whatever was to be recorded is refused.
    public static func leaseLost(_ run: RunID) -> Diagnostic {
        Diagnostic(.leaseLost, "the lease on run \(run) was lost; another agent goes on with it")
    }

    static func unreadableRecord(_ what: String) -> Diagnostic {
        Diagnostic(
            .unreadableRecord, "the recorded \(what) cannot be read",
            remedy: "check the record with `reconcile history --verify` and restore it from a backup")
    }

    static func impossibleTransition(_ run: RunID, _ transition: InvalidTransition) -> Diagnostic {
        Diagnostic(
            .impossibleTransition, "run \(run) is \(transition.phase.rawValue): \(transition.event) cannot happen to it"
        )
    }

    static func reproductionOver(_ number: Int, of run: String) -> Diagnostic {
        Diagnostic(
            "SLW4060", "the end of reproduction \(number) of run \(run) is recorded already",
            remedy: "`reconcile explain run/\(run)` says what came of it")
    }

    /// There is no such run in the record.
    public static func unknownRun(_ name: String) -> Diagnostic {
        Diagnostic("SLW4016", "no run \(name) is recorded", remedy: "`reconcile get run` lists them")
    }
}

extension Diagnostic {
    /// Whether it may pass by itself: whoever waits a little and tries again may succeed.
    public var isPassing: Bool { [.stateBusy, .unreachable, .uncertain].contains(code) }

    /// Whether the file of a database is of no use any more.
    var isOfDamagedFile: Bool {
        [.notADatabase, .stateDamaged, .foreignDatabase, .unreadableRecord].contains(code)
    }
}

extension DiagnosticCode {
    /// What happened to a run meanwhile leaves no room for what was to happen to it.
    public static let impossibleTransition: DiagnosticCode = "SLW4015"
    fileprivate static let notADatabase: DiagnosticCode = "SLW4001"
    fileprivate static let stateDamaged: DiagnosticCode = "SLW4002"
    fileprivate static let foreignDatabase: DiagnosticCode = "SLW4009"
    fileprivate static let unreadableRecord: DiagnosticCode = "SLW4014"
    static let stateBusy: DiagnosticCode = "SLW4006"
    /// A database server does not answer.
    static let unreachable: DiagnosticCode = "SLW4020"
    /// A server went away during a commit.
    static let uncertain: DiagnosticCode = "SLW4027"
    /// The lock on the state went to another while its holder was at work: exit status 5.
    public static let holdLost: DiagnosticCode = "SLW4028"
    /// Another reconciler holds the state: exit status 5.
    public static let stateLocked: DiagnosticCode = "SLW4011"
    /// A write came with an old fencing token.
    public static let leaseLost: DiagnosticCode = "SLW4013"
}
