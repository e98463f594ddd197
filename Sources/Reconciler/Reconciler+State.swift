public import Manifests
import Records
public import Store

extension Reconciler {
    /// Checks everything that has to hold of the record.
    public func checkState() async throws -> StateCheckResult { try await openState().read { try $0.check() } }

    /// Hands over the whole record, one JSON document of one line after the other.
    public func exportState(_ take: @escaping @Sendable (JSONValue) throws -> Void) async throws {
        try await openState().read { try $0.export(take) }
    }

    /// Makes one commit of the past of the branch that the state is kept in; `nil` where it is kept otherwise.
    public func compactState() async throws -> CompactionReport? {
        let store = try openState(.readWrite)
        let hold = try hold()
        defer { withExtendedLifetime(hold) {} }
        return try await store.compact()
    }
}
