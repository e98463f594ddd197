import Manifests

/// A digest in a JSON document: `sha256:…` as text. What cannot be read so is an error of the decoder.
struct DigestText: Codable {
    let digest: Digest

    init(_ digest: Digest) { self.digest = digest }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 digest")
        }
        self.digest = digest
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digest.description)
    }
}

extension BlobDescriptor {
    private enum Key: String, CodingKey { case mediaType, digest, size }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        mediaType = try container.decode(String.self, forKey: .mediaType)
        digest = try container.decode(DigestText.self, forKey: .digest).digest
        size = try container.decode(Int64.self, forKey: .size)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(mediaType, forKey: .mediaType)
        try container.encode(DigestText(digest), forKey: .digest)
        try container.encode(size, forKey: .size)
    }
}

extension BuiltImage {
    private enum Key: String, CodingKey {
        case manifestDigest, contentKey, frozenRequirements, base, wheels, layers, interpreter, reused
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        manifestDigest = try container.decode(DigestText.self, forKey: .manifestDigest).digest
        contentKey = try container.decode(DigestText.self, forKey: .contentKey).digest
        frozenRequirements = try container.decode([String].self, forKey: .frozenRequirements)
        base = try container.decodeIfPresent(BuiltBase.self, forKey: .base)
        wheels = (try container.decodeIfPresent([String: DigestText].self, forKey: .wheels) ?? [:]).mapValues(\.digest)
        layers = try container.decode([BlobDescriptor].self, forKey: .layers)
        interpreter = try container.decodeIfPresent(PythonInterpreter.Identity.self, forKey: .interpreter)
        reused = try container.decode(Bool.self, forKey: .reused)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(DigestText(manifestDigest), forKey: .manifestDigest)
        try container.encode(DigestText(contentKey), forKey: .contentKey)
        try container.encode(frozenRequirements, forKey: .frozenRequirements)
        try container.encodeIfPresent(base, forKey: .base)
        try container.encode(wheels.mapValues(DigestText.init), forKey: .wheels)
        try container.encode(layers, forKey: .layers)
        try container.encodeIfPresent(interpreter, forKey: .interpreter)
        try container.encode(reused, forKey: .reused)
    }
}
