import YAML

extension JobSpec {
    static let schema = ObjectSchema<JobSpec>(
        JobSpec(), "A template for a run: source code, environment, command and parameters",
        Field("source", \.source, .source, .required, "Where the code comes from: exactly one of path, git, image"),
        Field("build", \.build, .object(BuildSpec.schema), "How the image is made"),
        Field(
            "command", \.command, .array(of: .template, count: 1...1000), .required,
            "The program and its first arguments; no shell reads them", examples: [["python3", "train.py"]]),
        Field(
            "args", \.args, .array(of: .template, count: 0...10_000),
            "More arguments; ${parameters.name} stands for a parameter, and each item is one argument",
            examples: [["--lr", "${parameters.lr}"]]),
        Field(
            "env", \.env, .mapping(of: .environment, keys: .environmentName),
            "Environment variables: text, or {secret: name}",
            examples: [["PYTHONUNBUFFERED": "1", "HF_TOKEN": ["secret": "hf-token"]]]),
        Field(
            "parameters", \.parameters, .parameters, "What a run may set, within which bounds",
            examples: [["lr": ["type": "number", "default": 0.01, "exclusiveMinimum": 0, "maximum": 1]]]),
        Field("resources", \.resources, .object(Resources.schema), "What a run asks of its machine"),
        Field("retry", \.retry, .object(RetryPolicy.schema), "What follows a failed attempt"),
        Field(
            "timeout", \.timeout, .optional(.duration(.milliseconds(1)...longest)),
            "The longest that one attempt may run; none where it is left out", examples: ["30m"]),
        Field(
            "outputs", \.outputs, .array(of: .relativePath, unique: true),
            "Files that a run leaves, relative to its outputs folder", examples: [["model.json"]]),
        rule: { (_, node, decoding: inout Decoding) in checkReferences(node, &decoding) })

    private static let longest = Duration.seconds(365 * 24 * 3600)

    /// Every `${parameters.name}` names a declared parameter. It looks at what was written rather than at what could
    /// be decoded, so that a mistake in a declaration is not reported again at each use.
    private static func checkReferences(_ node: Node, _ decoding: inout Decoding) {
        let lists = [node["command"], node["args"]].compactMap { $0 }.filter { $0.kind == .sequence }
        let variables = node["env"].flatMap { $0.kind == .mapping ? $0 : nil }
        let texts =
            lists.flatMap { $0.elements.filter(\.mayRefer) }
            + (variables?.entries.map(\.value).filter(\.mayRefer) ?? [])
        guard !texts.isEmpty else { return }
        var known: Set<String> = []
        if let parameters = node["parameters"], parameters.kind == .mapping {
            for (key, _) in parameters.entries { known.insert(key.text) }
        }
        for text in texts where !decoding.isFull { checkReferences(of: text, among: known, &decoding) }
    }

    private static func checkReferences(of node: Node, among known: Set<String>, _ decoding: inout Decoding) {
        guard let text = node.string, let template = try? Template(parsing: text) else { return }
        for name in template.references where !known.contains(name) {
            let before = text.range(of: "${parameters.\(name)}").map { text[..<$0].unicodeScalars.count } ?? 0
            decoding.report(.undeclaredParameter(name, among: known, at: node.location(ofScalar: before)))
        }
    }
}

extension Node {
    /// Whether there can be a reference in it; most texts have none, and are not read again.
    fileprivate var mayRefer: Bool { kind == .scalar && withText { $0.contains(UInt8(ascii: "$")) } }
}

extension String {
    /// Where another text first occurs.
    fileprivate func range(of other: String) -> Index? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start }
            start = index(after: start)
        }
        return nil
    }
}

extension BuildSpec {
    static let schema = ObjectSchema<BuildSpec>(
        BuildSpec(), "How the image of a job is made",
        Field(
            "baseImage", \.baseImage, .baseImage,
            "What the image begins with: `scratch`, the name of an image in a registry, or `oci:PATH`, "
                + "`oci-archive:PATH` or `docker-archive:PATH`, relative to the manifest"),
        Field("python", \.python, .optional(.object(PythonSpec.schema)), "The Python environment"),
        Field(
            "systemPackages", \.systemPackages, .array(of: .string("the name of a package", most: 255), unique: true),
            "Packages of the distribution", examples: [["libgomp1"]]),
        Field(
            "dockerfile", \.dockerfile, .optional(.relativePath), "A Dockerfile inside the source",
            examples: ["Dockerfile"]),
        Field(
            "platforms", \.platforms, .array(of: .string("a platform such as linux/amd64", most: 64), unique: true),
            "The platform to build for; the builder's own where it is left out", examples: [["linux/arm64"]]))
}

extension PythonSpec {
    static let schema = ObjectSchema<PythonSpec>(
        PythonSpec(), "The Python environment of a job",
        Field(
            "version", \.version, .optional(.pythonVersion),
            "major.minor in quotes; the version of the interpreter that is there where it is left out",
            examples: ["3.11"]),
        Field(
            "requirements", \.requirements, .optional(.relativePath),
            "A requirements.txt, pyproject.toml or uv.lock inside the source", examples: ["requirements.txt"]))
}

extension Resources {
    static let schema = ObjectSchema<Resources>(
        Resources(), "What a run asks of the machine it runs on",
        Field("cpu", \.cpu, .optional(.cpu), "Processor cores: 1, 0.5, 500m", examples: [1, 0.5, "500m"]),
        Field("memory", \.memory, .optional(.bytes), "Memory: 512Mi, 4Gi", examples: ["512Mi", "4Gi"]),
        Field("gpu", \.gpu, .int(0...1024), "Graphics processors"))
}

extension RetryPolicy {
    static let schema = ObjectSchema<RetryPolicy>(
        RetryPolicy(), "When and how often a failed attempt is followed by another",
        Field("limit", \.limit, .int(0...100), "How many attempts may follow the first"),
        Field("on", \.on, .array(of: .word(), count: 0...3, unique: true), "What is followed by another"),
        Field("backoff", \.backoff, .object(Backoff.schema), "How long to wait before it"))
}

extension Backoff {
    private static let longest = Duration.seconds(24 * 3600)

    static let schema = ObjectSchema<Backoff>(
        Backoff(), "How long to wait before the next attempt: initial × factorⁿ, at most maximum",
        Field("initial", \.initial, .duration(.zero...longest), "Before the second attempt"),
        Field("factor", \.factor, .number(1...100), "How much longer before each further one"),
        Field("maximum", \.maximum, .duration(.zero...longest), "The longest"))
}

extension BuildSpec {
    /// The canonical form, as it is in that of a job.
    public var canonical: JSONValue { Self.schema.encode(self) }
}
