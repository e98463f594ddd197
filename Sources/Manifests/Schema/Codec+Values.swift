import YAML

extension Codec where Value == Bool {
    static let bool: Codec = Codec(
        decode: { node, decoding in
            if node.kind == .scalar, case .bool(let value)? = node.scalar { return value }
            let word = node.textOfScalar.map { $0.lowercased() } ?? ""
            let isMeant = ["yes", "on", "y", "true"].contains(word)
            let isDenied = ["no", "off", "n", "false"].contains(word)
            decoding.report(
                .wrongType(
                    decoding.path, expected: "`true` or `false`", node,
                    remedy: isMeant || isDenied
                        ? "write `\(isMeant)`, without quotes" : "write true or false, without quotes"))
            return nil
        },
        encode: { .bool($0) }, schema: ["type": "boolean"])
}

extension Codec where Value == Int {
    /// A whole number within bounds.
    static func int(_ range: ClosedRange<Int>) -> Codec {
        Codec(
            decode: { node, decoding in
                switch node.kind == .scalar ? node.scalar : nil {
                case .int(let value)?:
                    if let value = Int(exactly: value), range.contains(value) { return value }
                case .double(let value)?:
                    // A number with a fraction has the wrong type; `2.0` is a whole number to JSON Schema and to us.
                    guard let whole = JSONValue.integer(value) else { break }
                    if range.contains(Int(whole)) { return Int(whole) }
                default:
                    decoding.report(.wrongType(decoding.path, expected: "a whole number", node))
                    return nil
                }
                decoding.report(.outOfRange(decoding.path, node, "\(range.lowerBound)", "\(range.upperBound)"))
                return nil
            },
            encode: { .int(Int64($0)) },
            schema: [
                "type": "integer", "minimum": .int(Int64(range.lowerBound)), "maximum": .int(Int64(range.upperBound)),
            ])
    }
}

extension Codec where Value == Double {
    /// A number within bounds.
    static func number(
        _ range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    )
        -> Codec
    {
        let isBounded = range.upperBound < Double.greatestFiniteMagnitude
        return Codec(
            decode: { node, decoding in
                let value: Double
                switch node.kind == .scalar ? node.scalar : nil {
                case .int(let whole)?: value = Double(whole)
                case .double(let number)?: value = number
                default:
                    decoding.report(.wrongType(decoding.path, expected: "a number", node))
                    return nil
                }
                if range.contains(value) { return value }
                decoding.report(
                    .outOfRange(decoding.path, node, range.lowerBound.inWords, range.upperBound.inWords))
                return nil
            },
            encode: { JSONValue.double($0).normalized },
            schema: isBounded
                ? [
                    "type": "number", "minimum": JSONValue.double(range.lowerBound).normalized,
                    "maximum": JSONValue.double(range.upperBound).normalized,
                ] : ["type": "number"])
    }
}

extension Double {
    var inWords: String { JSONValue.text(of: self) }
}

extension Codec where Value == String {
    /// Any text up to a length in bytes, without U+0000.
    static func string(_ expected: String = "text", most: Int = 4096, isEmptyAllowed: Bool = false) -> Codec {
        .text(
            expected: expected, remedy: "put it into quotes",
            parse: { text in
                let count = text.utf8.count
                return count <= most && (count > 0 || isEmptyAllowed) && !text.utf8.contains(0) ? text : nil
            }, text: { $0 })
    }

    private static func name(
        _ expected: String, _ isValid: @escaping @Sendable (String) -> Bool, remedy: String?,
        meant: @escaping @Sendable (String) -> String? = { _ in nil }
    )
        -> Codec
    {
        .text(expected: expected, remedy: remedy, meant: meant, parse: { isValid($0) ? $0 : nil }, text: { $0 })
    }

    /// The name of an object or namespace.
    static let name: Codec = Codec(
        decode: Codec.name(
            "a name of a-z, 0-9 and `-`", { Syntax.isName($0[...]) }, remedy: Words.name, meant: Meant.name
        ).decode, encode: { .string($0) },
        schema: ["type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"])

    static let labelValue: Codec = name(
        "a label's value", { Syntax.isLabelValue($0[...]) },
        remedy: "use at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit")

    /// What is no name may be the secret itself, so that it is not repeated.
    static let secretName: Codec = {
        let name = name("the name of a secret", { Syntax.isSubdomain($0[...]) }, remedy: nil)
        return Codec(
            decode: { node, decoding in
                if let text = node.string, Syntax.isSubdomain(text[...]) { return text }
                decoding.report(.notSecretName(decoding.path, at: node.location))
                return nil
            },
            encode: name.encode, schema: name.schema)
    }()

    static let relativePath: Codec = name(
        "a path below the folder it starts from", { Syntax.isPathBelow($0[...]) },
        remedy: "write a relative path without `..`, such as `results/model.json`")

    static let pythonVersion: Codec = name(
        "a Python version such as \"3.11\"", { Syntax.isPythonVersion($0[...]) },
        remedy: "write major.minor in quotes, because YAML reads 3.10 as the number 3.1")
}

/// Wording that several messages share.
enum Words {
    static let name = "use at most 63 of a-z, 0-9 and `-`, beginning and ending with a letter or digit"
}

extension Codec where Value == Duration {
    /// A duration within bounds.
    static func duration(_ range: ClosedRange<Duration>) -> Codec {
        let (least, most) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
        let text = Codec.text(
            expected: "a duration such as 30s, 5m, 1h30m or 500ms",
            remedy: "write whole numbers with h, m, s or ms, the greater unit first", meant: Meant.duration,
            parse: DurationText.parse, text: DurationText.text)
        return Codec(
            decode: { node, decoding in
                if node.kind == .scalar, case .int(let count)? = node.scalar {
                    let units = ["s", "m", "h"].map { "`\(count)\($0)`" }.joined(separator: ", ")
                    decoding.report(
                        .wrongType(
                            decoding.path, expected: "a duration such as 30s, 5m, 1h30m or 500ms", node,
                            remedy: "add the unit: \(units)"))
                    return nil
                }
                guard let value = text.decode(node, &decoding) else { return nil }
                if range.contains(value) { return value }
                decoding.report(.outOfRange(decoding.path, node, least, most))
                return nil
            },
            encode: text.encode,
            schema: ["type": "string", "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$", "minLength": 2])
    }
}

extension Codec where Value == CPUQuantity {
    static let cpu: Codec = Codec.text(
        expected: "an amount of processor cores such as 1, 0.5 or 500m", schema: ["type": ["string", "number"]],
        quoted: false, parse: { CPUQuantity($0) }, text: \.description)
}

extension Codec where Value == ByteQuantity {
    static let bytes: Codec = Codec.text(
        expected: "an amount of memory such as 512Mi, 4Gi or 1G", schema: ["type": ["string", "integer"]],
        remedy: "write a whole number with Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000)",
        quoted: false, meant: Meant.bytes, parse: { ByteQuantity($0) }, text: \.description)
}

extension Codec where Value == JSONValue {
    /// Any value.
    static let json: Codec = Codec(
        decode: { node, decoding in
            do {
                return try JSONValue(node)
            } catch {
                decoding.report(error as? Diagnostic ?? .unreadableValue(decoding.path, error, at: node.location))
                return nil
            }
        },
        encode: { $0.normalized }, schema: true)
}
