import Manifests

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Ed25519 keys as OpenSSH writes them (OpenSSH, PROTOCOL.key; RFC 8709). By hand because libcrypto does not know them.
enum OpenSSHKeys {
    static let type = "ssh-ed25519"
    private static let magic = Array("openssh-key-v1\0".utf8)

    /// Reads what is within a private key's PEM: the names of a cipher, public keys, and private ones with a check that
    /// fails where they were deciphered wrongly.
    static func privateKey(_ bytes: [UInt8]) throws(Ed25519.KeyFault) -> Ed25519.PrivateKey {
        guard bytes.starts(with: magic) else { throw .malformed }
        var outer = Reader(bytes.dropFirst(magic.count))
        let cipher = try outer.text()
        _ = try outer.text()
        _ = try outer.string()
        let count = try outer.number()
        guard cipher == "none" else { throw .encrypted }
        guard count == 1 else { throw .malformed }
        let blob = try outer.string()
        var inner = Reader(try outer.string())
        guard try inner.number() == (try inner.number()) else { throw .malformed }
        guard try inner.text() == type else { throw .otherKind }
        let known = try inner.string()
        let secret = try inner.string()
        guard secret.count == 64, let key = Ed25519.PrivateKey(seed: secret.prefix(32)),
            key.publicKey.bytes.elementsEqual(known), try publicKey(blob: blob) == key.publicKey
        else { throw .malformed }
        return key
    }

    static func publicKey(base64 text: some StringProtocol) throws(Ed25519.KeyFault) -> Ed25519.PublicKey {
        guard let data = Data(base64Encoded: String(text)) else { throw .malformed }
        return try publicKey(blob: Array(data)[...])
    }

    private static func publicKey(blob: ArraySlice<UInt8>) throws(Ed25519.KeyFault) -> Ed25519.PublicKey {
        var reader = Reader(blob)
        guard try reader.text() == type else { throw .otherKind }
        guard let key = Ed25519.PublicKey(bytes: try reader.string()) else { throw .malformed }
        return key
    }

    static func blob(of key: Ed25519.PublicKey) -> [UInt8] { string(Array(type.utf8)) + string(key.bytes) }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) } + bytes
    }

    /// RFC 4251's way of writing things: each with its length before it.
    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        mutating func number() throws(Ed25519.KeyFault) -> UInt32 {
            guard rest.count >= 4 else { throw .malformed }
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }

        mutating func string() throws(Ed25519.KeyFault) -> ArraySlice<UInt8> {
            let count = Int(try number())
            guard count <= rest.count else { throw .malformed }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func text() throws(Ed25519.KeyFault) -> String { String(decoding: try string(), as: UTF8.self) }
    }
}
