import CPQ
import YAML

/// Where a state in PostgreSQL is: the connection URL as libpq reads it, and what of it may be shown.
struct PostgresAddress: Sendable, Hashable {
    let url: String
    /// Without any password, and without anything else that the URL says but who, where and which database.
    let display: String

    static let schemes = ["postgres://", "postgresql://"]

    /// - Throws: `Diagnostic.addressNotUnderstood`, which shows nothing of the URL but what is certainly no password.
    init(_ url: String) throws {
        let fields = try Self.fields(of: url)
        // libpq takes what stands before the first `@` for user and password. A password that has `@`, `/` or `?` in
        // it as it is would end up, in part, in what is taken for the host, the port or the database.
        let parts = url.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: true).dropFirst()
        let ports = fields["port"] ?? ""
        guard parts.prefix(1).joined().count(where: { $0 == "@" }) <= 1, !parts.dropFirst().joined().contains("@"),
            ports.allSatisfy({ $0.isNumber || $0 == "," })
        else { throw Diagnostic.addressNotUnderstood("it has two @, or one behind a /, or a port that is no number") }
        self.url = url
        display = Self.display(fields)
    }

    private static func display(_ fields: [String: String]) -> String {
        var text = "postgres://"
        if let user = fields["user"] { text += user + "@" }
        text += fields["host"] ?? fields["hostaddr"] ?? ""
        if let port = fields["port"] { text += ":" + port }
        if let database = fields["dbname"] { text += "/" + database }
        var query: [String] = []
        if let service = fields["service"] { query.append("service=\(service)") }
        if let options = fields["options"], options.contains("search_path") { query.append("options=\(options)") }
        return query.isEmpty ? text : text + "?" + query.joined(separator: "&")
    }

    /// What the URL says, as libpq itself takes it apart.
    private static func fields(of url: String) throws -> [String: String] {
        guard schemes.contains(where: url.hasPrefix) else {
            throw Diagnostic.addressNotUnderstood("it does not begin with postgres://")
        }
        var complaint: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &complaint) else {
            defer { PQfreemem(complaint) }
            let words = complaint.map { String(cString: $0) } ?? "memory is short"
            // What libpq quotes may be the password, or the whole URL.
            let unquoted = words.prefix { $0 != "\"" && !$0.isNewline }
            throw Diagnostic.addressNotUnderstood(String(unquoted).trimmed)
        }
        defer { PQconninfoFree(options) }
        return fields(in: options)
    }

    /// The options that have a value, by keyword.
    static func fields(in options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var found: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return found
    }
}

extension String {
    /// Without white space and colons at its end.
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace || last == ":" { text.removeLast() }
        return String(text)
    }
}
