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
}
