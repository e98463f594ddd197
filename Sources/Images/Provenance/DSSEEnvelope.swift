public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A text with signatures (Dead Simple Signing Envelope 1.0). What is signed names its type and its length, so that a
/// signature of one thing can never be taken for one of another.
public struct DSSEEnvelope: Sendable, Hashable {
    public static let mediaType = "application/vnd.dsse.envelope.v1+json"

    public struct Signature: Sendable, Hashable {
        /// A hint, and no more: whose key it may be.
        public var keyID: String
        public var bytes: [UInt8]
    }

    public let payloadType: String
    public let payload: [UInt8]
    public let signatures: [Signature]

    init(_ payload: [UInt8], type: String, signedWith key: SigningKey) throws {
        self.payload = payload
        payloadType = type
        signatures = [
            Signature(
                keyID: key.publicKey.fingerprint,
                bytes: try key.signature(of: Self.encoding(payload, type: type)))
        ]
    }

    /// What is signed (“PAE”).
    static func encoding(_ payload: [UInt8], type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    /// Whether one of the signatures was made with a key.
    public func isSigned(with key: Ed25519.PublicKey) -> Bool {
        let encoding = Self.encoding(payload, type: payloadType)
        return signatures.contains { key.isSignature($0.bytes, of: encoding) }
    }

    public var json: JSONValue {
        .object([
            "payloadType": .string(payloadType), "payload": .string(Data(payload).base64EncodedString()),
            "signatures": .array(
                signatures.map {
                    ["keyid": .string($0.keyID), "sig": .string(Data($0.bytes).base64EncodedString())]
                }),
        ])
    }

    public var bytes: [UInt8] { json.canonicalBytes }

    /// Reads one that anybody may have written.
    public init(_ bytes: [UInt8]) throws(StatementFault) {
        let json: JSONValue
        do { json = try JSONValue(parsingStrictly: bytes) } catch {
            throw StatementFault("its envelope is no JSON: \((error as? Diagnostic)?.message ?? "\(error)")")
        }
        guard let type = json["payloadType"]?.string, let text = json["payload"]?.string,
            let payload = Data(base64Encoded: text), let signatures = json["signatures"]?.array
        else { throw StatementFault("its envelope has no payload or no signatures") }
        guard signatures.count <= Self.mostSignatures else {
            throw StatementFault("its envelope has more than \(Self.mostSignatures) signatures")
        }
        payloadType = type
        self.payload = Array(payload)
        var read: [Signature] = []
        for signature in signatures {
            guard let text = signature["sig"]?.string, let bytes = Data(base64Encoded: text) else {
                throw StatementFault("a signature of its envelope is not in base64")
            }
            read.append(Signature(keyID: signature["keyid"]?.string ?? "", bytes: Array(bytes)))
        }
        self.signatures = read
    }

    private static let mostSignatures = 100
}
