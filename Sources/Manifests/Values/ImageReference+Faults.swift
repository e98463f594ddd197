/// Which rule of the OCI distribution specification a part of a reference breaks.
extension ImageReference {
    static func fault(ofDigest text: Substring) -> String {
        let rule = "a digest is `sha256:` and 64 digits of 0-9 and a-f"
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return "`\(short(text))` has no algorithm before it; \(rule)" }
        guard parts[0] == "sha256" else { return "the algorithm `\(short(parts[0]))` is not known; \(rule)" }
        let digits = parts[1]
        if digits.utf8.count != 64 { return "its digest has \(digits.utf8.count) digits; \(rule)" }
        if Digest(text.lowercased()) != nil { return "its digest has capital letters; \(rule)" }
        return "its digest has other characters than digits; \(rule)"
    }

    static func fault(ofTag text: Substring) -> String {
        if text.isEmpty { return "there is no tag behind the `:`" }
        if text.utf8.count > 128 { return "its tag has \(text.utf8.count) characters, and 128 are the most" }
        if text.hasPrefix(".") || text.hasPrefix("-") { return "its tag begins with `\(text.prefix(1))`" }
        let bad = text.first { !$0.isASCII || !($0.isLetter || $0.isNumber || "_.-".contains($0)) }
        let rule = "a tag is written with a-z, A-Z, 0-9, `_`, `.` and `-`"
        return bad.map { "its tag contains \($0 == " " ? "a space" : "`\($0)`"); \(rule)" } ?? rule
    }

    /// `text` is the whole name, for what is taken for a host because of its capital letters alone.
    static func fault(ofHost host: Substring, in text: Substring) -> String {
        if !host.contains("."), !host.contains(":"), Syntax.isRepository(Substring(text.lowercased())) {
            return "it has capital letters, and repositories have none: write `\(short(text).lowercased())`"
        }
        if let colon = host.lastIndex(of: ":"), !host.hasPrefix("[") {
            let (name, port) = (host[..<colon], host[host.index(after: colon)...])
            if Syntax.isRegistryHost("\(name):1"), !Syntax.isRegistryHost("\(name):\(port)") {
                return "`\(short(port))` is no port: it is a number from 1 to 65535"
            }
        }
        return "`\(short(host))` is no host"
    }

    static func fault(ofRepository text: Substring) -> String {
        let rule = "a repository is written with a-z, 0-9, `.`, `_`, `-` and `/`"
        if text.isEmpty { return "it names no repository" }
        if text.utf8.count > 255 { return "its repository has \(text.utf8.count) characters, and 255 are the most" }
        if text.split(separator: "/", omittingEmptySubsequences: false).contains("") {
            return "its repository has an empty part, at a `/` too many"
        }
        if Syntax.isRepository(Substring(text.lowercased())) {
            return "its repository has capital letters, and may have none: write `\(short(text).lowercased())`"
        }
        if let bad = text.first(where: { !$0.isASCII || !($0.isLetter || $0.isNumber || "._-/".contains($0)) }) {
            return "its repository contains \(bad == " " ? "a space" : "`\(bad)`"); \(rule)"
        }
        return "its repository has `.`, `_` or `-` at an end of a part, or several of them in a row; \(rule)"
    }

    private static func short(_ text: Substring) -> String { String(text).shortened(80) }
}
