import YAML

/// What the server, or libpq on the way to it, said went wrong.
struct PostgresFailure: Error {
    /// The SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html); empty where libpq itself speaks.
    var state: String
    var message: String
    /// The connection is gone, or never came about: what was under way on it has to be done on another.
    var isConnectionLost = false

    /// Trying again later may help: the server is away, or others were in the way.
    var isPassing: Bool {
        if isConnectionLost { return !["28", "3D", "3F"].contains(state.prefix(2)) }
        return state == "40001" || state == "40P01"
    }

    /// Nothing of the transaction can be kept, whoever's statement it was that failed.
    var endsTransaction: Bool {
        isConnectionLost || isPassing || state == "25006" || ["53", "57", "58", "XX"].contains(state.prefix(2))
    }

    /// Somebody else had what was wanted for longer than `PostgresLink.lockTimeout`.
    var isLockTimeout: Bool { state == "55P03" }
}

extension Diagnostic {
    /// Says what PostgreSQL reported in words that lead somewhere.
    static func state(_ error: any Error, at address: PostgresAddress) -> any Error {
        guard let failure = error as? PostgresFailure else { return error }
        let place = address.display
        switch (failure.state.prefix(2), failure.state) {
        case ("28", _): return Diagnostic.loginRefused(place, failure.message)
        case (_, "3D000"): return Diagnostic.databaseMissing(place, failure.message)
        case ("3F", _): return Diagnostic.schemaMissing(place)
        case (_, "53100"): return Diagnostic.diskFull(path: place)
        case (_, "42501"): return Diagnostic.databaseForbids(place, failure.message)
        case (_, "25006"): return Diagnostic.stateReadOnly(path: place, remedy: primaryWanted)
        case (_, "55P03"): return Diagnostic.stateBusy(path: place)
        case ("XX", _):
            return Diagnostic.stateCorrupt(path: place, detail: failure.message, remedy: "restore it from a backup")
        default:
            return failure.isConnectionLost
                ? Diagnostic.databaseUnreachable(place, failure.message)
                : Diagnostic.stateFailed(path: place, detail: failure.message)
        }
    }
}
