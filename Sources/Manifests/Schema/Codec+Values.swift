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
    /// Any text up to a length in Unicode code points, without U+0000.
    static func string(_ expected: String = "text", most: Int = 4096, isEmptyAllowed: Bool = false) -> Codec {
        var length: [String: JSONValue] = ["maxLength": .int(Int64(most))]
        if !isEmptyAllowed { length["minLength"] = 1 }
        return .text(
            expected: expected, schema: TextForm.text.schema("string", length),
            parse: { text in
                let isPresent = isEmptyAllowed || !text.isEmpty
                return isPresent && text.hasAtMost(most) && !text.utf8.contains(0) ? text : nil
            }, text: { $0 })
    }

    /// Text of the length that a form has; of which form it is, whoever reads it says.
    static func bounded(_ form: TextForm) -> Codec { string(form.expected, most: form.length?.upperBound ?? 4096) }

    /// The name of an object or namespace.
    static let name = form(.name)
    static let labelValue = form(.labelValue)
    static let relativePath = form(.relativePath)
    static let pythonVersion = form(.pythonVersion)

    /// What is no name may be the secret itself, so that it is not repeated.
    static let secretName = Codec(
        decode: { node, decoding in
            if let text = node.string, TextForm.secretName.isValid(text) { return text }
            decoding.report(.notSecretName(decoding.path, at: node.location))
            return nil
        },
        encode: { .string($0) }, schema: TextForm.secretName.schema())
}

/// Wording that several messages share.
enum Words {
    static let name = "use at most 63 of a-z, 0-9 and `-`, beginning and ending with a letter or digit"

    /// Of a number or boolean where text is wanted.
    static func quoting(_ node: Node) -> String { "put it into quotes: \"\(node.text.shortened(40))\"" }
}

extension Codec where Value == Duration {
    /// A duration within bounds.
    static func duration(_ range: ClosedRange<Duration>) -> Codec {
        let (least, most) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
        let text = Codec.text(.duration, parse: { DurationText.parse($0) }, text: DurationText.text)
        return Codec(
            decode: { node, decoding in
                guard let value = text.decode(node, &decoding) else { return nil }
                if range.contains(value) { return value }
                decoding.report(.outOfRange(decoding.path, node, least, most))
                return nil
            },
            encode: text.encode,
            schema: TextForm.duration.schema(), note: "between \(least) and \(most)")
    }
}

extension Codec {
    /// An amount: text with a unit, or a number without. A number is taken by its value, however it is written.
    fileprivate static func amount(
        _ form: TextForm, type: String, most: Int64, parse: @escaping @Sendable (String) -> Value?,
        number: @escaping @Sendable (Double) -> Value?, text: @escaping @Sendable (Value) -> String
    ) -> Codec {
        Codec(
            decode: { node, decoding in
                let value: Value?
                switch node.kind == .scalar && !node.isNull ? node.scalar : nil {
                case .string(let text)?: value = parse(text)
                case .int(let whole)?: value = (0...most).contains(whole) ? number(Double(whole)) : nil
                case .double(let amount)?: value = (0...Double(most)).contains(amount) ? number(amount) : nil
                case .bool?: value = nil
                case .null?, nil:
                    decoding.report(.wrongType(decoding.path, expected: form.expected, node, remedy: form.remedy))
                    return nil
                }
                if let value { return value }
                let bad = Diagnostic.badText(decoding.path, expected: form.expected, node, remedy: form.remedy)
                decoding.report(bad.meaning(form.near?(node.text), node))
                return nil
            },
            encode: { .string(text($0)) },
            schema: form.schema(["string", .string(type)], ["minimum": 0, "maximum": .int(most)]))
    }
}

extension Codec where Value == CPUQuantity {
    static let cpu: Codec = .amount(
        .cpu, type: "number", most: 999_999_999_999, parse: { CPUQuantity($0) },
        number: { CPUQuantity(cores: $0) }, text: \.description)
}

extension Codec where Value == ByteQuantity {
    static let bytes: Codec = .amount(
        .bytes, type: "integer", most: 999_999_999_999_999, parse: { ByteQuantity($0) },
        number: { JSONValue.integer($0).map { ByteQuantity(bytes: $0) } }, text: \.description)
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
