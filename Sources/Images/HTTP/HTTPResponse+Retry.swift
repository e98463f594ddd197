internal import CCurl

extension HTTPResponse {
    /// Whether the same request may well get another answer a little later.
    public var isPassing: Bool { [408, 425, 429, 500, 502, 503, 504].contains(status) }

    /// How long the server wants to be left alone (RFC 9110, 10.2.3): seconds, or a date, which is compared with the
    /// server's own clock. `nil` where it does not say.
    public var retryAfter: Duration? {
        guard let text = self["Retry-After"] else { return nil }
        if let seconds = Int64(text) { return .seconds(max(0, seconds)) }
        guard let date = Self.seconds(text), let now = self["Date"].flatMap(Self.seconds) else { return nil }
        return .seconds(max(0, date - now))
    }

    /// An HTTP date, as libcurl reads it.
    private static func seconds(_ text: String) -> Int64? {
        let time = curl_getdate(text, nil)
        return time < 0 ? nil : Int64(time)
    }
}
