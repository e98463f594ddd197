public import Records
public import Store

/// Somebody outside of the record who keeps hashes of its events: a branch in Git, a file on another machine.
///
/// The chain alone cannot show that it was written anew from some event on. A witness can.
public protocol EventAnchors: Sendable {
    /// What was seen, in any order.
    ///
    /// - Throws: a `Diagnostic` where the witness cannot be asked; the record is then not called intact.
    func anchors() async throws -> [EventAnchor]
}

/// Each commit of the branch that a state is kept in says where the chain stood with it.
extension StateStore: EventAnchors {}

extension Reconciler {
    /// Examines the chain of events, and compares it with what every witness has seen.
    public func examineEvents() async throws -> ChainReport {
        let store = try openState()
        var anchors: [EventAnchor] = []
        for witness in [store as any EventAnchors] + witnesses { anchors += try await witness.anchors() }
        return try await store.read { [anchors] in try $0.examineEvents(anchors: anchors) }
    }
}
