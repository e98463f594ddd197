import YAML

/// Reads a spec back from its canonical form, by the same field declarations by which a manifest is read.
public enum RecordedSpec {
    /// `nil` where it is no queue's.
    public static func queue(_ canonical: JSONValue) -> QueueSpec? {
        if case .queue(let queue)? = manifest(.queue, canonical) { queue.spec } else { nil }
    }

    /// `nil` where it is no agent pool's.
    public static func agentPool(_ canonical: JSONValue) -> AgentPoolSpec? {
        if case .pool(let pool)? = manifest(.agentPool, canonical) { pool.spec } else { nil }
    }

    /// `nil` where it is no policy's.
    public static func policy(_ canonical: JSONValue) -> PolicySpec? {
        if case .policy(let policy)? = manifest(.policy, canonical) { policy.spec } else { nil }
    }

    /// JSON is YAML, so the manifest that says the same is written down and read.
    private static func manifest(_ kind: Kind, _ spec: JSONValue) -> AnyManifest? {
        let document = JSONValue.object([
            "apiVersion": .string("slipway/v1"), "kind": .string(kind.rawValue),
            "metadata": .object(["name": .string("recorded")]), "spec": spec,
        ])
        let (_, documents) = DecodedFile.decode(SourceFile(path: "recorded", text: document.canonicalText))
        guard let document = documents.first, document.isSound else { return nil }
        return document.manifest
    }
}
