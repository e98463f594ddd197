import Foundation
import Manifests
public import Store
import YAML

/// Where a user wants the state: the value of `--state` or `SLIPWAY_STATE`.
public struct StateLocation: Sendable, Hashable {
    /// `nil` for the default.
    public let address: StateAddress?

    /// - Parameters:
    ///   - repository: the one around the manifests, whose remotes a branch is looked for in.
    ///   - setting: this process; its environment goes to Git.
    /// - Throws: a `Diagnostic` for a kind of state that this version does not have, and for what is no branch.
    public init(_ url: String?, in repository: Repository, _ setting: Setting) throws {
        guard var text = url, !text.isEmpty else {
            address = nil
            return
        }
        if StateAddress.isPostgres(text) {
            address = .postgres(url: text)
            return
        }
        if text == "git" || text.hasPrefix("git:") {
            address = .git(try Self.place(text, repository, setting))
            return
        }
        if text.hasPrefix("sqlite:") {
            text = String(text.dropFirst("sqlite:".count))
        } else if ["postgres:", "postgresql:"].contains(where: text.hasPrefix) {
            throw Diagnostic.stateUnsupported(StateAddress.redacted(text))
        }
        address = .sqlite(path: URL(fileURLWithPath: text).path)
    }

    /// `git`, `git:REMOTE`, `git:REMOTE#REF` or `git:#REF`.
    private static func place(_ text: String, _ repository: Repository, _ setting: Setting) throws -> GitPlace {
        let parts = text.dropFirst("git:".count).split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let named = parts.first.map(String.init) ?? ""
        let ref = parts.count > 1 ? String(parts[1]) : GitPlace.standardRef
        guard GitPlace.isBranch(ref) else { throw Diagnostic.gitRefInvalid(ref) }
        guard !named.hasPrefix("-"), !named.contains("\0"), !named.contains("\n") else {
            throw Diagnostic.gitRefInvalid(named)
        }
        guard repository.isGit || !named.isEmpty else { throw Diagnostic.gitNeedsRepository(text) }
        let remote =
            try named.isEmpty ? standardRemote(of: repository, setting) : resolved(named, in: repository, setting)
        let base = repository.root + "/.slipway/git"
        let key = Digest(of: "\(remote)#\(ref)").hex.prefix(12)
        return GitPlace(
            repository: repository.isGit ? repository.root : base + "/repository", remote: remote, ref: ref,
            folder: "\(base)/\(key)", environment: setting.environment,
            trailers: ["CI-Run": setting.run?.name ?? "", "CI-URL": setting.run?.url ?? ""])
    }

    /// The remote that `git` stands for: `origin`, or the only one; the repository itself where it has none.
    private static func standardRemote(of repository: Repository, _ setting: Setting) throws -> String {
        let names = try repository.remotes(setting.environment)
        if names.contains("origin") { return "origin" }
        guard names.count < 2 else { throw Diagnostic.remoteAmbiguous(names) }
        return names.first ?? "."
    }

    /// A path as an absolute one, so that the same state has one name from every folder.
    private static func resolved(_ remote: String, in repository: Repository, _ setting: Setting) throws -> String {
        if remote == "." || remote.contains(":") { return remote }
        if repository.isGit, try repository.remotes(setting.environment).contains(remote) { return remote }
        return URL(fileURLWithPath: remote).standardizedFileURL.path
    }
}
