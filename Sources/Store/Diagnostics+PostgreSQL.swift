public import YAML

extension Diagnostic {
    /// What to do about a server that takes no writes, where a file would want permission.
    static let primaryWanted =
        "name the primary server instead of a standby: several hosts and target_session_attrs=primary find it"

    static func databaseUnreachable(_ place: String, _ words: String) -> Diagnostic {
        Diagnostic(
            .unreachable, "the state \(place) cannot be reached: \(words)",
            remedy: "check that the server runs and lets this machine in, and that --state names the right one; "
                + "`psql` with the same URL says more")
    }

    static func loginRefused(_ place: String, _ words: String) -> Diagnostic {
        Diagnostic(
            "SLW4021", "the state \(place) does not let you in: \(words)",
            remedy:
                "put the right password into ~/.pgpass (or PGPASSFILE, PGPASSWORD), and see the server's pg_hba.conf")
    }

    static func databaseMissing(_ place: String, _ words: String) -> Diagnostic {
        Diagnostic(
            "SLW4022", "there is no database for the state \(place): \(words)",
            remedy: "make it with `createdb --encoding=UTF8 --template=template0 NAME`")
    }

    static func schemaMissing(_ place: String) -> Diagnostic {
        Diagnostic(
            "SLW4023", "the state \(place) has no schema: none of its search_path exists",
            remedy: "make it with `CREATE SCHEMA`, or name another in the URL with ?options=-csearch_path%3DNAME")
    }

    static func databaseForbids(_ place: String, _ words: String) -> Diagnostic {
        Diagnostic(
            "SLW4024", "the state \(place) forbids it: \(words)",
            remedy: "give the role CREATE and USAGE on the schema, and all rights on the tables in it")
    }

    static func databaseNotUTF8(_ place: String, found: String) -> Diagnostic {
        Diagnostic(
            "SLW4025", "the database of the state \(place) keeps text as \(found), and names can be in any script",
            remedy: "make another with `createdb --encoding=UTF8 --template=template0 NAME`")
    }

    static func textWithNull(_ text: String) -> Diagnostic {
        let start = text.prefix { $0 != "\0" }.prefix(40)
        return Diagnostic(
            "SLW4026", "a text with the character U+0000 in it cannot be recorded; it begins with `\(start)`",
            remedy: "take the character out of where the text comes from")
    }

    static func commitUncertain(_ place: String, _ words: String) -> Diagnostic {
        Diagnostic(
            .uncertain, "the state \(place) went away while a step was being recorded, and whether it was is not known",
            notes: [Note(words)],
            remedy: "run `reconcile` again when the server is back: it goes on from what is recorded")
    }

    /// The state's lock was lost with its connection, and somebody else has taken it since.
    public static func holdLost(to holder: LockHolder?) -> Diagnostic {
        Diagnostic(
            .holdLost,
            "the lock on the state was lost with its connection, and "
                + (holder.map { "is held by \($0) now" } ?? "another reconcile has had it since"),
            remedy: "run `reconcile` again when it is done; what runs goes on meanwhile")
    }

    static func addressNotUnderstood(_ why: String) -> Diagnostic {
        Diagnostic(
            "SLW4029", "the state's URL is not understood: \(why)",
            remedy: "write postgres://user@host:port/database, and in a password %40 for @, %2F for / and %3F for ?")
    }
}
