extension ParameterSchema {
    /// What is wrong with a value, each in words that follow the value's name: “must be at most 1, and is 2”.
    public func violations(of value: JSONValue) -> [String] {
        guard isOfType(value) else { return ["must be \(type.inWords), and is \(value.inWords)"] }
        var found: [String] = []
        if let const, const.normalized != value.normalized {
            found.append("must be \(const.inWords), and is \(value.inWords)")
        }
        if let allowed = `enum`, !allowed.contains(where: { $0.normalized == value.normalized }) {
            let words = allowed.prefix(20).map(\.inWords).joined(separator: ", ") + (allowed.count > 20 ? ", …" : "")
            found.append("must be one of \(words), and is \(value.inWords)")
        }
        switch value {
        case .int(let number): found += violations(ofNumber: Double(number), value)
        case .double(let number): found += violations(ofNumber: number, value)
        case .string(let text): found += violations(ofText: text)
        case .array(let elements): found += violations(ofElements: elements)
        case .null, .bool, .object: break
        }
        if value.containsNull { found.append("must not contain the character U+0000, which no program can be given") }
        return found
    }

    private func isOfType(_ value: JSONValue) -> Bool {
        switch (type, value.normalized) {
        case (.string, .string), (.number, .int), (.number, .double), (.integer, .int), (.boolean, .bool),
            (.array, .array), (.object, .object):
            true
        case (.integer, .double(let number)): number.rounded() == number && number.isFinite
        default: false
        }
    }

    private func violations(ofNumber number: Double, _ value: JSONValue) -> [String] {
        var found: [String] = []
        func check(_ bound: Double?, _ words: String, _ holds: (Double, Double) -> Bool) {
            guard let bound, !holds(number, bound) else { return }
            found.append("must be \(words) \(bound.inWords), and is \(value.canonicalText)")
        }
        check(minimum, "at least", >=)
        check(exclusiveMinimum, "greater than", >)
        check(maximum, "at most", <=)
        check(exclusiveMaximum, "less than", <)
        check(multipleOf, "a multiple of") { number, step in
            // 0.3 is a multiple of 0.1 to people, though not to binary fractions.
            let quotient = number / step
            return (quotient - quotient.rounded()).magnitude <= 1e-9 * max(1, quotient.magnitude)
        }
        return found
    }

    private func violations(ofText text: String) -> [String] {
        var found: [String] = []
        let length = text.unicodeScalars.count
        if let minLength, length < minLength {
            found.append("must have at least \(minLength) characters, and has \(length)")
        }
        if let maxLength, length > maxLength {
            found.append("must have at most \(maxLength) characters, and has \(length)")
        }
        if let pattern {
            if text.utf8.count > Pattern.textLimit {
                found.append("must have at most \(Pattern.textLimit) bytes to be matched with a pattern")
            } else if !pattern.matches(text) {
                found.append("must match `\(pattern.source)`, and is \(JSONValue.string(text).inWords)")
            }
        }
        return found
    }

    private func violations(ofElements elements: [JSONValue]) -> [String] {
        var found: [String] = []
        if let minItems, elements.count < minItems {
            found.append("must have at least \(minItems) elements, and has \(elements.count)")
        }
        if let maxItems, elements.count > maxItems {
            found.append("must have at most \(maxItems) elements, and has \(elements.count)")
        }
        guard let items else { return found }
        for (index, element) in elements.enumerated() {
            found += items.violations(of: element).map { "has element \(index + 1), which \($0)" }
            if found.count >= 20 { break }
        }
        return found
    }

    /// What contradicts itself in the schema: the keyword at fault, and why.
    var inconsistencies: [(keyword: String, problem: String)] {
        var found: [(String, String)] = []
        for (keyword, types) in Self.applicability where has(keyword) && !types.contains(type) {
            let words = types.map { "`\($0.rawValue)`" }.joined(separator: " and ")
            found.append((keyword, "applies to \(words) only, and the type is `\(type.rawValue)`"))
        }
        if let minimum, let maximum, minimum > maximum { found.append(("minimum", "is greater than the maximum")) }
        if let low = exclusiveMinimum ?? minimum, let high = exclusiveMaximum ?? maximum,
            exclusiveMinimum != nil || exclusiveMaximum != nil, low >= high
        {
            found.append((exclusiveMinimum != nil ? "exclusiveMinimum" : "exclusiveMaximum", "leaves no number"))
        }
        if let multipleOf, multipleOf <= 0 { found.append(("multipleOf", "must be greater than 0")) }
        if let minLength, let maxLength, minLength > maxLength {
            found.append(("minLength", "is greater than maxLength"))
        }
        if let minItems, let maxItems, minItems > maxItems { found.append(("minItems", "is greater than maxItems")) }
        for value in `enum` ?? [] where !isOfType(value) {
            found.append(("enum", "lists \(value.inWords), which is not \(type.inWords)"))
        }
        if let const, !isOfType(const) { found.append(("const", "is not \(type.inWords)")) }
        if found.isEmpty, let value = `default` { found += violations(of: value).map { ("default", $0) } }
        return found
    }

    private static let applicability: [(String, [ValueType])] =
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"].map { ($0, [.number, .integer]) }
        + ["minLength", "maxLength", "pattern"].map { ($0, [.string]) }
        + ["items", "minItems", "maxItems"].map { ($0, [.array]) }

    private func has(_ keyword: String) -> Bool {
        switch keyword {
        case "minimum": minimum != nil
        case "maximum": maximum != nil
        case "exclusiveMinimum": exclusiveMinimum != nil
        case "exclusiveMaximum": exclusiveMaximum != nil
        case "multipleOf": multipleOf != nil
        case "minLength": minLength != nil
        case "maxLength": maxLength != nil
        case "pattern": pattern != nil
        case "items": items != nil
        case "minItems": minItems != nil
        case "maxItems": maxItems != nil
        default: false
        }
    }
}

extension ParameterSchema.ValueType {
    var inWords: String {
        switch self {
        case .string: "text"
        case .number: "a number"
        case .integer: "a whole number"
        case .boolean: "`true` or `false`"
        case .array: "a list"
        case .object: "a mapping"
        }
    }
}

extension JSONValue {
    /// For “and is …”: short, and told apart from a text that looks the same.
    var inWords: String {
        switch self {
        case .null: "empty"
        case .bool, .int, .double: canonicalText
        case .string(let text): "“\(text.shortened(60))”"
        case .array: "a list"
        case .object: "a mapping"
        }
    }

    /// Whether a text in it holds U+0000, which can be part of no argument and of no environment variable.
    var containsNull: Bool {
        switch self {
        case .null, .bool, .int, .double: false
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: \.containsNull)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.containsNull }
        }
    }
}
