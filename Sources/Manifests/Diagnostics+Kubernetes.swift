import YAML

extension Diagnostic {
    static func kubernetesSetting(_ what: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2440", what, at: location, remedy: "docs/kubernetes.md has an example of each setting")
    }

    static func kubernetesDocument(_ what: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic("SLW2441", what, at: location, remedy: "leave `config` out for a plain Job, or say both")
    }

    static func kubernetesFieldOwn(_ field: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2442", "`\(field)` is set by Slipway", at: location,
            remedy: field == "metadata.namespace" ? "say it in `settings.namespace`" : "leave it out")
    }

    static func kubernetesKind(_ kind: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2443", "a queue cannot submit objects of \(kind.shortened(80).debugDescription)", at: location,
            remedy: "use `batch/v1` and `Job`, or a custom resource of whose pods a controller takes care")
    }

    static func kubernetesRetries(_ field: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2444", "`\(field)` would have Kubernetes start a command a second time within one attempt",
            at: location,
            remedy: "leave it out; a job says in `retry` when its runs are tried again")
    }

    static func kubernetesForgets(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2446", "the cluster would forget how a run ended before an agent that is restarted could ask",
            at: location, remedy: "give `ttlSecondsAfterFinished` at least 600, or leave it out: then it is a day")
    }

    static func kubernetesReferenceFromRun(_ field: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2445", "`\(field)` takes its value from a run, which could then choose what its pod is given",
            at: location, remedy: "write the name itself, and make a queue for each that is needed")
    }
}
