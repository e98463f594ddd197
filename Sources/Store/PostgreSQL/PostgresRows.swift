import CPQ

/// What came of a statement.
final class PostgresResult {
    private let result: OpaquePointer?

    init(_ result: OpaquePointer?) { self.result = result }

    deinit { PQclear(result) }

    /// The SQLSTATE and the server's words; `nil` where all went well.
    var failure: PostgresFailure? {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
        default:
            let words = [field(CChar(UInt8(ascii: "M"))), field(CChar(UInt8(ascii: "D")))].compactMap(\.self)
            return PostgresFailure(
                state: field(CChar(UInt8(ascii: "C"))) ?? "", message: words.joined(separator: ": "))
        }
    }

    /// `PG_DIAG_SQLSTATE` and its like are single letters, as the protocol has them.
    private func field(_ letter: CChar) -> String? {
        PQresultErrorField(result, Int32(letter)).map { String(cString: $0) }
    }

    var changes: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    var rows: some Sequence<PostgresRow> {
        (0..<PQntuples(result)).lazy.map { PostgresRow(result: self, number: $0) }
    }

    var first: PostgresRow? { PQntuples(result) > 0 ? PostgresRow(result: self, number: 0) : nil }

    /// The bytes of a value in the text format; `nil` for NULL and where there is no such column.
    fileprivate func value(_ row: Int32, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
        let column = Int32(column)
        guard column < PQnfields(result), PQgetisnull(result, row, column) == 0 else { return nil }
        let length = Int(PQgetlength(result, row, column))
        return PQgetvalue(result, row, column).map { start in
            UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
        }
    }
}

struct PostgresRow: SQLRow {
    fileprivate let result: PostgresResult
    fileprivate let number: Int32

    func int(_ column: Int) -> Int64 { optionalInt(column) ?? 0 }
    func text(_ column: Int) -> String { optionalText(column) ?? "" }

    func optionalInt(_ column: Int) -> Int64? {
        guard let bytes = result.value(number, column) else { return nil }
        // A truth value, which SQLite has as 0 and 1.
        if bytes.count == 1, bytes[0] == UInt8(ascii: "t") { return 1 }
        return Int64(Substring(decoding: bytes, as: UTF8.self))
    }

    func optionalText(_ column: Int) -> String? {
        result.value(number, column).map { String(decoding: $0, as: UTF8.self) }
    }
}
