import YAML

/// The shape of the database, as the steps that lead to it. A step that has been released is never changed.
enum Migrations {
    static let all: [[String]] = [first, second, third, fourth]

    static var newest: Int { all.count }

    /// Brings a database to the newest shape.
    ///
    /// - Throws: a `Diagnostic` where it belongs to somebody else or to a newer version.
    static func run(on connection: any SQLConnection, path: String) throws {
        let version = try version(of: connection, path: path)
        guard version < newest else { return }
        for step in all[version...] {
            for statement in step { try connection.execute(statement, []) }
        }
        try connection.execute(
            "INSERT INTO slipway_meta (name, value) VALUES ('schema', ?) "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value", [.text(String(newest))])
    }

    /// - Throws: a `Diagnostic` where a database is not of the newest shape.
    static func demandNewest(of connection: any SQLConnection, path: String) throws {
        let version = try version(of: connection, path: path)
        guard version == newest else { throw Diagnostic.stateOlder(found: version, known: newest) }
    }

    /// The number of steps that a database has behind it; 0 for an empty one.
    ///
    /// - Throws: a `Diagnostic` where it belongs to somebody else or to a newer version.
    static func version(of connection: any SQLConnection, path: String) throws -> Int {
        let tables = try connection.tableNames()
        guard !tables.isEmpty else { return 0 }
        guard tables.contains("slipway_meta") else { throw Diagnostic.stateForeign(path: path) }
        let version = try connection.first("SELECT value FROM slipway_meta WHERE name = 'schema'") { Int($0.text(0)) }
        guard let version = version ?? nil, version >= 0 else { throw Diagnostic.unreadableRecord("schema version") }
        guard version <= newest else { throw Diagnostic.stateNewer(found: version, known: newest) }
        return version
    }

    private static let first = [
        """
        CREATE TABLE slipway_meta (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE objects (
            kind TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            content TEXT NOT NULL,
            file TEXT NOT NULL,
            line BIGINT NOT NULL,
            prunable BIGINT NOT NULL,
            identity TEXT,
            version BIGINT,
            revision TEXT,
            dirty BIGINT NOT NULL,
            applied_at BIGINT NOT NULL,
            PRIMARY KEY (kind, namespace, name)
        )
        """,
        """
        CREATE TABLE job_versions (
            namespace TEXT NOT NULL,
            job TEXT NOT NULL,
            number BIGINT NOT NULL,
            digest TEXT NOT NULL,
            content TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (namespace, job, number)
        )
        """,
        """
        CREATE TABLE images (
            job_digest TEXT PRIMARY KEY,
            manifest TEXT NOT NULL,
            details TEXT NOT NULL,
            built_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            identity TEXT NOT NULL UNIQUE,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            specification TEXT NOT NULL,
            queue TEXT NOT NULL,
            priority BIGINT NOT NULL,
            sequence BIGINT NOT NULL,
            phase TEXT NOT NULL,
            reason TEXT NOT NULL,
            message TEXT NOT NULL,
            attempt BIGINT NOT NULL,
            forgiven BIGINT NOT NULL,
            not_before BIGINT,
            lease_agent TEXT,
            lease_token BIGINT,
            lease_expires BIGINT,
            cancelled_by TEXT,
            image TEXT,
            created_at BIGINT NOT NULL,
            started_at BIGINT,
            finished_at BIGINT
        )
        """,
        "CREATE INDEX runs_by_queue ON runs (queue, phase, sequence)",
        "CREATE INDEX runs_by_name ON runs (namespace, name)",
        """
        CREATE TABLE attempts (
            run TEXT NOT NULL,
            number BIGINT NOT NULL,
            agent TEXT NOT NULL,
            host TEXT NOT NULL,
            image TEXT,
            created_at BIGINT NOT NULL,
            submitted_at BIGINT,
            ended_at BIGINT,
            reason TEXT,
            exit_code BIGINT,
            message TEXT,
            PRIMARY KEY (run, number)
        )
        """,
        """
        CREATE TABLE agents (
            id TEXT PRIMARY KEY,
            pool_namespace TEXT NOT NULL,
            pool TEXT NOT NULL,
            host TEXT NOT NULL,
            process BIGINT NOT NULL,
            state TEXT NOT NULL,
            started_at BIGINT NOT NULL,
            heartbeat_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE events (
            sequence BIGINT PRIMARY KEY,
            at BIGINT NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            cause TEXT NOT NULL,
            revision TEXT NOT NULL,
            actor TEXT NOT NULL,
            details TEXT NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL
        )
        """,
        "CREATE INDEX events_by_subject ON events (subject, sequence)",
    ]

    /// Agents on several machines, dependencies between runs, and indexes that keep questions about the present from
    /// growing with the past.
    private static let second = [
        "ALTER TABLE job_versions ADD COLUMN revision TEXT",
        "ALTER TABLE agents ADD COLUMN placement TEXT NOT NULL DEFAULT 'local'",
        // Which process table the process number is of: boot and process namespace.
        "ALTER TABLE agents ADD COLUMN machine TEXT NOT NULL DEFAULT ''",
        // The folder of all its attempts, and the id of that folder.
        "ALTER TABLE agents ADD COLUMN runs TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE agents ADD COLUMN location TEXT NOT NULL DEFAULT ''",
        // Where the attempt's folder is: an absolute path, and the id of the disk folder that holds all of them.
        "ALTER TABLE attempts ADD COLUMN folder TEXT",
        "ALTER TABLE attempts ADD COLUMN location TEXT",
        // Canonical JSON: the digest and size of each declared output by its path.
        "ALTER TABLE attempts ADD COLUMN outputs TEXT",
        // When it was seen that nothing of a lost attempt is left.
        "ALTER TABLE attempts ADD COLUMN confirmed_at BIGINT",
        // The location that holds the inputs; NULL where any agent will do.
        "ALTER TABLE runs ADD COLUMN affinity TEXT",
        // Who waits for whom, by the identity of what is waited for; what each waits for stands in its specification.
        "CREATE TABLE dependencies (run TEXT NOT NULL, upstream TEXT NOT NULL, PRIMARY KEY (run, upstream))",
        "CREATE INDEX dependencies_by_upstream ON dependencies (upstream)",
        "CREATE INDEX runs_by_lease ON runs (lease_agent) WHERE lease_agent IS NOT NULL",
        "CREATE INDEX runs_unfinished ON runs (queue, phase) "
            + "WHERE phase NOT IN ('succeeded', 'failed', 'cancelled', 'lost')",
        "CREATE INDEX runs_by_priority ON runs (queue, priority, sequence) WHERE phase = 'queued'",
        "CREATE INDEX runs_due ON runs (queue, not_before) WHERE phase = 'pending'",
        "CREATE INDEX attempts_to_confirm ON attempts (host) WHERE reason = 'Lost' AND confirmed_at IS NULL",
        "CREATE INDEX agents_at_work ON agents (id) WHERE state NOT IN ('stopped', 'lost')",
        "CREATE INDEX agents_by_pool ON agents (pool_namespace, pool, heartbeat_at)",
        "CREATE INDEX job_versions_by_digest ON job_versions (digest)",
        "CREATE INDEX events_by_kind ON events (kind, sequence)",
    ]

    /// Traces that can be read from any machine.
    private static let third = [
        // Canonical JSON: the store in which the attempt's traces are, the digest of their manifest, what is missing.
        "ALTER TABLE attempts ADD COLUMN artifact TEXT"
    ]

    /// Engines that are not the machine's own processes.
    private static let fourth = [
        // Canonical JSON: the engine, and its queue's settings, document and variables when the attempt was claimed.
        "ALTER TABLE attempts ADD COLUMN engine TEXT"
    ]
}
