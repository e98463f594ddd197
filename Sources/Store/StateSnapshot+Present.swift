public import Manifests
public import Records
import YAML

// The part of the record that the present needs. Whoever reads all of it pays for all that ever was.

extension StateSnapshot {
    /// What is wanted now and what has not ended: objects, job versions, and the runs that either names.
    ///
    /// - Parameter identities: says, of the objects and versions, which other computations matter.
    public func presentState(
        and identities: (RecordedState) throws -> Set<Digest> = { _ in [] }
    ) throws -> RecordedState {
        var state = RecordedState(objects: try objects(), jobVersions: try jobVersions())
        // Most of what there is is wanted: then reading it in one go is quicker than looking for parts of it.
        guard try runCount() > Int64(2 * state.objects.count + 1000) else {
            state.runs = try runs(where: "")
            return state
        }
        state.runs = try runs(where: "WHERE phase NOT IN \(RunPhase.terminalList)")
        var wanted = try identities(state).union(state.objects.values.compactMap(\.identity))
        wanted.subtract(state.runs.keys)
        state.runs.merge(try runs(of: wanted)) { known, _ in known }
        return state
    }

    /// How many runs there ever were. They are numbered as they come and never removed.
    public func runCount() throws -> Int64 {
        try connection.first("SELECT value FROM slipway_meta WHERE name = 'sequence'") { Int64($0.text(0)) ?? 0 } ?? 0
    }

    /// The runs of some identities.
    public func runs(of identities: Set<Digest>) throws -> [Digest: RunRecord] {
        // As many arguments in one statement as every SQLite takes, and always so many, so that there is one statement.
        let size = 100
        let marks = Array(repeating: "?", count: size).joined(separator: ", ")
        let texts = identities.map(\.description).sorted()
        var found: [Digest: RunRecord] = [:]
        for start in stride(from: 0, to: texts.count, by: size) {
            var arguments = texts[start..<min(start + size, texts.count)].map(SQLValue.text)
            arguments += Array(repeating: .null, count: size - arguments.count)
            found.merge(try runs(where: "WHERE identity IN (\(marks))", arguments)) { known, _ in known }
        }
        return found
    }

    func runs(where condition: String, _ arguments: [SQLValue] = []) throws -> [Digest: RunRecord] {
        var found: [Digest: RunRecord] = [:]
        try connection.forEachRow("SELECT \(RunRecord.columns) FROM runs \(condition)", arguments) { row in
            let record = try RunRecord(row)
            found[record.identity] = record
        }
        return found
    }

    /// The execution of a run: by its manifest's name, or by the name or id under which it was once recorded.
    public func execution(of name: ObjectName) throws -> RunRecord? {
        let key = [SQLValue.text(Kind.run.rawValue), .text(name.namespace), .text(name.name)]
        let identity = try connection.first(
            "SELECT identity FROM objects WHERE kind = ? AND namespace = ? AND name = ?", key
        ) { $0.optionalText(0) }
        if let identity = identity ?? nil {
            return try runs(where: "WHERE identity = ?", [.text(identity)]).values.first
        }
        return try connection.first(
            "SELECT \(RunRecord.columns) FROM runs WHERE (namespace = ? AND name = ?) OR id = ? "
                + "ORDER BY sequence DESC LIMIT 1",
            [.text(name.namespace), .text(name.name), .text(name.name)]
        ) { try RunRecord($0) }
    }
}
