import YAML

extension Codec where Value == ObjectName {
    /// `name` or `namespace/name`. Canonically always with its namespace, whoever refers.
    static let reference: Codec = Codec(
        decode: { node, decoding in
            guard let text = node.string else {
                decoding.report(.wrongType(decoding.path, expected: TextForm.reference.expected, node))
                return nil
            }
            guard Syntax.isReference(text[...]) else {
                decoding.report(.badReference(decoding.path, expected: TextForm.reference.expected, node))
                return nil
            }
            return ObjectName(reference: text, in: decoding.namespace)
        },
        encode: { .string($0.full) }, schema: TextForm.reference.schema())
}

extension Codec where Value == JobReference {
    /// `train`, `vision/train`, `train@v3`.
    static let job: Codec = Codec(
        decode: { node, decoding in
            guard let text = node.string else {
                decoding.report(.wrongType(decoding.path, expected: TextForm.jobReference.expected, node))
                return nil
            }
            let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard Syntax.isReference(parts[0]) else {
                decoding.report(.badReference(decoding.path, expected: TextForm.jobReference.expected, node))
                return nil
            }
            let name = ObjectName(reference: parts[0], in: decoding.namespace)
            guard parts.count == 2 else { return JobReference(name: name) }
            guard parts[1].first == "v", let number = decimalNumber(parts[1].dropFirst()), number > 0,
                parts[1].dropFirst().first != "0"
            else {
                decoding.report(.badVersion(decoding.path, String(parts[1]), of: name, at: node.location))
                return nil
            }
            return JobReference(name: name, version: Int(number))
        },
        encode: { .string($0.name.full + ($0.version.map { "@v\($0)" } ?? "")) },
        schema: TextForm.jobReference.schema())
}

extension ObjectName {
    /// Always `namespace/name`.
    public var full: String { "\(namespace)/\(name)" }
}

extension Codec where Value == Template {
    /// Text with `${parameters.name}` references.
    static let template: Codec = Codec(
        decode: { node, decoding in
            guard let text = node.string else {
                decoding.report(
                    .wrongType(
                        decoding.path, expected: "text", node,
                        remedy: Words.quoting(node), fixes: .quoting(node)))
                return nil
            }
            do throws(Template.Malformed) {
                return try Template(parsing: text)
            } catch {
                decoding.report(.malformedTemplate(decoding.path, error, at: node.location(ofScalar: error.offset)))
                return nil
            }
        },
        encode: { .string($0.source) }, schema: TextForm.template.schema())
}

extension Codec where Value == EnvironmentValue {
    /// Text, or `{secret: name}`.
    static let environment: Codec = Codec(
        decode: { node, decoding in
            if node.kind == .mapping {
                return secret.decode(node, &decoding).map { .secret($0.name) }
            }
            return Codec<Template>.template.decode(node, &decoding).map { .value($0) }
        },
        encode: { value in
            switch value {
            case .value(let template): .string(template.source)
            case .secret(let name): secret.encode(SecretFields(name: name))
            }
        },
        // What is said of a text and what is said of a mapping do not meet, and one schema of both says what is wrong
        // better than a choice of two.
        schema: TextForm.template.schema(["string", "object"], secret.jsonSchema.object ?? [:]),
        partSchema: TextForm.template.schema(["string", "object"], secret.partSchema.object ?? [:]))

    private struct SecretFields: Sendable {
        var name = ""
    }

    private static let secret = ObjectSchema<SecretFields>(
        SecretFields(), "A secret that the agent holds",
        Field("secret", \.name, .secretName, .required, "Its name; never its value", examples: ["hf-token"]))
}

extension Node {
    /// The place of one Unicode scalar of a scalar's text, where the text stands in one line as it is (plain, or in
    /// quotes without escapes); the whole node's place otherwise.
    func location(ofScalar offset: Int) -> SourceLocation {
        var location = location
        let text = text
        let written = location.span.end.offset - location.span.start.offset
        let quotes = (written - text.utf8.count) / 2
        guard location.span.start.line == location.span.end.line, quotes == 0 || quotes == 1,
            written == text.utf8.count + 2 * quotes
        else { return location }
        location.span.start.column += quotes + offset
        location.span.start.offset += quotes + text.unicodeScalars.prefix(offset).reduce(0) { $0 + $1.utf8.count }
        return location
    }
}
