import Engines
public import Manifests
import YAML

/// What a cluster says of a pool's Deployment, for whoever asks how the pool is.
public struct DeploymentView: Sendable, Hashable {
    /// `ready`, `degraded`, `missing`, or `unknown` where the cluster cannot be asked.
    public var phase: String
    /// The cluster's word for what is wrong, or Slipway's; empty where nothing is.
    public var reason: String
    /// A clause for people.
    public var message: String
    private var counts: [String: JSONValue]

    init(_ standing: Result<(name: String, status: PoolDeploymentStatus?), Diagnostic>) {
        counts = [:]
        switch standing {
        case .failure(let fault): (phase, reason, message) = ("unknown", fault.code.rawValue, fault.message)
        case .success((let name, nil)):
            (phase, reason, message) = ("missing", "NotThere", "\(name) is not there; apply makes it")
        case .success((_, let status?)):
            counts = [
                "deployment": .string(status.name), "namespace": .string(status.namespace),
                "server": .string(status.server), "wanted": .int(Int64(status.wanted)),
                "ready": .int(Int64(status.ready)),
            ]
            phase = status.ready < status.wanted ? "degraded" : "ready"
            reason = status.reason ?? ""
            let why = [status.reason, status.message.isEmpty ? nil : status.message].compactMap(\.self)
            let drift = status.differences.joined(separator: ", ")
            message =
                "\(status.name) in \(status.namespace): \(status.ready) of \(status.wanted) ready"
                + (why.isEmpty ? "" : "; " + why.joined(separator: ": "))
                + (drift.isEmpty ? "" : "; not as the pool says: \(drift)")
        }
    }

    /// As `status --output json` prints it.
    public var json: JSONValue {
        .object(
            counts.merging([
                "phase": .string(phase), "reason": .string(reason), "message": .string(message),
            ]) { own, _ in own })
    }
}
