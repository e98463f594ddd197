import Manifests

/// How a queue says that a cluster is reached and used.
struct KubernetesSettings: Sendable, Hashable {
    /// Of the kubeconfig; `nil` for the current one, or for the account of the pod that Slipway runs in.
    var context: String?
    /// `nil` for that of the context.
    var namespace: String?
    /// Where secrets of a name are.
    var secrets: [String: Secret]
    /// The volume that agents have as their `.slipway/runs`.
    var runsVolume: JSONValue?
    /// How a custom resource says how it is.
    var status: KubernetesStatusRule?

    struct Secret: Sendable, Hashable {
        var name: String
        var key: String
    }

    init(_ settings: JSONValue?) {
        context = settings?["context"]?.string
        namespace = settings?["namespace"]?.string
        secrets = (settings?["secrets"]?.object ?? [:]).compactMapValues { value in
            value["name"]?.string.map { Secret(name: $0, key: value["key"]?.string ?? "value") }
        }
        runsVolume = settings?["runsVolume"]
        status = settings?["status"].flatMap(KubernetesStatusRule.init)
    }

    /// Where a secret is found.
    func secret(_ name: String) -> Secret { secrets[name] ?? Secret(name: name, key: "value") }
}
