public import Manifests
public import Records
import YAML

// Questions that are answered without reading what they count, so that they cost the same however long the past is.

extension StateSnapshot {
    /// How many objects of each kind are recorded.
    public func objectCounts() throws -> [Kind: Int] {
        var found: [Kind: Int] = [:]
        try connection.forEachRow("SELECT kind, COUNT(*) FROM objects GROUP BY kind", []) { row in
            if let kind = Kind(rawValue: row.text(0)) { found[kind] = Int(row.int(1)) }
        }
        return found
    }

    /// How many of the runs that manifests want are in each phase.
    public func wantedRunCounts() throws -> [RunPhase: Int] {
        var found: [RunPhase: Int] = [:]
        try connection.forEachRow(
            "SELECT runs.phase, COUNT(*) FROM objects JOIN runs ON runs.identity = objects.identity "
                + "WHERE objects.kind = ? GROUP BY runs.phase", [.text(Kind.run.rawValue)]
        ) { row in
            if let phase = RunPhase(rawValue: row.text(0)) { found[phase] = Int(row.int(1)) }
        }
        return found
    }

    /// The pools whose agents are processes of their own, with who is there and who is missing.
    ///
    /// - Parameter cache: for whoever asks again and again.
    public func poolStandings(
        at now: Timestamp, knowing cache: RulesCache = RulesCache()
    ) throws -> [PoolStanding] {
        let pools = try connection.rows(
            "SELECT namespace, name FROM objects WHERE kind = ? ORDER BY namespace, name",
            [.text(Kind.agentPool.rawValue)]
        ) { ObjectName(namespace: $0.text(0), name: $0.text(1)) }
        return try pools.compactMap { pool -> PoolStanding? in
            guard let rules = try poolRules(pool, knowing: cache), rules.placement.isApart else { return nil }
            return PoolStanding(
                pool: pool, placement: rules.placement, wanted: rules.replicas, leaseDuration: rules.leaseDuration,
                agents: try agents(ofPool: pool, heardSince: now + .seconds(-24 * 3600)), at: now)
        }
    }
}
