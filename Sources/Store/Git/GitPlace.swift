import Foundation

/// A state that is kept in a branch of a Git repository.
public struct GitPlace: Sendable, Hashable {
    /// The repository through which Git is asked: its working tree, or a bare one.
    public var repository: String
    /// The name of a remote of that repository, a URL, a path, or `.` for the repository itself.
    public var remote: String
    /// The full name of the branch, such as `refs/heads/slipway/state`.
    public var ref: String
    /// Where the working copy is kept; it can always be made again from the branch.
    public var folder: String
    /// The environment that Git gets.
    public var environment: [String: String]
    /// Lines for the end of every commit's message, such as the CI run, by name.
    public var trailers: [String: String]

    public init(
        repository: String, remote: String, ref: String, folder: String, environment: [String: String],
        trailers: [String: String] = [:]
    ) {
        self.repository = repository
        self.remote = remote
        self.ref = ref
        self.folder = folder
        self.environment = environment
        self.trailers = trailers
    }

    /// The branch of a state whose address names none.
    public static let standardRef = "refs/heads/slipway/state"

    /// Whether a text is the full name of a branch (git-check-ref-format(1)), and of one that has room for the lock
    /// beside it.
    public static func isBranch(_ ref: String) -> Bool {
        let parts = ref.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "refs", ref.utf8.count <= 200, !ref.contains(".."), !ref.contains("@{")
        else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.hasSuffix(".") && !part.hasSuffix(".lock")
                && !part.hasPrefix("-")
                && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("~^:?*[\\".utf8).contains($0) }
        }
    }

    var database: String { folder + "/state.db" }
    /// What names it among the states that one repository knows.
    var key: String { String(folder.split(separator: "/").last ?? "state") }
    /// Where the newest commit that was seen is kept from being collected.
    var trackingRef: String { "refs/slipway/\(key)/seen" }
    /// The branch that says who holds the state.
    var lockRef: String { ref + "-lock" }
    var lockTrackingRef: String { "refs/slipway/\(key)/lock" }
}

extension GitPlace: CustomStringConvertible {
    /// As it is written after `--state`, without a password.
    public var description: String { "git:\(Self.redacted(remote))#\(ref)" }

    /// A URL without what stands before its host and may be a password.
    public static func redacted(_ remote: String) -> String {
        guard let scheme = remote.range(of: "://") else { return remote }
        let authority = remote[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return remote }
        // The name alone is no secret with ssh; elsewhere it may be a token.
        let isPlain = remote[..<scheme.lowerBound].hasSuffix("ssh") && !authority[..<at].contains(":")
        return isPlain ? remote : remote[..<scheme.upperBound] + "…" + remote[at...]
    }
}
