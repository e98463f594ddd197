import Manifests
import Planning
import Subprocess
import YAML

/// Whether a commit, or a tag on it, is signed by one of those whom a policy names. Git decides, with OpenSSH or GnuPG.
///
/// Who is believed comes from the policy alone: keys of the user's own ring, a repository's own allowed signers, and
/// programs that a repository's settings name have no say.
struct SignatureCheck {
    let repository: Repository
    let unique: @Sendable () -> String

    private static let mostTags = 100

    /// - Returns: the denial, or `nil` where there is a signature that counts.
    /// - Throws: a `Diagnostic` where signatures cannot be checked here.
    func denial(of commit: String, _ rules: CommitRules, by rule: PolicyRule) async throws -> Diagnostic? {
        let folder = try ScratchFolder(unique())
        defer { folder.remove() }
        let signers = try folder.write("allowed_signers", rules.allowedSigners.map { $0 + "\n" }.joined())
        try folder.make(folder.path + "/gnupg")
        if !rules.gpgKeys.isEmpty { try await importKeys(rules.gpgKeys, in: folder) }
        let world = World(
            options: [
                "gpg.program=gpg", "gpg.openpgp.program=gpg", "gpg.x509.program=false",
                "gpg.ssh.program=ssh-keygen", "gpg.ssh.allowedSignersFile=\(signers)", "gpg.minTrustLevel=undefined",
                "log.showSignature=false",
            ],
            environment: ["GNUPGHOME": folder.path + "/gnupg", "GIT_NO_REPLACE_OBJECTS": "1"])
        switch rules.requireSigned {
        case .commit?:
            let answer = try await ask(["verify-commit", commit], in: world)
            // Of a commit without any signature Git says nothing.
            let reason = answer.complaint ?? "there is no signature"
            return answer.isSuccess ? nil : .commitNotSigned(commit, reason, by: rule)
        case .tag?:
            let tags = try await tags(on: commit, in: world)
            for tag in tags.prefix(Self.mostTags) where try await ask(["verify-tag", tag], in: world).isSuccess {
                return nil
            }
            return .noSignedTag(commit, tags: tags.count, by: rule)
        case nil: return nil
        }
    }

    /// Settings and environment for Git.
    private struct World {
        var options: [String]
        var environment: [String: String]
    }

    private func ask(_ arguments: [String], in world: World) async throws -> Repository.GitAnswer {
        try await repository.ask(arguments, options: world.options, environment: world.environment)
    }

    /// The full names of the tags that are objects of their own; others cannot be signed.
    private func tags(on commit: String, in world: World) async throws -> [String] {
        let answer = try await ask(
            ["for-each-ref", "--points-at=\(commit)", "--format=%(objecttype) %(refname)", "refs/tags/"], in: world)
        return answer.output.split(separator: "\n").compactMap { line in
            line.hasPrefix("tag ") ? String(line.dropFirst(4)) : nil
        }
    }

    private func importKeys(_ keys: [String], in folder: ScratchFolder) async throws {
        for (number, key) in keys.enumerated() {
            let file = try folder.write("key-\(number)", key + "\n")
            do {
                let result = try await run(
                    .name("gpg"),
                    arguments: [
                        "--homedir", folder.path + "/gnupg", "--batch", "--no-tty", "--quiet", "--no-autostart",
                        "--import", "--", file,
                    ],
                    output: .discarded, error: .string(limit: 1 << 16))
                guard result.terminationStatus.isSuccess else {
                    throw Diagnostic.signaturesUncheckable(
                        result.standardError.split(separator: "\n").last.map(String.init) ?? "gpg could not read a key")
                }
            } catch let error as Diagnostic {
                throw error
            } catch {
                try Task.checkCancellation()
                throw Diagnostic.signaturesUncheckable("gpg cannot be started: \(error)")
            }
        }
    }
}
