import Manifests
public import YAML

// What can go wrong with the Deployments of pools.

extension Diagnostic {
    static func deploymentSilent(
        _ place: PoolDeployment.Place, _ why: String, remedy: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            "SLW6400", "the cluster of AgentPool/\(place.pool) cannot be asked after its Deployment: \(why)",
            remedy: remedy ?? "see that it runs and can be reached from here, and apply again")
    }

    static func deploymentRefused(_ place: PoolDeployment.Place, in namespace: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW6401",
            "the cluster refuses what was asked about the Deployment \(namespace)/\(place.name) of "
                + "AgentPool/\(place.pool): \(why)",
            remedy:
                "correct spec.deployment, or what this account may do (docs/agents-on-kubernetes.md), and apply again")
    }

    static func deploymentForeign(_ place: PoolDeployment.Place, in namespace: String) -> Diagnostic {
        Diagnostic(
            .foreignDeployment,
            "the Deployment \(namespace)/\(place.name) is not that of AgentPool/\(place.pool) in this record; it is "
                + "left alone",
            remedy: "see with `kubectl describe` whose it is; another namespace or pool name makes way for both")
    }

    static func deploymentContested(
        _ place: PoolDeployment.Place, _ managers: [String], _ why: String
    ) -> Diagnostic {
        let names = Set(managers).sorted().map { $0.shortened(60).debugDescription }.joined(separator: ", ")
        return Diagnostic(
            "SLW6403",
            "\(names) owns fields of the Deployment \(place.name) of AgentPool/\(place.pool), with other "
                + "values: \(why)",
            remedy: "have it leave those fields alone, or leave them out of spec.deployment.template; replicas are the "
                + "pool's")
    }

    static func deploymentLeaving(_ place: PoolDeployment.Place, in namespace: String) -> Diagnostic {
        Diagnostic(
            "SLW6404", "the Deployment \(namespace)/\(place.name) of AgentPool/\(place.pool) is being deleted",
            remedy: "apply again when it is gone")
    }
}

extension DiagnosticCode {
    fileprivate static let foreignDeployment: DiagnosticCode = "SLW6402"
}

extension Diagnostic {
    /// Whether somebody else has the name of a Deployment.
    public var isForeignDeployment: Bool { code == .foreignDeployment }
}
