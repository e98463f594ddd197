internal import CCrypto

extension Digest {
    /// The HMAC-SHA256 of some bytes (RFC 2104), computed by the system's libcrypto: only who knows the key can make
    /// it.
    public static func authentication(of bytes: [UInt8], key: [UInt8]) -> Digest {
        var result = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        HMAC(EVP_sha256(), key, Int32(clamping: key.count), bytes, bytes.count, &result, &length)
        return Digest(bytes: result)
    }
}
