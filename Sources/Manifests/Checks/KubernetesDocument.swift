import YAML

extension EngineDocument {
    /// `config` is a Job, or another object of which a controller makes pods; all of it may be left out.
    static let kubernetes = EngineDocument(
        settings: [
            Setting("context", check: KubernetesDocument.text),
            Setting("namespace", check: KubernetesDocument.namespace),
            Setting("secrets", check: KubernetesDocument.secrets),
            Setting("runsVolume", check: KubernetesDocument.volume),
            Setting("status", check: KubernetesDocument.status),
        ],
        dangerWords: KubernetesDangers.words, check: KubernetesDocument.faults, dangers: KubernetesDangers.found,
        needsRegistry: { !KubernetesDocument.namesImage($0) })
}

/// What may stand in a queue for Kubernetes.
enum KubernetesDocument {
    /// Whether a document says itself which image its pods have, so that the runs' own is not asked for.
    static func namesImage(_ document: JSONValue) -> Bool {
        switch document {
        case .object(let members):
            members.contains { key, value in
                if key == "image", let text = value.string { return !text.contains("${image}") }
                return namesImage(value)
            }
        case .array(let elements): elements.contains(where: namesImage)
        case .null, .bool, .int, .double, .string: false
        }
    }

    // MARK: The settings

    static func text(_ node: Node) -> [Diagnostic] {
        if case .string(let text)? = node.scalar, !text.isEmpty { return [] }
        return [.kubernetesSetting("a text is expected here", at: node.location)]
    }

    static func namespace(_ node: Node) -> [Diagnostic] {
        if case .string(let text)? = node.scalar, Syntax.isName(text[...]) { return [] }
        return [.kubernetesSetting("a namespace is named by up to 63 of `a-z`, `0-9` and `-`", at: node.location)]
    }

    static func secrets(_ node: Node) -> [Diagnostic] {
        guard node.kind == .mapping else {
            return [.kubernetesSetting("`secrets` maps names of secrets to {name, key}", at: node.location)]
        }
        return node.entries.flatMap { _, value -> [Diagnostic] in
            let name = value["name"]?.text ?? ""
            let isWhole = value.kind == .mapping && value.entries.allSatisfy { ["name", "key"].contains($0.key.text) }
            let key = value["key"].map(\.text)
            guard isWhole, Syntax.isSubdomain(name[...]), key.map({ !$0.isEmpty && Syntax.isSecretKey($0) }) ?? true
            else {
                return [
                    .kubernetesSetting(
                        "{name, key} is expected: the name of a Secret, and of one of its keys", at: value.location)
                ]
            }
            return []
        }
    }

    static func volume(_ node: Node) -> [Diagnostic] {
        let sources = node.entries.filter { $0.value.kind == .mapping }
        guard node.kind == .mapping, node.count == 1, sources.count == 1 else {
            return [
                .kubernetesSetting(
                    "`runsVolume` is one source of a volume, such as {persistentVolumeClaim: {claimName: runs}}",
                    at: node.location)
            ]
        }
        return []
    }

    private static let outcomes = ["succeeded", "failed", "running", "waiting"]

    static func status(_ node: Node) -> [Diagnostic] {
        guard node.kind == .mapping else {
            return [.kubernetesSetting("`status` is a mapping with `path` or `conditions`", at: node.location)]
        }
        var found: [Diagnostic] = []
        for (key, value) in node.entries {
            switch key.text {
            case "path", "reason", "message": found += text(value)
            case "conditions":
                let isKnown = value.entries.allSatisfy { outcomes.contains($0.key.text) && $0.value.kind == .scalar }
                if value.kind != .mapping || !isKnown {
                    found.append(
                        .kubernetesSetting(
                            "`conditions` says which condition means succeeded, failed, running and waiting",
                            at: value.location))
                }
            case let outcome where outcomes.contains(outcome):
                if value.kind != .sequence || value.elements.contains(where: { $0.kind != .scalar }) {
                    found.append(.kubernetesSetting("a list of words is expected here", at: value.location))
                }
            default: found.append(.kubernetesSetting("`status` has no `\(key.text)`", at: key.location))
            }
        }
        if (node["path"] == nil) == (node["conditions"] == nil) {
            found.append(.kubernetesSetting("`status` has either `path` or `conditions`", at: node.location))
        }
        return found
    }

    // MARK: The document

    static func faults(_ config: Node) -> [Diagnostic] {
        guard config.kind == .mapping else {
            return [.kubernetesDocument("an object of Kubernetes is a mapping", at: config.location)]
        }
        var found = kind(config)
        for name in ["name", "generateName", "namespace", "ownerReferences", "finalizers", "uid"] {
            guard let value = config["metadata"]?[name] else { continue }
            found.append(.kubernetesFieldOwn("metadata.\(name)", at: value.location))
        }
        if let status = config["status"] { found.append(.kubernetesFieldOwn("status", at: status.location)) }
        if config["kind"].map({ $0.textEquals("Job") }) ?? true, isBatch(config) { found += job(config) }
        found += referencesFromRuns(config, [])
        return found
    }

    private static func isBatch(_ config: Node) -> Bool {
        config["apiVersion"].map { $0.text.hasPrefix("batch/") } ?? true
    }

    /// A Job, or something that a cluster was taught: what belongs to Kubernetes itself decides over more than a run.
    private static func kind(_ config: Node) -> [Diagnostic] {
        let (version, kind) = (config["apiVersion"], config["kind"])
        guard (version == nil) == (kind == nil) else {
            return [.kubernetesDocument("`apiVersion` and `kind` belong together", at: config.location)]
        }
        guard let version, let kind else { return [] }
        if version.text == "batch/v1", kind.text == "Job" { return [] }
        let parts = version.text.split(separator: "/", omittingEmptySubsequences: false)
        let group = parts.count == 2 ? parts[0] : ""
        let isTaught = group.contains(".") && (!group.hasSuffix(".k8s.io") || group.hasSuffix(".x-k8s.io"))
        let isKind = !kind.text.isEmpty && kind.text.utf8.allSatisfy { Syntax.isAlphanumeric($0) }
        guard isTaught, Syntax.isSubdomain(group), Syntax.isName(parts[1]), isKind else {
            return [.kubernetesKind("\(version.text) \(kind.text)", at: kind.location)]
        }
        return []
    }

    /// What would have Kubernetes start a command again, which is for the run's own retry policy to say, or forget how
    /// it ended.
    private static func job(_ config: Node) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if let limit = config["spec"]?["backoffLimit"], limit.scalar != .int(0) {
            found.append(.kubernetesRetries("backoffLimit", at: limit.location))
        }
        if let policy = config["spec"]?["template"]?["spec"]?["restartPolicy"], policy.scalar != .string("Never") {
            found.append(.kubernetesRetries("restartPolicy", at: policy.location))
        }
        if let time = config["spec"]?["ttlSecondsAfterFinished"], case .int(let seconds)? = time.scalar, seconds < 600 {
            found.append(.kubernetesForgets(at: time.location))
        }
        return found
    }

    /// The keys that name something of the namespace which a pod is then given: a run must not choose among them.
    private static let references: Set = [
        "claimName", "configMapKeyRef", "configMapRef", "imagePullSecrets", "priorityClassName", "runtimeClassName",
        "schedulerName", "secret", "secretKeyRef", "secretName", "secretRef", "apiVersion", "kind",
    ]

    private static func referencesFromRuns(_ node: Node, _ path: [String]) -> [Diagnostic] {
        switch node.kind {
        case .scalar: []
        case .sequence: node.elements.flatMap { referencesFromRuns($0, path) }
        case .mapping:
            node.entries.flatMap { key, value -> [Diagnostic] in
                let name = key.text
                guard references.contains(name), let json = try? JSONValue(value), QueueTemplate.takesFromRun(json)
                else { return referencesFromRuns(value, path + [name]) }
                return [.kubernetesReferenceFromRun((path + [name]).joined(separator: "."), at: value.location)]
            }
        }
    }
}

extension Syntax {
    /// A key of a Secret or ConfigMap: letters, digits, `-`, `_` and `.`.
    static func isSecretKey(_ text: String) -> Bool {
        text.utf8.count <= 253 && text.utf8.allSatisfy { isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }
}
