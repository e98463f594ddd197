/// What has to be said otherwise to PostgreSQL than to SQLite.
enum PostgresDialect {
    /// Rewrites a statement: each `?` becomes `$1`, `$2`, … and where tables are made, text compares by its bytes.
    ///
    /// Bytes are what SQLite compares by, so that lists come in one order from both; and an index in a language's order
    /// is damaged when the system's idea of that order changes with an upgrade.
    static func translated(_ sql: String) -> String {
        let makesTables = sql.hasPrefix("CREATE TABLE") || sql.hasPrefix("ALTER TABLE")
        var result: [UInt8] = []
        result.reserveCapacity(sql.utf8.count + 32)
        var arguments = 0
        /// The quotation mark that ends what is being read; a doubled one ends it and begins it again.
        var quote: UInt8?
        var word = 0
        for byte in sql.utf8 {
            if quote == nil, !byte.isWordPart {
                if makesTables, result.suffix(word).elementsEqual("TEXT".utf8) {
                    result.append(contentsOf: #" COLLATE "C""#.utf8)
                }
                word = 0
            }
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                if quote == nil { quote = byte } else if quote == byte { quote = nil }
            case UInt8(ascii: "?") where quote == nil:
                arguments += 1
                result.append(contentsOf: "$\(arguments)".utf8)
                continue
            default:
                if quote == nil, byte.isWordPart { word += 1 }
            }
            result.append(byte)
        }
        if makesTables, quote == nil, result.suffix(word).elementsEqual("TEXT".utf8) {
            result.append(contentsOf: #" COLLATE "C""#.utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isWordPart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
