public import Manifests

/// What became of putting an attempt's logs, metrics and outputs into a store from which any machine can read them.
public struct AttemptArtifact: Sendable, Hashable {
    public var location: ArtifactLocation
    /// The digest of its manifest in the store; `nil` where it could not be put there.
    public var digest: Digest?
    /// What is not in it, and why, as a sentence.
    public var warning: String?

    public init(location: ArtifactLocation, digest: Digest?, warning: String? = nil) {
        self.location = location
        self.digest = digest
        self.warning = warning?.recordable
    }

    /// The form in which the store keeps it.
    public var recorded: JSONValue {
        var fields: [String: JSONValue] = ["location": .string(location.description)]
        fields["digest"] = digest.map { .string($0.description) }
        fields["warning"] = warning.map { .string($0) }
        return .object(fields)
    }

    /// Reads what `recorded` wrote; `nil` where it is something else.
    public init?(recorded: JSONValue) {
        guard let text = recorded["location"]?.string, let location = try? ArtifactLocation(text) else { return nil }
        self.location = location
        warning = recorded["warning"]?.string
        guard let digest = recorded["digest"] else {
            guard warning != nil else { return nil }
            return
        }
        guard let digest = digest.string.flatMap({ Digest($0) }) else { return nil }
        self.digest = digest
    }
}
