public import Manifests
import YAML

/// A statement about an image (in-toto attestation framework, Statement v1).
public struct InTotoStatement: Sendable, Hashable {
    public static let mediaType = "application/vnd.in-toto+json"
    static let type = "https://in-toto.io/Statement/v1"

    /// What it is about, by what it calls it.
    public var subjects: [(name: String, digest: Digest)] { stored.map { ($0.name, $0.digest) } }
    public let predicateType: String
    public let predicate: JSONValue

    private struct Subject: Sendable, Hashable {
        var name: String
        var digest: Digest
    }

    private let stored: [Subject]

    init(about image: Digest, named name: String, predicateType: String, predicate: JSONValue) {
        stored = [Subject(name: name, digest: image)]
        self.predicateType = predicateType
        self.predicate = predicate
    }

    public var bytes: [UInt8] {
        JSONValue.object([
            "_type": .string(Self.type),
            "subject": .array(
                stored.map {
                    ["name": .string($0.name), "digest": ["sha256": .string($0.digest.hex)]]
                }),
            "predicateType": .string(predicateType), "predicate": predicate,
        ]).canonicalBytes
    }

    /// Reads one that anybody may have written.
    ///
    /// Subjects with other digests than SHA-256 are left out: nothing here is known by them.
    ///
    /// - Throws: a `StatementFault`, with one clause for people.
    public init(_ bytes: [UInt8]) throws(StatementFault) {
        let json: JSONValue
        do { json = try JSONValue(parsingStrictly: bytes) } catch {
            throw StatementFault("it is no JSON that can be trusted: \((error as? Diagnostic)?.message ?? "\(error)")")
        }
        guard json["_type"]?.string == Self.type else { throw StatementFault("it is no in-toto statement (v1)") }
        guard let subjects = json["subject"]?.array, subjects.count <= Self.mostSubjects else {
            throw StatementFault("it names no subjects, or more than \(Self.mostSubjects)")
        }
        guard let type = json["predicateType"]?.string, let predicate = json["predicate"] else {
            throw StatementFault("it has no predicate")
        }
        stored = subjects.compactMap { subject in
            guard let hex = subject["digest"]?["sha256"]?.string, let digest = Digest(hex: hex) else { return nil }
            return Subject(name: subject["name"]?.string ?? "", digest: digest)
        }
        predicateType = type
        self.predicate = predicate
    }

    private static let mostSubjects = 1000
}

/// Why a document is not what it should be: one clause for people.
public struct StatementFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
