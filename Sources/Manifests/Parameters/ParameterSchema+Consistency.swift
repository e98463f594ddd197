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

    /// A keyword that restricts values of some types only, and whether a schema has it.
    private struct Keyword: Sendable {
        var name: String
        var isThere: @Sendable (ParameterSchema) -> Bool

        init(_ name: String, _ isThere: @escaping @Sendable (ParameterSchema) -> Bool) {
            self.name = name
            self.isThere = isThere
        }
    }

    private static let applicability: [(types: [ValueType], keywords: [Keyword])] = [
        (
            [.number, .integer],
            [
                Keyword("minimum") { $0.minimum != nil }, Keyword("maximum") { $0.maximum != nil },
                Keyword("exclusiveMinimum") { $0.exclusiveMinimum != nil },
                Keyword("exclusiveMaximum") { $0.exclusiveMaximum != nil },
                Keyword("multipleOf") { $0.multipleOf != nil },
            ]
        ),
        (
            [.string],
            [
                Keyword("minLength") { $0.minLength != nil }, Keyword("maxLength") { $0.maxLength != nil },
                Keyword("pattern") { $0.pattern != nil }, Keyword("format") { $0.format != nil },
            ]
        ),
        (
            [.array],
            [
                Keyword("items") { $0.one[.items] != nil }, Keyword("prefixItems") { $0.several[.prefixItems] != nil },
                Keyword("minItems") { $0.minItems != nil }, Keyword("maxItems") { $0.maxItems != nil },
                Keyword("uniqueItems") { $0.uniqueItems }, Keyword("contains") { $0.one[.contains] != nil },
                Keyword("minContains") { $0.minContains != nil }, Keyword("maxContains") { $0.maxContains != nil },
            ]
        ),
        (
            [.object],
            [
                Keyword("properties") { !$0.properties.isEmpty }, Keyword("required") { !$0.required.isEmpty },
                Keyword("additionalProperties") { $0.one[.additionalProperties] != nil },
                Keyword("patternProperties") { !$0.patternProperties.isEmpty },
                Keyword("propertyNames") { $0.one[.propertyNames] != nil },
                Keyword("minProperties") { $0.minProperties != nil },
                Keyword("maxProperties") { $0.maxProperties != nil },
            ]
        ),
    ]

    private var inapplicable: [Inconsistency] {
        guard !types.isEmpty else { return [] }
        var found: [Inconsistency] = []
        for (types, keywords) in Self.applicability where !types.contains(where: self.types.contains) {
            for keyword in keywords where keyword.isThere(self) {
                let words = types.map { "`\($0.rawValue)`" }.joined(separator: " and ")
                let own = self.types.map { "`\($0.rawValue)`" }.joined(separator: " or ")
                found.append(Inconsistency(keyword.name, "applies to \(words) only, and the type is \(own)"))
            }
        }
        return found
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
        func check(_ keyword: String, _ isThere: Bool, without other: String, _ isOther: Bool) {
            if isThere, !isOther { found.append(Inconsistency(keyword, "says nothing without `\(other)`")) }
        }
        check("minContains", minContains != nil, without: "contains", one[.contains] != nil)
        check("maxContains", maxContains != nil, without: "contains", one[.contains] != nil)
        let (then, other) = (one[.then] != nil, one[.else] != nil)
        check("then", then, without: "if", one[.if] != nil)
        check("else", other, without: "if", one[.if] != nil)
        check("if", one[.if] != nil, without: "then` or `else", then || other)
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
