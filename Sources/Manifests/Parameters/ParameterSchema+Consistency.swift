extension ParameterSchema {
    /// Something in a schema that contradicts the rest of it, or says nothing.
    struct Inconsistency: Sendable, Hashable {
        var keyword: String
        /// In words that follow the keyword.
        var problem: String
        /// The names and places in lists that lead from the keyword's value to what is at fault.
        var place: [String] = []
        var remedy: String?

        init(_ keyword: String, _ problem: String, at place: [String] = [], remedy: String? = nil) {
            self.keyword = keyword
            self.problem = problem
            self.place = place
            self.remedy = remedy
        }
    }

    /// What contradicts itself in the schema.
    var inconsistencies: [Inconsistency] {
        let found = inapplicable + contradictions + idle
        return found.isEmpty ? badValues : found
    }

    /// Whether nothing says of what type the values are.
    var saysNoType: Bool {
        types.isEmpty && `enum` == nil && const == nil && several[.allOf] == nil && several[.anyOf] == nil
            && several[.oneOf] == nil && one[.if] == nil && one[.not] == nil
    }

    // MARK: Types

    private static let applicability: [(keywords: [String], types: [ValueType])] = [
        (["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], [.number, .integer]),
        (["minLength", "maxLength", "pattern", "format"], [.string]),
        (
            ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains"],
            [.array]
        ),
        (
            [
                "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
                "maxProperties",
            ], [.object]
        ),
    ]

    private var inapplicable: [Inconsistency] {
        guard !types.isEmpty else { return [] }
        return Self.applicability.flatMap { keywords, types -> [Inconsistency] in
            guard !types.contains(where: self.types.contains) else { return [] }
            let words = types.map { "`\($0.rawValue)`" }.joined(separator: " and ")
            let own = self.types.map { "`\($0.rawValue)`" }.joined(separator: " or ")
            return keywords.filter(has).map { Inconsistency($0, "applies to \(words) only, and the type is \(own)") }
        }
    }

    private func has(_ keyword: String) -> Bool {
        if let one = One(rawValue: keyword) { return self.one[one] != nil }
        return switch keyword {
        case "minimum": minimum != nil
        case "maximum": maximum != nil
        case "exclusiveMinimum": exclusiveMinimum != nil
        case "exclusiveMaximum": exclusiveMaximum != nil
        case "multipleOf": multipleOf != nil
        case "minLength": minLength != nil
        case "maxLength": maxLength != nil
        case "pattern": pattern != nil
        case "format": format != nil
        case "prefixItems": several[.prefixItems] != nil
        case "minItems": minItems != nil
        case "maxItems": maxItems != nil
        case "uniqueItems": uniqueItems
        case "minContains": minContains != nil
        case "maxContains": maxContains != nil
        case "properties": !properties.isEmpty
        case "required": !required.isEmpty
        case "patternProperties": !patternProperties.isEmpty
        case "minProperties": minProperties != nil
        case "maxProperties": maxProperties != nil
        default: false
        }
    }

    // MARK: Bounds

    private var contradictions: [Inconsistency] {
        var found: [Inconsistency] = []
        if let minimum, let maximum, minimum > maximum {
            found.append(Inconsistency("minimum", "is greater than the maximum"))
        }
        if let low = exclusiveMinimum ?? minimum, let high = exclusiveMaximum ?? maximum,
            exclusiveMinimum != nil || exclusiveMaximum != nil, low >= high
        {
            found.append(
                Inconsistency(
                    exclusiveMinimum != nil ? "exclusiveMinimum" : "exclusiveMaximum", "leaves no number"))
        }
        if let multipleOf, multipleOf <= 0 { found.append(Inconsistency("multipleOf", "must be greater than 0")) }
        if types == [.integer], found.isEmpty, !hasWholeNumber {
            found.append(
                Inconsistency(
                    exclusiveMinimum != nil ? "exclusiveMinimum" : "minimum",
                    "leaves no whole number up to what is the greatest"))
        }
        func check(_ least: Int?, _ most: Int?, _ name: String) {
            guard let least, let most, least > most else { return }
            found.append(Inconsistency("min\(name)", "is greater than max\(name)"))
        }
        check(minLength, maxLength, "Length")
        check(minItems, maxItems, "Items")
        check(minContains, maxContains, "Contains")
        check(minProperties, maxProperties, "Properties")
        if let maxProperties, required.count > maxProperties {
            found.append(Inconsistency("required", "names more members than maxProperties allows"))
        }
        return found + unmeetable
    }

    private var hasWholeNumber: Bool {
        let low = max(minimum?.rounded(.up) ?? -.infinity, exclusiveMinimum.map { $0.rounded(.down) + 1 } ?? -.infinity)
        let high = min(
            maximum?.rounded(.down) ?? .infinity, exclusiveMaximum.map { $0.rounded(.up) - 1 } ?? .infinity)
        return low <= high
    }

    /// What no value can meet.
    private var unmeetable: [Inconsistency] {
        var found: [Inconsistency] = []
        if let not = one[.not], not == ParameterSchema() {
            found.append(Inconsistency("not", "rules every value out", remedy: "say what must not be, or leave it out"))
        }
        for (index, name) in required.enumerated() {
            if properties[name]?.isNever == true {
                found.append(
                    Inconsistency("required", "names `\(name)`, which must not be there", at: [String(index)]))
            } else if properties[name] == nil, one[.additionalProperties]?.isNever == true,
                !patternProperties.keys.contains(where: { $0.matches(name) })
            {
                found.append(
                    Inconsistency(
                        "required", "names `\(name.shortened(60))`, and additionalProperties forbids it",
                        at: [String(index)],
                        remedy: Suggestion.closest(to: name, among: properties.keys.sorted())
                            .map { "did you mean `\($0)`?" } ?? "add it to `properties`"))
            }
        }
        for (index, branch) in (several[.allOf] ?? []).enumerated() {
            if branch.isNever || (!types.isEmpty && !branch.types.isEmpty && !types.contains(where: branch.allows)) {
                let own = types.isEmpty ? "any value" : types.inWords
                found.append(
                    Inconsistency("allOf", "leaves nothing: this one never holds for \(own)", at: [String(index)]))
            }
        }
        for keyword in [Several.anyOf, .oneOf] where !types.isEmpty {
            for (index, branch) in (several[keyword] ?? []).enumerated()
            where !branch.types.isEmpty && !types.contains(where: branch.allows) {
                found.append(
                    Inconsistency(
                        keyword.rawValue,
                        "has a form that is \(branch.types.inWords), and the type is \(types.inWords)",
                        at: [String(index)]))
            }
        }
        return found
    }

    private func allows(_ type: ValueType) -> Bool {
        types.contains(type) || (type == .integer && types.contains(.number))
            || (type == .number && types.contains(.integer))
    }

    /// What says nothing by itself.
    private var idle: [Inconsistency] {
        var found: [Inconsistency] = []
        func check(_ keyword: String, without other: String, _ isOther: Bool) {
            if has(keyword), !isOther { found.append(Inconsistency(keyword, "says nothing without `\(other)`")) }
        }
        check("minContains", without: "contains", one[.contains] != nil)
        check("maxContains", without: "contains", one[.contains] != nil)
        check("then", without: "if", one[.if] != nil)
        check("else", without: "if", one[.if] != nil)
        check("if", without: "then` or `else", one[.then] != nil || one[.else] != nil)
        return found
    }

    // MARK: Values

    /// The values in a schema that it does not allow itself.
    private var badValues: [Inconsistency] {
        for (index, value) in (`enum` ?? []).enumerated()
        where !types.isEmpty && !types.contains(where: { $0.holds(value) }) {
            return [Inconsistency("enum", "lists \(value.inWords), which is not \(types.inWords)", at: [String(index)])]
        }
        if let const, !types.isEmpty, !types.contains(where: { $0.holds(const) }) {
            return [Inconsistency("const", "is \(const.inWords), which is not \(types.inWords)")]
        }
        if let const, let fault = violations(of: const).first { return [refused(const: const, fault)] }
        // Each alone: a list of a thousand values must not be gone through for each of them.
        var bare = self
        bare.enum = nil
        if let allowed = `enum`, const == nil, bare != ParameterSchema(type: types.first ?? .string) {
            var check = SchemaCheck()
            let faults = allowed.map { value in check.again { $0.violations(of: value, bare) }.first }
            if faults.allSatisfy({ $0 != nil }) {
                return [Inconsistency("enum", "lists no value that the rest allows")]
            }
        }
        return faults(of: `default`.map { [$0] } ?? [], "default", isList: false)
            + faults(of: examples, "examples", isList: true)
    }

    private func refused(const: JSONValue, _ fault: Violation) -> Inconsistency {
        Inconsistency("const", "is \(const.inWords), which the rest does not allow: it \(fault.problem)")
    }

    private func faults(of values: [JSONValue], _ keyword: String, isList: Bool) -> [Inconsistency] {
        var check = SchemaCheck()
        var found: [Inconsistency] = []
        for (index, value) in values.enumerated() {
            let place = isList ? [String(index)] : []
            found += check.again { $0.violations(of: value, self) }.map { fault in
                let inner = fault.place(in: isList ? "[\(index)]" : "")
                return Inconsistency(
                    keyword, isList || !fault.path.isEmpty ? "has \(inner), which \(fault.problem)" : fault.problem,
                    at: place + fault.path.map(\.text), remedy: fault.change?.inWords)
            }
            if found.count >= SchemaCheck.most { break }
        }
        return found
    }
}
