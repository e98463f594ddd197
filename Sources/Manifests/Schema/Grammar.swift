/// The parts that the patterns of text forms are put together from.
enum Grammar {
    /// An RFC 1123 label.
    static let name = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
    /// Labels with dots between them. Their lengths are said by patterns of their own: a bounded repetition within
    /// another one makes some matchers try for ever.
    static let subdomain = #"\#(label)(\.\#(label))*"#
    private static let label = "[a-z0-9]+(-+[a-z0-9]+)*"
    /// The name in the key of a label, and its value.
    static let labelName = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
    static let identifier = "[A-Za-z_][A-Za-z0-9_]*"
    static let parameterName = "[A-Za-z_][-A-Za-z0-9_]{0,62}"
    /// For use in brackets.
    static let control = #"\x00-\x1f\x7f"#

    /// A part of a path that is neither empty nor `.` nor `..`.
    private static let part = #"([^/.\#(control)]|\.[^/.\#(control)]|\.\.[^/\#(control)])[^/\#(control)]*"#
    /// A path below a folder that names something else than the folder.
    static let pathBelow = #"(\./(\.?/)*)?\#(part)(/(\.|\#(part))?)*"#

    static let digest = "sha256:[0-9a-f]{64}"
    static let tag = "[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}"
    private static let port =
        ":0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
    private static let hostLabel = "[A-Za-z0-9]+(-+[A-Za-z0-9]+)*"
    /// The host of a registry, with its port.
    static let host =
        #"(\#(hostLabel)(\.\#(hostLabel))*\#(port)|\#(hostLabel)(\.\#(hostLabel))+|localhost"#
        + #"|\[[0-9A-Fa-f:.]+\](\#(port))?)"#
    private static let word = "[a-z0-9]+"
    static let repositoryPart = #"\#(word)((\.|_|__|-+)\#(word))*"#
    /// A part that could be no host.
    static let plainRepositoryPart = "\(word)((_|__|-+)\(word))*"
    static let repository = "\(repositoryPart)(/\(repositoryPart))*"
}
