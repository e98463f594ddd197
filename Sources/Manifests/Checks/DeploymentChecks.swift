import YAML

/// What is wrong with the Deployment of a pool's agents, as far as a file alone can tell.
enum DeploymentChecks {
    static func refusals(_ pool: Manifest<AgentPoolSpec>) -> [Diagnostic] {
        let spec = pool.origin.document["spec"]
        let written = spec?["deployment"].flatMap { $0.isNull ? nil : $0 }
        guard pool.spec.placement == .kubernetes else {
            return written.map { [.deploymentElsewhere(pool.spec.placement, at: $0.location)] } ?? []
        }
        var found: [Diagnostic] = []
        if pool.spec.images == .layout {
            found.append(.deploymentNeedsRegistry(at: pool.origin.location(of: ["spec", "registry", "location"])))
        }
        guard let written else {
            return found + [.deploymentMissing(at: pool.origin.location(of: ["spec", "placement"]))]
        }
        // Where it cannot be read at all, that was said.
        guard let deployment = pool.spec.deployment, let template = written["template"], template.kind == .mapping
        else { return found }
        for node in written["allow"]?.elements.map(\.self) ?? [] where !KubernetesDangers.words.contains(node.text) {
            found.append(.unknownPermit(node.text, of: .kubernetes, known: KubernetesDangers.words, at: node.location))
        }
        return found + faults(template) + dangers(deployment, template)
    }

    private static func dangers(_ deployment: AgentPoolSpec.Deployment, _ template: Node) -> [Diagnostic] {
        KubernetesDangers.found(in: deployment.template).filter { !deployment.allow.contains($0.word) }
            .map { .deploymentDanger($0, at: template.location(at: $0.path)) }
    }

    // MARK: The template

    private static let ownMetadata = [
        "name", "generateName", "namespace", "ownerReferences", "finalizers", "uid", "resourceVersion", "managedFields",
    ]

    private static func faults(_ template: Node) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for (key, only) in [("apiVersion", "apps/v1"), ("kind", "Deployment")] {
            guard let node = template[key], node.scalar != .string(only) else { continue }
            found.append(.deploymentKind(key, only, at: node.location))
        }
        let own =
            ownMetadata.map { ["metadata", $0] } + [["spec", "replicas"], ["spec", "selector"], ["status"]]
        for path in own {
            if let node = template.node(at: path) { found.append(.deploymentFieldOwn(path, at: node.location)) }
        }
        let pod = ["spec", "template"]
        for path in [[], pod].flatMap({ [$0 + ["metadata", "labels"], $0 + ["metadata", "annotations"]] }) {
            for (key, _) in template.node(at: path)?.entries.map(\.self) ?? [] where isOwn(key.text) {
                found.append(.deploymentFieldOwn(path + [key.text], at: key.location))
            }
        }
        if let policy = template.node(at: pod + ["spec", "restartPolicy"]), policy.scalar != .string("Always") {
            found.append(.deploymentRestarts(at: policy.location))
        }
        return found + containers(template)
    }

    /// The labels and annotations by which Slipway knows what is its own.
    private static func isOwn(_ key: String) -> Bool {
        key == "app.kubernetes.io/managed-by" || key.hasPrefix("slipway.dev/")
    }

    private static func containers(_ template: Node) -> [Diagnostic] {
        let list = template.node(at: ["spec", "template", "spec", "containers"])
        guard let list, list.kind == .sequence, list.count > 0 else {
            return [.deploymentNoContainer(at: (list ?? template).location)]
        }
        return list.elements.flatMap { container -> [Diagnostic] in
            guard container.kind == .mapping, let name = container["name"]?.string, Syntax.isName(name[...]),
                let image = container["image"]?.string, !image.isEmpty
            else { return [.deploymentContainer(at: container.location)] }
            guard let variables = container["env"], variables.kind == .sequence else { return [] }
            return variables.elements.compactMap { variable in
                guard let value = variable["value"], holdsPassword(value.text) else { return nil }
                return .deploymentSecret(variable["name"]?.text ?? "", at: value.location)
            }
        }
    }

    /// Whether a text is an address with a password in it: `scheme://user:password@host`.
    private static func holdsPassword(_ text: String) -> Bool {
        guard let start = text.firstRange(of: "://")?.upperBound else { return false }
        let authority = text[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let end = authority.lastIndex(of: "@") else { return false }
        return authority[..<end].contains(":")
    }
}

extension Node {
    fileprivate func node(at path: [String]) -> Node? {
        path.reduce(Optional(self)) { node, step in node?.kind == .mapping ? node?[step] : nil }
    }
}
