internal import CCrypto

/// A SHA-256 digest (FIPS 180-4), computed by the system's libcrypto.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 64 lower-case hexadecimal digits.
    public let hex: String

    /// Reads `sha256:` and 64 lower-case hexadecimal digits, as the OCI image specification writes a digest.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("sha256:") else { return nil }
        self.init(hex: text.dropFirst(7))
    }

    public init?(hex: some StringProtocol) {
        var text = String(hex)
        let isDigest = text.withUTF8 { $0.count == 64 && $0.allSatisfy(Self.isHexadecimal) }
        guard isDigest else { return nil }
        self.hex = text
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    init(bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        hex = String(decoding: text, as: UTF8.self)
    }

    /// The digest of some bytes.
    public init(of bytes: some Sequence<UInt8>) {
        var hasher = Hasher()
        hasher.update(bytes)
        self = hasher.finalize()
    }

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) { self.init(of: text.utf8) }

    public var description: String { "sha256:\(hex)" }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(32)
        var high: UInt8?
        for digit in hex.utf8 {
            let value = digit < 0x3A ? digit - 0x30 : digit - 0x57
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
    }

    /// The first twelve digits: enough for a person to tell two apart.
    public var short: String { String(hex.prefix(12)) }

    public static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }
}

extension Digest {
    /// Digests bytes as they come.
    public struct Hasher: ~Copyable {
        private let context: OpaquePointer?

        public init() {
            context = EVP_MD_CTX_new()
            EVP_DigestInit_ex(context, EVP_sha256(), nil)
        }

        deinit { EVP_MD_CTX_free(context) }

        public mutating func update(_ bytes: UnsafeRawBufferPointer) {
            EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }

        public mutating func update(_ bytes: some Sequence<UInt8>) {
            let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
                _ = EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            }
            if done == nil {
                let copy = Array(bytes)
                _ = EVP_DigestUpdate(context, copy, copy.count)
            }
        }

        public consuming func finalize() -> Digest {
            var bytes = [UInt8](repeating: 0, count: 32)
            EVP_DigestFinal_ex(context, &bytes, nil)
            return Digest(bytes: bytes)
        }
    }
}
