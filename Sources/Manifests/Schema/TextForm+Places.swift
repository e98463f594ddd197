// The forms of names of images, and of places where images and artifacts are kept.

extension TextForm {
    static let imageLocation = TextForm(
        "imageLocation", "`layout`, or the host and path of a registry",
        "^(\(ImageLocation.layoutWord)|\(Grammar.host)/\(Grammar.repository))$",
        // The host, without its port, and the path have lengths of their own.
        #"^(\[[^/]*|[^/:]{1,253}(:[0-9]+)?)(/[^/][-a-z0-9._/]{0,\#(ImageLocation.longestPath - 1)})?$"#,
        length: 1...512, examples: ["layout", "registry.example.com/team"])

    static let artifactLocation = TextForm(
        "artifactLocation", "a folder, or `oci:HOST/PATH`",
        "^(\(artifactRegistry)|/?\(Grammar.pathBelow))$", "^(\(artifactRegistry)$|\(noRegistry))",
        #"^(oci:(\[[^/]*|[^/:]{1,253}(:[0-9]+)?)/[^:]{1,255}$|\#(noRegistry))"#,
        exclusions: ["^\(otherScheme):", #"^(\./(\.?/)*)?\.git(/|$)"#], length: 1...512,
        examples: ["/mnt/share/slipway", "oci:registry.example.com/team/artifacts"])

    private static let artifactRegistry = "oci:\(Grammar.host)/\(Grammar.repository)"
    /// How a text begins that does not begin with `oci:`, without looking ahead.
    private static let noRegistry = "([^o]|o[^c]|oc[^i]|oci[^:]|(o|oc|oci)$)"
    /// Two letters or more, and not `oci`.
    private static let otherScheme =
        "([A-Za-z0-9+-]{2}|[A-Za-z0-9+-]{4,}|[A-Za-np-z0-9+-][A-Za-z0-9+-]{2}|o[A-Zabd-z0-9+-][A-Za-z0-9+-]"
        + "|oc[A-Za-hj-z0-9+-])"

    static let imageName = TextForm(
        "imageName", "the reference of an image, or `scratch`",
        "^(\(registryImage)|\(localImage))$", repositoryLength, hostLength,
        // What would be a tag and a digest in a registry.
        exclusions: ["^docker-archive:[^@]*@"], length: 1...BaseImage.longest,
        examples: ["scratch", "python:3.11-slim", "oci:images/base"])

    /// `[HOST/]REPOSITORY[:TAG][@DIGEST]`; what has a dot, a port or a capital before its first slash is a host.
    private static let registryImage =
        "(\(Grammar.host)/\(Grammar.repository)|\(Grammar.plainRepositoryPart)(/\(Grammar.repositoryPart))+"
        + "|\(Grammar.repositoryPart))(:\(Grammar.tag))?(@\(Grammar.digest))?"

    /// `KIND:PATH[:NAME][@DIGEST]`; only what is behind the last `@` is a digest, and `docker save` keeps none.
    private static let localImage =
        "(oci|oci-archive):([^:@\(Grammar.control)]+(:[^@\(Grammar.control)]+)?"
        + "|[^:\(Grammar.control)]+(:[^\(Grammar.control)]+)?@\(Grammar.digest))"
        + "|docker-archive:[^:@\(Grammar.control)]+(:[^@\(Grammar.control)]+)?"

    private static let anyLocal = "(oci|oci-archive|docker-archive):"
    private static let repositoryLength =
        #"^(\#(anyLocal)|([^/@]*[.:][^/@]*|localhost)/[^:@]{1,255}([:@]|$)|[^:@]{1,255}(@|$|:[^/]*$))"#
    private static let hostLength =
        #"^(\#(anyLocal)|\[|[^/:@]{0,253}(/|:[0-9]+/)|[^/:@]{0,255}(@|$|:[^/]*$))"#
}

extension TextForm {
    /// All that fields use; each is a definition of the published schemas that need it.
    static let all: [TextForm] = [
        .artifactLocation, .bytes, .cpu, .duration, .environmentName, .imageLocation, .imageName, .jobReference,
        .labelKey, .labelValue, .memberName, .name, .parameterName, .pathPattern, .pattern, .publicKey, .pythonVersion,
        .reference, .relativePath, .secretName, .signer, .sourcePath, .template, .text, .valueName, .wildcard,
    ]
}
