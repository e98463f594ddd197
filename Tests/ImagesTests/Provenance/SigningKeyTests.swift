import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

/// Keys as people make them.
@Suite struct SigningKeyTests {
    private let folder: TemporaryFolder
    private static let openssl = "/usr/bin/openssl"
    private static let keygen = "/usr/bin/ssh-keygen"

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func makeSSH(_ name: String, _ more: String...) async throws {
        _ = try await output(Self.keygen, ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path(name)] + more)
    }

    @Test(.enabled(if: isTool(openssl), "there is no openssl"))
    func openSSLsKeysSignForOpenSSL() async throws {
        _ = try await output(Self.openssl, ["genpkey", "-algorithm", "ed25519", "-out", path("key.pem")])
        _ = try await output(
            Self.openssl, ["pkey", "-in", path("key.pem"), "-pubout", "-out", path("public.pem")])
        let key = try SigningKey(contentsOf: path("key.pem"))
        #expect(try Ed25519.PublicKey(contentsOf: path("public.pem")) == key.publicKey)
        let envelope = try DSSEEnvelope(Array("{}".utf8), type: "text/x", signedWith: key)
        try Data(envelope.signatures[0].bytes).write(to: URL(fileURLWithPath: path("signature")))
        try Data(DSSEEnvelope.encoding(envelope.payload, type: "text/x")).write(
            to: URL(fileURLWithPath: path("signed")))
        let said = try await output(
            Self.openssl,
            [
                "pkeyutl", "-verify", "-pubin", "-inkey", path("public.pem"), "-rawin", "-in", path("signed"),
                "-sigfile",
                path("signature"),
            ])
        #expect(said.contains("Signature Verified Successfully"))
    }

    @Test(.enabled(if: isTool(keygen), "there is no ssh-keygen"))
    func openSSHsKeysAreReadAndNamedAsItNamesThem() async throws {
        try await makeSSH("ada")
        let key = try SigningKey(contentsOf: path("ada"))
        #expect(try Ed25519.PublicKey(contentsOf: path("ada.pub")) == key.publicKey)
        let shown = try await output(Self.keygen, ["-l", "-f", path("ada.pub")])
        #expect(shown.contains(" \(key.publicKey.fingerprint) "))
    }

    @Test(.enabled(if: isTool(openssl) && isTool(keygen), "there is no openssl or no ssh-keygen"))
    func whatCannotSignIsSaidPlainly() async throws {
        _ = try await output(Self.openssl, ["genpkey", "-algorithm", "rsa", "-out", path("rsa.pem")])
        _ = try await output(
            Self.openssl,
            ["genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret", "-out", path("locked.pem")])
        _ = try await output(Self.openssl, ["genpkey", "-algorithm", "ed25519", "-out", path("key.pem")])
        _ = try await output(Self.keygen, ["-q", "-t", "ed25519", "-N", "secret", "-f", path("locked")])
        _ = try await output(Self.keygen, ["-q", "-t", "ecdsa", "-N", "", "-f", path("ecdsa")])
        try folder.file("nothing", "nothing\n")
        for (name, reason) in [
            ("rsa.pem", "not of the kind"), ("locked.pem", "wants a passphrase"), ("locked", "wants a passphrase"),
            ("ecdsa", "not of the kind"), ("nothing", "no key in a form"), ("locked.pub", "no key in a form"),
        ] {
            let fault = await fault { _ = try SigningKey(contentsOf: path(name)) }
            #expect(
                fault?.code == "SLW5190" && fault?.message.contains(reason) == true, "\(name): \(fault?.message ?? "")")
        }
        #expect(code { _ = try SigningKey(contentsOf: path("absent")) } == "SLW5001")
        #expect(code { _ = try Ed25519.PublicKey(contentsOf: path("key.pem")) } == "SLW5192")
        #expect(code { _ = try Ed25519.PublicKey(contentsOf: path("ecdsa.pub")) } == "SLW5191")
        #expect(code { _ = try Ed25519.PublicKey(contentsOf: path("nothing")) } == "SLW5191")
    }

    private func fault(_ body: () throws -> Void) async -> Diagnostic? {
        do { try body() } catch { return error as? Diagnostic }
        return nil
    }

    @Test(.enabled(if: isTool(keygen), "there is no ssh-keygen"))
    func everyDamagedKeyIsRefused() async throws {
        try await makeSSH("ada")
        let text = try folder.text("ada")
        let body = try #require(PEMBlock(Array(text.utf8), labelled: "OPENSSH PRIVATE KEY")).bytes
        let whole = try OpenSSHKeys.privateKey(body)
        // Cut anywhere, it is refused or, where only what nobody reads is cut off, the same key.
        for count in 0..<body.count {
            let key = try? OpenSSHKeys.privateKey(Array(body.prefix(count)))
            #expect(key == nil || key?.publicKey == whole.publicKey)
        }
        for index in body.indices {
            var changed = body
            changed[index] ^= 1
            let key = try? OpenSSHKeys.privateKey(changed)
            #expect(key == nil || key?.publicKey == whole.publicKey)
        }
    }

    @Test(.enabled(if: isTool(keygen), "there is no ssh-keygen"))
    func allowedSigners() async throws {
        for name in ["ada", "bob", "eve"] { try await makeSSH(name) }
        func key(_ name: String) throws -> String {
            try folder.text("\(name).pub").split(separator: " ").prefix(2).joined(separator: " ")
        }
        let now = "2026-11-26T10:00:00Z"
        func names(_ text: String) throws -> [String] {
            try folder.file("signers", text)
            return try AllowedSigners(file: path("signers"), now: now).signers.map(\.name)
        }
        let (ada, bob, eve) = (try key("ada"), try key("bob"), try key("eve"))
        #expect(
            try names(
                """
                # people
                ada@example.com \(ada)

                bob@example.com,b namespaces="git,slipway" \(bob) Bob's key
                eve@example.com namespaces="git" \(eve)
                """) == ["ada@example.com", "bob@example.com,b"])
        #expect(
            try names(
                """
                old valid-before="20261125" \(ada)
                new valid-after="202611261001Z" \(bob)
                now valid-after="20261126",valid-before="20261126100001Z" \(eve)
                ca cert-authority \(ada)
                rsa ssh-rsa AAAA
                """) == ["now"])
        for (text, expected) in [
            ("ada \(ada.dropLast(9))\n", "SLW5194"), ("just some words\n", "SLW5194"), ("", "SLW5195"),
            ("eve namespaces=\"git\" \(eve)\n", "SLW5195"),
        ] as [(String, DiagnosticCode)] {
            #expect(code { _ = try names(text) } == expected, "\(text)")
        }
    }
}
