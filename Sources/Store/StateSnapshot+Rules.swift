public import Manifests
import Records
import Synchronization
import YAML

/// Specs that were read from the record once and have not changed since: reading one again is most of what an idle
/// agent would do.
public final class RulesCache: Sendable {
    fileprivate let queues = Mutex<[ObjectName: (digest: String, spec: QueueSpec)]>([:])
    fileprivate let pools = Mutex<[ObjectName: (digest: String, spec: AgentPoolSpec)]>([:])

    public init() {}
}

extension StateSnapshot {
    /// What a pool's agents do; `nil` where no such pool is recorded (any more). Queues that are not recorded are left
    /// out.
    public func poolRules(_ pool: ObjectName, knowing cache: RulesCache) throws -> PoolRules? {
        let key = ObjectKey(.agentPool, pool)
        guard let spec = try spec(of: key, in: cache.pools, read: RecordedSpec.agentPool) else { return nil }
        let queues = try spec.queues.compactMap { name in
            try self.spec(of: ObjectKey(.queue, name), in: cache.queues, read: RecordedSpec.queue)
                .map { QueueRules(name: name, $0) }
        }
        return PoolRules(spec, queues: queues)
    }

    /// All recorded pools, by name.
    public func pools() throws -> [(name: ObjectName, spec: AgentPoolSpec)] {
        try connection.rows(
            "SELECT namespace, name, content FROM objects WHERE kind = ? ORDER BY namespace, name",
            [.text(Kind.agentPool.rawValue)]
        ) { (name: ObjectName(namespace: $0.text(0), name: $0.text(1)), content: $0.text(2)) }
        .map { name, content in
            guard let value = try? JSONValue(parsing: Array(content.utf8)), let recorded = value["spec"],
                let spec = RecordedSpec.agentPool(recorded)
            else { throw Diagnostic.unreadableRecord("\(Kind.agentPool.rawValue) \(name)") }
            return (name, spec)
        }
    }

    private func spec<Spec: Sendable>(
        of key: ObjectKey, in known: borrowing Mutex<[ObjectName: (digest: String, spec: Spec)]>,
        read: (JSONValue) -> Spec?
    ) throws -> Spec? {
        let arguments = [SQLValue.text(key.kind.rawValue), .text(key.name.namespace), .text(key.name.name)]
        let place = "FROM objects WHERE kind = ? AND namespace = ? AND name = ?"
        guard let digest = try connection.first("SELECT digest \(place)", arguments, { $0.text(0) }) else { return nil }
        if let known = known.withLock({ $0[key.name] }), known.digest == digest { return known.spec }
        let content = try connection.first("SELECT content \(place)", arguments) { $0.text(0) }
        guard let content, let value = try? JSONValue(parsing: Array(content.utf8)), let recorded = value["spec"],
            let spec = read(recorded)
        else { throw Diagnostic.unreadableRecord("\(key.kind.rawValue) \(key.name)") }
        known.withLock { $0[key.name] = (digest, spec) }
        return spec
    }
}
