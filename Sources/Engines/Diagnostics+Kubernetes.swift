import YAML

extension Diagnostic {
    static func kubeconfigFileUnusable(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW6300", "\(path.debugDescription), which says how a cluster is reached, cannot be read",
            remedy: "see whether it is there, is a file of a reasonable size, and may be read by whoever runs this")
    }

    static func kubeconfigUnusable(_ path: String, _ why: String) -> Diagnostic {
        Diagnostic("SLW6301", "\(path.debugDescription) is no kubeconfig that can be used: \(why)")
    }

    static func kubeconfigUnsupported(_ path: String, _ key: String) -> Diagnostic {
        Diagnostic(
            "SLW6302", "\(path.debugDescription) uses `\(key)`, which is not supported",
            remedy: "use a token, a client certificate, or an `exec` plug-in, and reach the server directly")
    }

    static func kubernetesNoContext(_ files: [String]) -> Diagnostic {
        let place = files.isEmpty ? "there is no kubeconfig" : "\(files.joined(separator: ", ")) has no current context"
        return Diagnostic(
            "SLW6303", "no cluster is named: \(place)",
            remedy: "set KUBECONFIG, or `settings.context` of the queue, or run in a pod with an account")
    }

    static func kubernetesContextMissing(_ name: String, in files: [String]) -> Diagnostic {
        let place = files.isEmpty ? "any kubeconfig" : files.joined(separator: ", ")
        return Diagnostic(
            "SLW6304", "there is no context \(name.debugDescription) in \(place)",
            remedy: "name one that `kubectl config get-contexts` shows, or set KUBECONFIG")
    }

    static func kubernetesPluginMissing(_ command: String, hint: String?) -> Diagnostic {
        Diagnostic(
            "SLW6305", "the credential plug-in \(command.debugDescription) was not found",
            remedy: hint.map { $0.shortened(300) } ?? "install it, and see that it is on PATH")
    }

    static func kubernetesPluginFailed(_ command: String, _ why: String) -> Diagnostic {
        Diagnostic("SLW6306", "the credential plug-in \(command.debugDescription) gave nothing: \(why)")
    }

    static func kubernetesImageUnreachable() -> Diagnostic {
        Diagnostic(
            "SLW6307", "a cluster cannot pull an image from an OCI layout on this machine",
            remedy: "give the pool a registry that the cluster reaches: `registry: {location: host/path}`")
    }

    static func kubernetesRefused(_ kind: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW6308", "the cluster does not take the \(kind): \(why)",
            remedy: "correct the queue's `config`, or what its account may do; docs/kubernetes.md lists both")
    }

    static func kubernetesNameTaken(_ kind: String, _ name: String) -> Diagnostic {
        Diagnostic(
            "SLW6309", "the cluster has a \(kind) \(name) that this checkout did not make",
            remedy: "look what it is with `kubectl describe`; it is left alone")
    }

    static func kubernetesNoteUnusable(_ path: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW6310", "what is known of the attempt cannot be written to \(path): \(why)",
            remedy: "make room, or give yourself write permission there")
    }

    static func kubernetesKindUnknown(_ kind: String) -> Diagnostic {
        Diagnostic(
            "SLW6311", "the cluster does not know \(kind)",
            remedy: "install its CustomResourceDefinition, or correct `apiVersion` and `kind` in the queue's config")
    }

    static func kubernetesStatusUnknown(_ kind: String) -> Diagnostic {
        Diagnostic(
            "SLW6312", "it is not known how a \(kind) says what has become of it",
            remedy: "say it in the queue's `settings.status`; docs/kubernetes.md has an example")
    }

    static func kubernetesParametersTooLong(_ bytes: Int, most: Int) -> Diagnostic {
        Diagnostic(
            "SLW6313", "the run's parameters take \(bytes) bytes, and a pod can be given \(most)",
            remedy: "give large values as an input")
    }

    static func kubernetesNeedsVolume(_ what: String) -> Diagnostic {
        Diagnostic(
            "SLW6314", "the run has \(what), and its queue does not say where the cluster has the agents' storage",
            remedy: "set `settings.runsVolume` of the queue to the volume that holds `.slipway/runs`")
    }

    static func kubernetesLogsUnreachable(_ why: String) -> Diagnostic {
        Diagnostic("SLW6315", "the cluster does not hand over what the command wrote: \(why)")
    }
}
