public import Manifests
import Records

extension StateSnapshot {
    /// The version of the form in which a state is exported.
    private static let exportFormat = "1"

    /// Hands over the whole record as JSON documents of one line each: first what it is, then every row of every
    /// table with all its columns, the events last. The same record gives the same lines, whichever database holds it.
    public func export(_ take: (JSONValue) throws -> Void) throws {
        let head = try chainHead()
        var counts: [String: JSONValue] = [:]
        for table in StateTable.all { counts[table.name] = .int(try connection.count(of: table)) }
        try take(
            .object([
                "formatVersion": .string(Self.exportFormat), "schema": .int(Int64(Migrations.newest)),
                "rows": .object(counts),
                "chain": .object(["sequence": .int(head.sequence), "hash": .string(head.hash)]),
            ]))
        for table in StateTable.all {
            try connection.forEachRow(of: table) { try take($0.exported) }
        }
    }
}

extension StateRow {
    fileprivate var exported: JSONValue {
        let pairs = zip(table.columns, values).map { ($0.name, $1.exported) }
        return .object(["table": .string(table.name), "row": .object(Dictionary(uniqueKeysWithValues: pairs))])
    }
}

extension SQLValue {
    fileprivate var exported: JSONValue {
        switch self {
        case .null: .null
        case .int(let number): .int(number)
        case .text(let text): .string(text)
        }
    }
}
