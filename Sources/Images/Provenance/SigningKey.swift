public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The key with which an agent signs what it says of images: Ed25519, in a file of its own, never in a manifest.
///
/// A file is PKCS#8 in PEM (`openssl genpkey -algorithm ed25519`) or OpenSSH's (`ssh-keygen -t ed25519 -N ''`). Both
/// hold the same kind of key, and libcrypto signs with either, so that there is one form of signature, no program is
/// started, and whoever verifies needs no OpenSSH.
public struct SigningKey: Sendable {
    private let key: Ed25519.PrivateKey

    public var publicKey: Ed25519.PublicKey { key.publicKey }

    /// The variable of an agent's environment that names the file.
    public static let variable = "SLIPWAY_SIGNING_KEY"

    /// - Throws: a `Diagnostic`, which never holds a part of the file.
    public init(contentsOf path: String) throws { try self.init(FileAccess.read(path, limit: 64 << 10), from: path) }

    init(_ bytes: [UInt8], from path: String) throws {
        do {
            key =
                if let block = PEMBlock(bytes, labelled: "OPENSSH PRIVATE KEY") {
                    try OpenSSHKeys.privateKey(block.bytes)
                } else {
                    try Ed25519.PrivateKey(pem: bytes)
                }
        } catch {
            throw Diagnostic.signingKeyUnusable(path, error)
        }
    }

    func signature(of bytes: [UInt8]) throws -> [UInt8] {
        guard let signature = key.signature(of: bytes) else { throw Diagnostic.signingFailed() }
        return signature
    }
}

extension Ed25519.PublicKey {
    /// Reads a public key: PEM, or a line as in OpenSSH's `.pub` files.
    public init(contentsOf path: String) throws {
        let bytes = try FileAccess.read(path, limit: 64 << 10)
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            if text.contains("-----BEGIN") {
                try self.init(pem: bytes)
            } else {
                let words = text.split(whereSeparator: \.isWhitespace)
                guard words.count >= 2 else { throw Ed25519.KeyFault.malformed }
                guard words[0] == OpenSSHKeys.type else { throw Ed25519.KeyFault.otherKind }
                self = try OpenSSHKeys.publicKey(base64: words[1])
            }
        } catch let fault as Ed25519.KeyFault {
            throw text.contains("PRIVATE KEY")
                ? Diagnostic.privateKeyToVerify(path) : Diagnostic.publicKeyUnusable(path, fault)
        }
    }

    /// As `ssh-keygen -l` prints it.
    public var fingerprint: String {
        let digest = Digest(of: OpenSSHKeys.blob(of: self))
        return "SHA256:" + Data(digest.bytes).base64EncodedString().prefix { $0 != "=" }
    }
}

/// The bytes between two lines of PEM.
struct PEMBlock {
    let bytes: [UInt8]

    init?(_ text: [UInt8], labelled label: String) {
        let text = String(decoding: text, as: UTF8.self)
        guard let begin = text.firstRange(of: "-----BEGIN \(label)-----"),
            let end = text[begin.upperBound...].firstRange(of: "-----END \(label)-----")
        else { return nil }
        let body = text[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: body) else { return nil }
        bytes = Array(data)
    }
}
