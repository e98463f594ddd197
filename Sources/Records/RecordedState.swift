public import Manifests

/// What the state store holds, as one consistent snapshot.
public struct RecordedState: Sendable {
    public var objects: [ObjectKey: ObjectRecord]
    /// Every version of every job, oldest first.
    public var jobVersions: [ObjectName: [JobVersionRecord]]
    /// By identity.
    public var runs: [Digest: RunRecord]

    public init(
        objects: [ObjectKey: ObjectRecord] = [:], jobVersions: [ObjectName: [JobVersionRecord]] = [:],
        runs: [Digest: RunRecord] = [:]
    ) {
        self.objects = objects
        self.jobVersions = jobVersions
        self.runs = runs
    }
}
