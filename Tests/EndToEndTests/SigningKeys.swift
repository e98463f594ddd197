import Foundation

/// Keys of people in a test, made for it: those of OpenSSH and of GnuPG. They are gone with their folder.
struct SigningKeys: Sendable {
    let sandbox: Sandbox

    static let gnupg = ["/usr/bin/gpg", "/usr/bin/gpgconf"].allSatisfy(FileManager.default.isExecutableFile)
    static let openSSH = FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")

    /// Makes an SSH key, and returns the line of allowed signers for it.
    func makeSSH(_ person: String) async throws -> String {
        let outcome = try await sandbox.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", ssh(person)])
        guard outcome.status == 0 else { throw NotMade(outcome: outcome) }
        let key = try String(contentsOfFile: ssh(person) + ".pub", encoding: .utf8)
        return "\(person)@example.com \(key.split(separator: " ").prefix(2).joined(separator: " "))"
    }

    /// Makes an OpenPGP key, and returns it in armour.
    func makeGPG(_ person: String) async throws -> String {
        try FileManager.default.createDirectory(
            atPath: home(person), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let name = "\(person) <\(person)@example.com>"
        for arguments in [
            ["--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "1d"], ["--armor", "--export"],
        ] {
            let outcome = try await sandbox.run(
                "/usr/bin/gpg", ["--homedir", home(person), "--batch", "--no-tty", "--quiet"] + arguments)
            guard outcome.status == 0 else { throw NotMade(outcome: outcome) }
            if arguments.last == "--export" { return outcome.output }
        }
        return ""
    }

    /// Ends the agent that GnuPG has started beside a key.
    func endAgent(of person: String) async throws {
        _ = try await sandbox.run("/usr/bin/gpgconf", ["--homedir", home(person), "--kill", "all"])
    }

    /// What Git is told so that it signs with somebody's key; before its command.
    func signing(_ person: String) -> [String] {
        if FileManager.default.fileExists(atPath: home(person)) {
            return ["-c", "user.signingKey=\(person)@example.com", "-c", "gpg.format=openpgp"]
        }
        return ["-c", "gpg.format=ssh", "-c", "user.signingKey=\(ssh(person))"]
    }

    func environment(_ person: String) -> [String: String] { ["GNUPGHOME": home(person)] }

    private func ssh(_ person: String) -> String { "\(sandbox.path)/ssh-\(person)" }
    private func home(_ person: String) -> String { "\(sandbox.path)/gpg-\(person)" }

    struct NotMade: Error {
        let outcome: Outcome
    }
}
