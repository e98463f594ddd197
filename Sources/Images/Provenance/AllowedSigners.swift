public import Manifests
import YAML

/// Whose signatures count.
public struct AllowedSigners: Sendable, Hashable {
    public struct Signer: Sendable, Hashable {
        /// How a person calls whoever it is.
        public var name: String
        public var key: Ed25519.PublicKey
    }

    public let signers: [Signer]

    public init(_ signers: [Signer]) { self.signers = signers }

    /// One public key, from a file.
    public init(keyFile path: String) throws {
        let key = try Ed25519.PublicKey(contentsOf: path)
        signers = [Signer(name: key.fingerprint, key: key)]
    }

    /// The namespace of the signatures that are meant here.
    static let namespace = "slipway"

    /// Reads a file of allowed signers (ssh-keygen(1)): names, options and a key on each line.
    ///
    /// Keys of other kinds than Ed25519, keys for other namespaces and keys whose time is not now are left out.
    /// Authorities of certificates are too, since nothing here is signed by certificates.
    ///
    /// - Parameter now: as RFC 3339 writes it, in UTC.
    /// - Throws: a `Diagnostic` where a line cannot be understood, or no key is left.
    public init(file path: String, now: String) throws {
        let bytes = try FileAccess.read(path, limit: 4 << 20)
        let moment = String(now.filter(\.isNumber))
        var found: [Signer] = []
        for (index, line) in String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let words = Self.words(line)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard let type = words.dropFirst().prefix(2).firstIndex(where: Self.isKeyType), words.count > type + 1
            else { throw Diagnostic.allowedSignersUnreadable(path, line: index + 1) }
            let options = type == 2 ? Self.options(words[1]) : [:]
            guard words[type] == OpenSSHKeys.type, Self.count(options, at: moment) else { continue }
            guard let key = try? OpenSSHKeys.publicKey(base64: words[type + 1]) else {
                throw Diagnostic.allowedSignersUnreadable(path, line: index + 1)
            }
            found.append(Signer(name: first, key: key))
        }
        guard !found.isEmpty else { throw Diagnostic.noAllowedSigner(path) }
        signers = found
    }

    private static func isKeyType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) }
    }

    private static func count(_ options: [String: String], at moment: String) -> Bool {
        if options["cert-authority"] != nil { return false }
        if let names = options["namespaces"] {
            let names = names.split(separator: ",").map { $0.filter { $0 != " " } }
            guard names.contains(where: { $0 == namespace || $0 == "*" }) else { return false }
        }
        // Times have 8, 12 or 14 digits; what is left out of them is 0.
        func padded(_ time: String) -> String {
            let digits = time.filter(\.isNumber)
            return digits + String(repeating: "0", count: max(0, 14 - digits.count))
        }
        if let after = options["valid-after"], moment < padded(after) { return false }
        if let before = options["valid-before"], moment > padded(before) { return false }
        return true
    }

    /// Words with blanks between them; within quotes a blank is part of one.
    private static func words(_ line: Substring) -> [String] {
        var result: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if character.isWhitespace, !isQuoted {
                if !word.isEmpty { result.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? result : result + [word]
    }

    /// `name` and `name="value"`, with commas between them.
    private static func options(_ text: String) -> [String: String] {
        var result: [String: String] = [:]
        var part = ""
        var isQuoted = false
        for character in text + "," {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                let name = part.prefix { $0 != "=" }.lowercased()
                result[name] = String(part.dropFirst(name.count + 1))
                part = ""
            } else {
                part.append(character)
            }
        }
        return result
    }
}
