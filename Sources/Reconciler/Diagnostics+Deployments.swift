import Manifests
import YAML

extension Diagnostic {
    static func stateOutOfReach(_ pool: ObjectName, _ state: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW8135",
            "the agents of pool \(pool) are to run on a cluster, and do not reach the state \(state) from there",
            at: location,
            remedy: "use a PostgreSQL state: --state postgres://USER@HOST/DATABASE, or SLIPWAY_STATE; `reconcile state "
                + "migrate` moves the record there")
    }

    static func deploymentNotRecorded(_ pool: ObjectName, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW8136", "what was done with the Deployment of pool \(pool) was not written down: \(why)",
            remedy: "apply again")
    }
}
