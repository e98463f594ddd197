internal import CCrypto

/// Keys as files hold them: PKCS#8 and SubjectPublicKeyInfo in PEM (RFC 7468, RFC 8410), read by libcrypto.
extension Ed25519 {
    /// Why a text is no key.
    public enum KeyFault: Error, Sendable, Hashable {
        case malformed
        /// It wants a passphrase.
        case encrypted
        /// A key of another kind, such as RSA.
        case otherKind
    }
}

extension Ed25519.PrivateKey {
    /// Reads `openssl genpkey -algorithm ed25519`.
    public init(pem: [UInt8]) throws(Ed25519.KeyFault) {
        let isEncrypted = pem.firstRange(of: Array("ENCRYPTED".utf8)) != nil
        let read = libcryptoKey(pem) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
        guard let read else { throw isEncrypted ? .encrypted : .malformed }
        defer { EVP_PKEY_free(read) }
        guard EVP_PKEY_get_id(read) == EVP_PKEY_ED25519 else { throw .otherKind }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_private_key(read, &bytes, &count) == 1, let key = Self(seed: bytes.prefix(count)) else {
            throw .malformed
        }
        self = key
    }
}

extension Ed25519.PublicKey {
    /// Reads `openssl pkey -pubout`.
    public init(pem: [UInt8]) throws(Ed25519.KeyFault) {
        let read = libcryptoKey(pem) { PEM_read_bio_PUBKEY($0, nil, nil, nil) }
        guard let read else { throw .malformed }
        defer { EVP_PKEY_free(read) }
        guard EVP_PKEY_get_id(read) == EVP_PKEY_ED25519 else { throw .otherKind }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(read, &bytes, &count) == 1, let key = Self(bytes: bytes.prefix(count)) else {
            throw .malformed
        }
        self = key
    }
}

private func libcryptoKey(_ pem: [UInt8], _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    pem.withUnsafeBytes { bytes in
        guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
        defer { BIO_free(source) }
        let key = read(source)
        // What libcrypto noted of a failure would be found by whoever asks it next.
        if key == nil { ERR_clear_error() }
        return key
    }
}
