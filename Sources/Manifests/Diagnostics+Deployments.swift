import YAML

// What can be wrong with the Deployment of a pool's agents.

extension Diagnostic {
    static func deploymentMissing(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2470", "a pool with the placement `kubernetes` needs the Deployment that its agents are", at: location,
            remedy: "write it in spec.deployment.template; docs/agents-on-kubernetes.md has one")
    }

    static func deploymentElsewhere(_ placement: AgentPoolSpec.Placement, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2471", "a pool with the placement `\(placement.rawValue)` has no Deployment", at: location,
            remedy: "leave `deployment` out, or write `placement: kubernetes`")
    }

    static func deploymentFieldOwn(_ path: [String], at location: SourceLocation) -> Diagnostic {
        let instead: [[String]: String] = [
            ["metadata", "namespace"]: "say it in spec.deployment.namespace",
            ["spec", "replicas"]: "say it in spec.replicas of the pool",
        ]
        return Diagnostic(
            "SLW2472", "`\(path.joined(separator: ".").shortened(120))` of a pool's Deployment is set by Slipway",
            at: location, remedy: instead[path] ?? "leave it out")
    }

    static func deploymentKind(_ field: String, _ only: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2473", "agents are run by a Deployment of `apps/v1`, and by nothing else", at: location,
            remedy: "write `\(field): \(only)`, or leave it out")
    }

    static func deploymentNoContainer(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2474", "spec.deployment.template has no container in spec.template.spec.containers", at: location,
            remedy: "write one with the image that has `reconcile`; docs/agents-on-kubernetes.md has one")
    }

    static func deploymentContainer(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2475", "a container of a Deployment has a name and an image", at: location,
            remedy: "write `{name: agent, image: HOST/PATH}`; the name is of `a-z`, `0-9` and `-`")
    }

    static func deploymentDanger(_ danger: EngineDocument.Danger, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2476",
            "`\(danger.path.joined(separator: "."))` gives the pool's agents, and what they run, more than a pod of "
                + "their own (\(danger.word)), and the pool does not say that it means to", at: location,
            remedy: "leave it out, or add \(danger.word) to spec.deployment.allow")
    }

    static func deploymentRestarts(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2477", "the pods of a Deployment are always started again", at: location,
            remedy: "leave `restartPolicy` out")
    }

    static func deploymentNeedsRegistry(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2478", "agents on a cluster do not see the OCI layout of this machine", at: location,
            remedy: "name a registry that they reach: `registry: {location: HOST/PATH}`")
    }

    static func deploymentSecret(_ variable: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2479", "the variable `\(variable.shortened(60))` holds an address with a password", at: location,
            remedy: "put it into a Secret of the cluster, and write "
                + "`valueFrom: {secretKeyRef: {name: SECRET, key: KEY}}`")
    }
}
