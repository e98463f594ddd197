extension SchemaCheck {
    mutating func checkElements(_ elements: [JSONValue], _ schema: ParameterSchema) {
        let count = elements.count
        if let least = schema.minItems, count < least {
            report("minItems", "must have at least \(Self.elements(least)), and has \(count)")
        }
        if let most = schema.maxItems, count > most {
            report("maxItems", "must have at most \(Self.elements(most)), and has \(count)")
        }
        if schema.uniqueItems { checkUnique(elements) }
        let prefix = schema.several[.prefixItems] ?? []
        for (index, (element, own)) in zip(elements, prefix).enumerated() {
            check(element, own, at: .element(index), under: ["prefixItems", String(index)])
        }
        if let rest = schema.one[.items] {
            for index in elements.indices.dropFirst(prefix.count) {
                if rest.isNever {
                    report(
                        "items", "must have at most \(Self.elements(prefix.count)), and has \(count)", weight: 100)
                    break
                }
                check(elements[index], rest, at: .element(index), under: ["items"])
            }
        }
        if let wanted = schema.one[.contains] { checkContains(elements, wanted, schema) }
    }

    private mutating func checkContains(
        _ elements: [JSONValue], _ wanted: ParameterSchema, _ schema: ParameterSchema
    ) {
        var count = 0
        for element in elements {
            guard work > 0 else { return }
            if fits(element, wanted) { count += 1 }
        }
        let least = schema.minContains ?? 1
        if count < least {
            report(
                schema.minContains == nil ? "contains" : "minContains",
                "must have at least \(Self.elements(least)) that `contains` describes, and has \(count)")
        }
        if let most = schema.maxContains, count > most {
            report(
                "maxContains", "must have at most \(Self.elements(most)) that `contains` describes, and has \(count)")
        }
    }

    private mutating func checkUnique(_ elements: [JSONValue]) {
        guard spend(JSONValue.array(elements).size) else { return }
        var first: [JSONValue: Int] = [:]
        for (index, element) in elements.enumerated() {
            guard let other = first.updateValue(index, forKey: element) else { continue }
            return inside(.element(index)) { check in
                check.report(
                    nil, "must be another than all before it, and is the same as the element [\(other)]")
            }
        }
    }

    mutating func checkMembers(_ members: [String: JSONValue], _ schema: ParameterSchema) {
        let count = members.count
        if let least = schema.minProperties, count < least {
            report("minProperties", "must have at least \(Self.members(least)), and has \(count)")
        }
        if let most = schema.maxProperties, count > most {
            report("maxProperties", "must have at most \(Self.members(most)), and has \(count)")
        }
        for name in schema.required where members[name] == nil {
            report("required", "must have the member `\(name.shortened(60))`, and has not", weight: 10)
        }
        guard !schema.properties.isEmpty || !schema.patternProperties.isEmpty || !schema.one.isEmpty else { return }
        let patterns = schema.patternProperties.sorted { $0.key.source < $1.key.source }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard work > 0, found.count < Self.most else { return }
            checkMember(name, value, schema, patterns)
        }
    }

    private mutating func checkMember(
        _ name: String, _ value: JSONValue, _ schema: ParameterSchema,
        _ patterns: [(key: Pattern, value: ParameterSchema)]
    ) {
        let step = Violation.Step.member(name)
        var isKnown = false
        if let own = schema.properties[name] {
            isKnown = true
            check(value, own, at: step, under: ["properties", name])
        }
        for (pattern, own) in patterns where matches(name, pattern) == true {
            isKnown = true
            check(value, own, at: step, under: ["patternProperties", pattern.source])
        }
        if let names = schema.one[.propertyNames], !fits(.string(name), names) {
            let faults = apart(.string(name), names, under: ["propertyNames"])
            inside(step) { check in
                check.report(
                    "propertyNames", "has a name that \(faults.first?.problem ?? "is not allowed")", isName: true)
            }
        }
        guard !isKnown, let others = schema.one[.additionalProperties] else { return }
        guard others.isNever else {
            return check(value, others, at: step, under: ["additionalProperties"])
        }
        let known = Array(schema.properties.keys)
        inside(step) { check in
            let list = known.isEmpty ? "" : ": there may be only \(Array(known.prefix(20)).inWords)"
            check.report(
                "additionalProperties", "is no known member" + list, isName: true, weight: 10,
                change: Suggestion.closest(to: name, among: known).map { .rename($0) })
        }
    }

    private static func elements(_ count: Int) -> String { count == 1 ? "1 element" : "\(count) elements" }
    private static func members(_ count: Int) -> String { count == 1 ? "1 member" : "\(count) members" }
}
