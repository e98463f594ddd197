extension AgentPoolSpec {
    static let schema = ObjectSchema<AgentPoolSpec>(
        AgentPoolSpec(), "A set of agents that serve some queues",
        Field(
            "queues", \.queues, .array(of: .reference, count: 1...1000, unique: true), .required,
            "The queues, in the order in which they are served"),
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
                    "How layers that are made are compressed; not at all where it is left out")
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
            "A context of the kubeconfig; the current one, or the account of one's own pod, where it is left out"),
        Field(
            "namespace", \.namespace, .optional(.name),
            "The cluster's namespace; that of the context where it is left out"),
        Field(
            "allow", \.allow, .array(of: .string("a word", most: 63), count: 0...64, unique: true),
            "What lets the agents out of their bounds, and is meant to"),
        Field(
            "template", \.template, .configuration, .required,
            "A Deployment of `apps/v1`, without name, replicas and selector, which Slipway sets"))
}

extension AgentPoolSpec.Artifacts {
    fileprivate static let schema = ObjectSchema<AgentPoolSpec.Artifacts>(
        AgentPoolSpec.Artifacts(location: .folder("")), "The store of logs, metrics and declared outputs",
        Field(
            "location", \.location, .artifactLocation, .required,
            "A folder (absolute, or relative to the repository's root), or `oci:HOST/PATH` of a registry"))
}

extension Codec where Value == ImageLocation {
    static let imageLocation: Codec = Codec(
        decode: { node, decoding in
            let what = "`layout`, or the host and path of a registry"
            guard let text = Codec<String>.string(what, most: 512).decode(node, &decoding) else { return nil }
            do throws(ImageLocation.Fault) {
                return try ImageLocation(parsing: text)
            } catch {
                decoding.report(.imageLocation(error, decoding.path, node))
                return nil
            }
        },
        encode: { .string($0.description) }, schema: ["type": "string", "minLength": 1, "maxLength": 512])
}

extension Codec where Value == ArtifactLocation {
    static let artifactLocation: Codec = Codec(
        decode: { node, decoding in
            guard let text = Codec<String>.string("a folder, or `oci:HOST/PATH`", most: 512).decode(node, &decoding)
            else { return nil }
            do throws(ArtifactLocation.Fault) {
                return try ArtifactLocation(text)
            } catch {
                decoding.report(.artifactLocation(error, decoding.path, node))
                return nil
            }
        },
        encode: { .string($0.description) }, schema: ["type": "string", "minLength": 1, "maxLength": 512])
}
