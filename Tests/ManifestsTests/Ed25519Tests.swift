import Testing

@testable import Manifests

@Suite struct Ed25519Tests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// RFC 8032, section 7.1: secret, public key, message, signature.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]) func vectors(_ secret: String, _ key: String, _ message: String, _ signature: String) throws {
        let own = try #require(Ed25519.PrivateKey(seed: Self.bytes(secret)))
        #expect(own.publicKey.bytes == Self.bytes(key))
        let message = Self.bytes(message)
        #expect(own.signature(of: message) == Self.bytes(signature))
        #expect(own.publicKey.isSignature(Self.bytes(signature), of: message))
        #expect(!own.publicKey.isSignature(Self.bytes(signature), of: message + [0]))
        var changed = Self.bytes(signature)
        changed[40] ^= 1
        #expect(!own.publicKey.isSignature(changed, of: message))
        #expect(!own.publicKey.isSignature(Array(Self.bytes(signature).dropLast()), of: message))
    }

    @Test func aKeyOfAnotherLengthIsNone() {
        #expect(Ed25519.PrivateKey(seed: [1, 2, 3]) == nil)
        #expect(Ed25519.PublicKey(bytes: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func aPrivateKeySaysNothingOfItself() throws {
        let key = try #require(Ed25519.PrivateKey(seed: [UInt8](repeating: 0x41, count: 32)))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] { #expect(!text.contains("65"), "\(text)") }
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "\0\0\0"])
    func whatIsNoKeyIsMalformed(_ text: String) {
        #expect(throws: Ed25519.KeyFault.malformed) { try Ed25519.PrivateKey(pem: Array(text.utf8)) }
        #expect(throws: Ed25519.KeyFault.malformed) { try Ed25519.PublicKey(pem: Array(text.utf8)) }
    }

    @Test func aDigestKnowsItsBytes() {
        let digest = Digest(of: "x")
        #expect(Digest(bytes: digest.bytes) == digest && digest.bytes.count == 32)
    }

    @Test(arguments: [
        ("{\"a\": 1, \"b\": {\"a\": 2}}", true), ("{\"a\": 1, \"a\": 1}", false),
        ("[{\"b\": {\"c\": 1, \"\\u0063\": 2}}]", false),
    ]) func strictReadersTakeNoNameTwice(_ text: String, _ isTaken: Bool) throws {
        #expect(((try? JSONValue(parsingStrictly: Array(text.utf8))) != nil) == isTaken)
        #expect(throws: Never.self) { try JSONValue(parsing: Array(text.utf8)) }
    }
}
