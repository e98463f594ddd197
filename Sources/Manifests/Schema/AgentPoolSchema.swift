extension AgentPoolSpec {
    static let schema = ObjectSchema<AgentPoolSpec>(
        AgentPoolSpec(), "A set of agents that serve some queues",
        Field(
            "queues", \.queues, .array(of: .reference, count: 1...1000, unique: true), .required,
            "The queues, in the order in which they are served", examples: [["local"]]),
        Field("replicas", \.replicas, .int(0...1000), "How many agents"),
        Field("maxRuns", \.maxRuns, .int(1...1000), "The most runs that one agent has in hand at once"),
        Field("placement", \.placement, .word(), "Where the agents are"),
        Field(
            "deployment", \.deployment, .optional(.object(Deployment.schema)),
            "What a cluster runs the agents as, where the placement is `kubernetes`"),
        Field(
            "builder",
            group: ObjectSchema<AgentPoolSpec>(
                AgentPoolSpec(), "What builds images",
                Field(
                    "type", \.builder.type, .word(),
                    "`oci` is embedded and needs no daemon; the others read a Dockerfile"),
                Field(
                    "compression", \.builder.compression, .optional(.word()),
                    "How layers that are made are compressed; not at all where it is left out", examples: ["zstd"])
            )),
        Field(
            "registry",
            group: ObjectSchema<AgentPoolSpec>(
                AgentPoolSpec(), "Where images are kept",
                Field(
                    "location", \.images, .imageLocation,
                    "`layout` for an OCI layout under .slipway/, or `HOST/PATH` of a registry, where each job has a "
                        + "repository"))),
        Field(
            "artifacts", \.artifacts, .optional(.object(Artifacts.schema)),
            "Where what attempts leave can be read from any machine; only in their own folders where it is left out"),
        Field(
            "leaseDuration", \.leaseDuration, .duration(.seconds(1)...(.seconds(3600))),
            "How long an agent may be silent before its work is taken from it"))
}

extension AgentPoolSpec.Deployment {
    fileprivate static let schema = ObjectSchema<AgentPoolSpec.Deployment>(
        AgentPoolSpec.Deployment(), "The Deployment of a pool's agents, which an apply keeps as it is written here",
        Field(
            "context", \.context, .optional(.string("the name of a context", most: 253)),
            "A context of the kubeconfig; the current one, or the account of one's own pod, where it is left out",
            examples: ["gpu-cluster"]),
        Field(
            "namespace", \.namespace, .optional(.name),
            "The cluster's namespace; that of the context where it is left out", examples: ["ml"]),
        Field(
            "allow", \.allow, .array(of: .string("a word", most: 63), count: 0...64, unique: true),
            "What lets the agents out of their bounds, and is meant to", examples: [["hostPath"]]),
        Field(
            "template", \.template, .configuration, .required,
            "A Deployment of `apps/v1`, without name, replicas and selector, which Slipway sets",
            examples: [["apiVersion": "apps/v1", "kind": "Deployment", "spec": [:]]]))
}

extension AgentPoolSpec.Artifacts {
    fileprivate static let schema = ObjectSchema<AgentPoolSpec.Artifacts>(
        AgentPoolSpec.Artifacts(location: .folder("")), "The store of logs, metrics and declared outputs",
        Field(
            "location", \.location, .artifactLocation, .required,
            "A folder (absolute, or relative to the repository's root), or `oci:HOST/PATH` of a registry",
            examples: ["/mnt/share/slipway", "oci:registry.example.com/team/artifacts"]))
}

extension Codec where Value == ImageLocation {
    static let imageLocation: Codec = Codec(
        decode: { node, decoding in
            guard let text = Codec<String>.bounded(.imageLocation).decode(node, &decoding) else { return nil }
            do throws(ImageLocation.Fault) {
                return try ImageLocation(parsing: text)
            } catch {
                decoding.report(.imageLocation(error, decoding.path, node))
                return nil
            }
        },
        encode: { .string($0.description) }, schema: TextForm.imageLocation.schema())
}

extension Codec where Value == ArtifactLocation {
    static let artifactLocation: Codec = Codec(
        decode: { node, decoding in
            guard let text = Codec<String>.bounded(.artifactLocation).decode(node, &decoding) else { return nil }
            do throws(ArtifactLocation.Fault) {
                return try ArtifactLocation(text)
            } catch {
                decoding.report(.artifactLocation(error, decoding.path, node))
                return nil
            }
        },
        encode: { .string($0.description) }, schema: TextForm.artifactLocation.schema())
}
