internal import CCrypto

/// Signatures with Ed25519 (RFC 8032), made and checked by the system's libcrypto.
public enum Ed25519 {
    /// What is known of whoever signs.
    public struct PublicKey: Sendable, Hashable {
        /// The 32 bytes of the key.
        public let bytes: [UInt8]

        public init?(bytes: some Sequence<UInt8>) {
            self.bytes = Array(bytes)
            guard self.bytes.count == 32 else { return nil }
        }

        /// Whether a signature of some bytes was made with the private key of this one.
        public func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
            guard signature.count == 64,
                let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, self.bytes, self.bytes.count)
            else { return false }
            defer { EVP_PKEY_free(key) }
            guard let context = EVP_MD_CTX_new() else { return false }
            defer { EVP_MD_CTX_free(context) }
            return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
                && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        }
    }

    /// What signs. It is never written anywhere, and says nothing of itself in messages.
    public struct PrivateKey: Sendable {
        private let seed: [UInt8]
        public let publicKey: PublicKey

        /// - Parameter seed: the 32 secret bytes; `nil` where they are not so many.
        public init?(seed: some Sequence<UInt8>) {
            self.seed = Array(seed)
            guard self.seed.count == 32,
                let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, self.seed, self.seed.count)
            else { return nil }
            defer { EVP_PKEY_free(key) }
            var bytes = [UInt8](repeating: 0, count: 32)
            var count = bytes.count
            guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, let found = PublicKey(bytes: bytes) else {
                return nil
            }
            publicKey = found
        }

        /// The signature of some bytes, 64 bytes; always the same for the same bytes. `nil` where libcrypto fails.
        public func signature(of bytes: [UInt8]) -> [UInt8]? {
            guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { return nil }
            defer { EVP_PKEY_free(key) }
            guard let context = EVP_MD_CTX_new() else { return nil }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: 64)
            var count = signature.count
            guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1, count == 64
            else { return nil }
            return signature
        }
    }
}

extension Ed25519.PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a private key" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
