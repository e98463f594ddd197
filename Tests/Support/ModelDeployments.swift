public import Engines
import Manifests
import Synchronization
public import YAML

/// Clusters in memory, for tests of what is done about pools' Deployments.
public final class ModelDeployments: PoolDeployments {
    private struct State {
        var there: [PoolDeployment.Place: PoolDeployment] = [:]
        var faults: [String: Diagnostic] = [:]
        var calls: [String] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// What is there, by name.
    public var there: [String: PoolDeployment] {
        state.withLock { state in
            Dictionary(state.there.map { ($0.key.name, $0.value) }) { first, _ in first }
        }
    }

    /// What was asked to be done, in order: `apply slipway-default-gpu`, `delete …`.
    public var calls: [String] { state.withLock { $0.calls } }

    /// From now on, whatever is asked about a pool's Deployment fails so; `nil`: not any more.
    public func fail(_ pool: String, with fault: Diagnostic?) { state.withLock { $0.faults[pool] = fault } }

    /// Somebody else does something to it.
    public func edit(_ pool: String, _ change: (inout PoolDeployment?) -> Void) {
        state.withLock { state in
            for place in state.there.keys where place.pool.name == pool { change(&state.there[place]) }
        }
    }

    /// - Throws: what a test wants for a pool.
    private func pass(_ place: PoolDeployment.Place, _ call: String?) throws(Diagnostic) {
        let fault = state.withLock { state in
            if let call { state.calls.append("\(call) \(place.name)") }
            return state.faults[place.pool.name]
        }
        if let fault { throw fault }
    }

    public func observe(_ deployment: PoolDeployment) async throws(Diagnostic) -> PoolDeploymentStatus? {
        try pass(deployment.place, nil)
        guard let found = state.withLock({ $0.there[deployment.place] }) else { return nil }
        var status = PoolDeploymentStatus(
            name: deployment.place.name, namespace: deployment.place.namespace ?? "default", server: "https://model",
            wanted: found.replicas, ready: 0, reason: "ImagePullBackOff", message: "pod x")
        if found.replicas != deployment.replicas { status.differences.append("spec.replicas") }
        if found.template != deployment.template { status.differences.append("spec.template") }
        return status
    }

    public func apply(_ deployment: PoolDeployment) async throws(Diagnostic) -> PoolDeploymentChange {
        try pass(deployment.place, "apply")
        return state.withLock { state in
            let before = state.there.updateValue(deployment, forKey: deployment.place)
            guard let before else { return .created }
            return before == deployment ? .unchanged : .changed(["spec"])
        }
    }

    public func delete(
        _ place: PoolDeployment.Place, butNot kept: PoolDeployment.Place?
    ) async throws(Diagnostic) -> PoolDeploymentChange {
        try pass(place, "delete")
        return state.withLock { $0.there.removeValue(forKey: place) == nil ? .absent : .deleted }
    }
}
