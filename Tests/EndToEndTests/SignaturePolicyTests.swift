import Testing

/// Signatures, with real keys and the real tools.
@Suite(.timeLimit(.minutes(5))) struct SignaturePolicyTests {
    enum Tool: String, Sendable, CaseIterable {
        case ssh
        case gpg

        var isThere: Bool { self == .ssh ? SigningKeys.openSSH : SigningKeys.gnupg }
    }

    /// Keys of Ada, whose signature counts, and of Eve; and the repository, with a policy that is not yet committed.
    private func prepare(_ tool: Tool, _ signed: String = "commit") async throws -> (Sandbox, SigningKeys) {
        let sandbox = try await Sandbox.withJob()
        let keys = SigningKeys(sandbox: sandbox)
        switch tool {
        case .ssh:
            let line = try await keys.makeSSH("ada")
            _ = try await keys.makeSSH("eve")
            try sandbox.writePolicy("commits:", "  requireSigned: \(signed)", "  allowedSigners: ['\(line)']")
        case .gpg:
            let key = try await keys.makeGPG("ada")
            _ = try await keys.makeGPG("eve")
            let lines = key.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)\n" }.joined()
            try sandbox.writePolicy("commits:", "  requireSigned: \(signed)")
            try sandbox.write(
                "manifests/policy.yaml", try sandbox.read("manifests/policy.yaml") + "    gpgKeys:\n    - |\n\(lines)")
        }
        return (sandbox, keys)
    }

    private func git(_ keys: SigningKeys, _ person: String, _ arguments: String...) async throws {
        let environment = Sandbox.identity(person).merging(keys.environment(person)) { $1 }
        let outcome = try await keys.sandbox.run("/usr/bin/git", keys.signing(person) + arguments, environment)
        #expect(outcome.status == 0, "\(outcome)")
    }

    /// Finds every signature good, in the words of both tools.
    private static let liar = """
        #!/bin/sh
        cat >/dev/null
        echo 'Good "git" signature for eve@example.com with ED25519 key SHA256:0123'
        printf '\\n[GNUPG:] NEWSIG\\n[GNUPG:] GOODSIG 0123456789ABCDEF Eve\\n[GNUPG:] TRUST_ULTIMATE 0 pgp\\n'

        """

    private func apply(_ sandbox: Sandbox) async throws -> Outcome {
        try await sandbox.reconcile("apply", "--wait", "none")
    }

    @Test(arguments: Tool.allCases) func aCommitCountsBySomebodyWhoCounts(_ tool: Tool) async throws {
        guard tool.isThere else { return }
        let (sandbox, keys) = try await prepare(tool)
        try await sandbox.commit("Not signed")
        var denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW8050"], "\(denied)")
        #expect(denied.errors.contains("manifests/policy.yaml:6:20"), "\(denied)")
        #expect(!sandbox.exists(".slipway"))

        try await git(keys, "eve", "commit", "--quiet", "--amend", "--no-edit", "-S")
        denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW8050"], "\(denied)")

        // Settings of the repository that say otherwise have no say, though they deceive Git by itself.
        let programs = ["gpg.program", "gpg.openpgp.program", "gpg.ssh.program"]
        let liar = "\(sandbox.repository)/.git/liar"
        try sandbox.write(".git/liar", Self.liar)
        #expect(try await sandbox.run("/bin/chmod", ["+x", liar]).status == 0)
        for program in programs { try await sandbox.git("config", program, liar) }
        try await sandbox.git("config", "gpg.ssh.allowedSignersFile", liar)
        #expect(try await sandbox.git("verify-commit", "HEAD").status == 0)
        denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW8050"], "\(denied)")
        for program in programs { try await sandbox.git("config", "--unset", program) }

        try await git(keys, "ada", "commit", "--quiet", "--amend", "--no-edit", "-S")
        try sandbox.write("notes", "not committed")
        denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW8052"], "\(denied)")
        try sandbox.remove("notes")
        let applied = try await apply(sandbox)
        #expect(applied.status == 0, "\(applied)")
        if tool == .gpg { for person in ["ada", "eve"] { try await keys.endAgent(of: person) } }
    }

    @Test(arguments: Tool.allCases) func aTagCountsBySomebodyWhoCounts(_ tool: Tool) async throws {
        guard tool.isThere else { return }
        let (sandbox, keys) = try await prepare(tool, "tag")
        try await sandbox.commit("Not signed")
        for tag in [["v0"], ["-a", "-m", "x", "v1"]] {
            #expect(try await sandbox.run("/usr/bin/git", ["tag"] + tag).status == 0)
        }
        try await git(keys, "eve", "tag", "-s", "-m", "x", "v2")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW8051"], "\(denied)")
        try await git(keys, "ada", "tag", "-s", "-m", "x", "v3")
        let applied = try await apply(sandbox)
        #expect(applied.status == 0, "\(applied)")
        // The tag is for that commit alone; of a proposal none is asked.
        try sandbox.writeRun("one", lr: "0.5")
        try await sandbox.commit(as: "ada")
        #expect(try await apply(sandbox).codes == ["SLW8051"])
        #expect(try await sandbox.reconcile("validate", "--policy-ref", "HEAD^").status == 0)
        if tool == .gpg { for person in ["ada", "eve"] { try await keys.endAgent(of: person) } }
    }

    @Test(.enabled(if: SigningKeys.openSSH)) func aProposalCannotBringItsOwnSigners() async throws {
        let (sandbox, keys) = try await prepare(.ssh)
        try await sandbox.git("add", "--all")
        try await git(keys, "ada", "commit", "--quiet", "-m", "Signed", "-S")
        #expect(try await apply(sandbox).status == 0)
        let line = "eve@example.com \(try sandbox.readKey("eve"))"
        try sandbox.writePolicy("commits: {requireSigned: commit, allowedSigners: ['\(line)']}")
        try await sandbox.git("add", "--all")
        try await git(keys, "eve", "commit", "--quiet", "-m", "Mine", "-S")
        for outcome in [
            try await apply(sandbox), try await sandbox.reconcile("validate", "--policy-ref", "HEAD^"),
            try await sandbox.reconcile("plan"),
        ] { #expect(outcome.status == 3 && outcome.codes == ["SLW8050"], "\(outcome)") }
        // Ada may give way to Eve; from then on, Eve signs.
        try await git(keys, "ada", "commit", "--quiet", "--amend", "--no-edit", "-S")
        #expect(try await apply(sandbox).codes == ["SLW8050"])
        try await git(keys, "ada", "commit", "--quiet", "--allow-empty", "-m", "Still Ada", "-S")
        #expect(try await apply(sandbox).codes == ["SLW8050"])
        try await git(keys, "eve", "commit", "--quiet", "--allow-empty", "-m", "Eve now", "-S")
        let applied = try await apply(sandbox)
        #expect(applied.status == 0, "\(applied)")
    }

    @Test(.enabled(if: SigningKeys.openSSH)) func aManifestThatGitIgnoresIsNotSigned() async throws {
        let (sandbox, keys) = try await prepare(.ssh)
        try sandbox.write(".gitignore", "two.yaml\n")
        try await sandbox.git("add", "--all")
        try await git(keys, "ada", "commit", "--quiet", "-m", "Signed", "-S")
        try sandbox.writeRun("two", lr: "0.2")
        let denied = try await apply(sandbox)
        #expect(denied.status == 3 && denied.codes == ["SLW8052"], "\(denied)")
        #expect(denied.errors.contains("note: manifests/two.yaml:1:1"), "\(denied)")
    }
}

extension Sandbox {
    fileprivate func readKey(_ person: String) throws -> String {
        try read("../ssh-\(person).pub").split(separator: " ").prefix(2).joined(separator: " ")
    }
}
