internal import CCurl

/// An http or https URL, taken apart by the library that will also use it, so that both see the same host.
public struct HTTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The URL, made regular.
    public let text: String
    /// `http` or `https`.
    public let scheme: String
    /// In lower case; an IPv6 address is in brackets.
    public let host: String
    public let port: Int
    /// What is looked for there, with the query.
    public let path: String

    /// The longest that is taken.
    static let longest = 8192

    /// `nil` for what is no such URL, and for one that holds a user name or a password: a secret in it would be seen
    /// in messages and in lists of processes.
    public init?(_ text: String) { self.init(text, relativeTo: nil) }

    /// The same for one that may be relative to another, as servers write `Location`.
    init?(_ text: String, relativeTo base: HTTPAddress?) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let handle = curl_url()
        else { return nil }
        defer { curl_url_cleanup(handle) }
        func part(_ which: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, which, &value, flags) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        if let base { curl_url_set(handle, CURLUPART_URL, base.text, 0) }
        guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil,
            let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap(Int.init),
            let whole = part(CURLUPART_URL)
        else { return nil }
        self.text = whole
        self.scheme = scheme
        self.host = host
        self.port = port
        path = (part(CURLUPART_PATH) ?? "/") + (part(CURLUPART_QUERY).map { "?\($0)" } ?? "")
    }

    public var description: String { text }

    public var isEncrypted: Bool { scheme == "https" }

    /// Whether it leads to this very machine, so that nobody on a network can read along.
    public var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
