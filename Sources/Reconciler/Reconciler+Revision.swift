import Agents
import Records
import Store
import YAML

extension Reconciler {
    /// How often what is read may change meanwhile before it counts as changed.
    private static let mostReadings = 5

    /// The manifests, with the commit that they are of: where somebody checks out another one while they are read, they
    /// are read again.
    func readAtOneRevision() async throws -> (DesiredReading, Revision) {
        var before = try await surroundings.revision()
        for _ in 0..<Self.mostReadings {
            let reading = try await read()
            let after = try await surroundings.revision()
            if after == before { return (reading, after) }
            before = after
        }
        before.isDirty = true
        return (try await read(), before)
    }

    /// Job versions that were applied before they were committed are in a commit once it is applied.
    func noteCommit(of reading: DesiredReading, _ provenance: Provenance, in store: StateStore) async throws {
        guard let commit = provenance.revision.commit, !provenance.revision.isDirty else { return }
        let digests = Set(reading.requests.keys)
        let versions = try await store.read { try $0.uncommittedVersions(among: digests) }
        guard !versions.isEmpty else { return }
        try await store.write(as: provenance, at: setting.time.now()) { transaction in
            for version in versions { try transaction.commit(version, in: commit, cause: "its files are committed") }
        }
    }
}
