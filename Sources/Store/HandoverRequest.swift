import Manifests
import Records
import YAML

/// The wish of a reconciler with a newer commit to go on with what another has under way.
///
/// It stands in the record, so that it reaches the holder the same way whatever the record is kept in.
public struct HandoverRequest: Sendable, Hashable {
    /// The commit that is to be applied.
    public var commit: String
    public var actor: String
    /// Which machine wants it; empty where unknown.
    public var machine: String

    public init(commit: String, actor: String, machine: String) {
        self.commit = commit
        self.actor = actor
        self.machine = machine
    }

    static let name = "wanted"

    fileprivate var text: String {
        JSONValue.object([
            "commit": .string(commit), "actor": .string(actor), "machine": .string(machine),
        ]).canonicalText
    }

    fileprivate init?(_ text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8)), let commit = value["commit"]?.string,
            let actor = value["actor"]?.string
        else { return nil }
        self.init(commit: commit, actor: actor, machine: value["machine"]?.string ?? "")
    }
}

extension StateSnapshot {
    /// Who wants to go on with the state; `nil` where nobody does.
    public func handoverRequest() throws -> HandoverRequest? {
        try connection.first("SELECT value FROM slipway_meta WHERE name = ?", [.text(HandoverRequest.name)]) {
            HandoverRequest($0.text(0))
        } ?? nil
    }
}

extension StateSnapshot {
    /// Whether anything that was begun and has not ended is on a machine.
    public func hasActiveAttempts(onHost host: String) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM runs JOIN attempts ON attempts.run = runs.id AND attempts.number = runs.attempt "
                + "WHERE runs.phase IN \(RunPhase.activeList) AND attempts.host = ? LIMIT 1", [.text(host)]
        ) { $0.int(0) } != nil
    }
}

extension StateTransaction {
    /// Asks the holder of the state to let go of it as soon as nothing is half done.
    public func request(_ handover: HandoverRequest) throws {
        try setMeta(HandoverRequest.name, handover.text)
        try connection.announceChange()
    }

    /// Takes a wish back, or notes that it was fulfilled.
    public func forgetHandoverRequest() throws {
        try connection.execute("DELETE FROM slipway_meta WHERE name = ?", [.text(HandoverRequest.name)])
    }
}
