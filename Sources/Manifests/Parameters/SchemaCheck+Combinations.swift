extension SchemaCheck {
    mutating func checkCombinations(_ value: JSONValue, _ schema: ParameterSchema) {
        guard !schema.several.isEmpty || !schema.one.isEmpty else { return }
        for (index, branch) in (schema.several[.allOf] ?? []).enumerated() {
            check(value, branch, under: ["allOf", String(index)])
        }
        if let branches = schema.several[.anyOf], !fitsAny(value, branches) { reportNearest("anyOf", value, branches) }
        if let branches = schema.several[.oneOf] { checkOne(value, branches) }
        if let not = schema.one[.not], fits(value, not) {
            report("not", "\(not.forbiddenInWords), and is \(value.inWords)", weight: 10)
        }
        checkCondition(value, schema)
    }

    private mutating func fitsAny(_ value: JSONValue, _ branches: [ParameterSchema]) -> Bool {
        for branch in branches where work <= 0 || fits(value, branch) { return true }
        return false
    }

    private mutating func checkOne(_ value: JSONValue, _ branches: [ParameterSchema]) {
        var fitting: [Int] = []
        for (index, branch) in branches.enumerated() where fits(value, branch) { fitting.append(index) }
        guard fitting.count != 1, work > 0 else { return }
        guard !fitting.isEmpty else { return reportNearest("oneOf", value, branches) }
        let words = fitting.map { "the \(Self.ordinal($0))" }.joined(separator: " and ")
        report("oneOf", "must fit exactly one of the \(branches.count) forms in `oneOf`, and fits \(words)", weight: 10)
    }

    private mutating func checkCondition(_ value: JSONValue, _ schema: ParameterSchema) {
        guard let condition = schema.one[.if] else { return }
        let holds = fits(value, condition)
        guard let branch = schema.one[holds ? .then : .else] else { return }
        check(value, branch, under: [holds ? "then" : "else"])
    }

    /// Says of a value that fits none of some schemas what keeps it from the nearest.
    private mutating func reportNearest(_ keyword: String, _ value: JSONValue, _ branches: [ParameterSchema]) {
        var nearest: (index: Int, faults: [Violation], weight: Int)?
        var isAnyOfAType = false
        for (index, branch) in branches.enumerated() {
            let faults = apart(value, branch, under: [keyword, String(index)])
            guard !faults.isEmpty else { continue }
            isAnyOfAType = isAnyOfAType || branch.types.isEmpty || branch.types.contains { $0.holds(value) }
            let weight = faults.reduce(0) { $0 + $1.weight }
            if nearest.map({ weight < $0.weight }) ?? true { nearest = (index, faults, weight) }
        }
        guard let nearest else {
            return report(keyword, "must fit one of the forms in `\(keyword)`, and fits none", weight: 10)
        }
        guard isAnyOfAType else {
            var types: [ParameterSchema.ValueType] = []
            for type in branches.flatMap(\.types) where !types.contains(type) { types.append(type) }
            return report(keyword, "must be \(types.inWords), and is \(value.inWords)", weight: 1000)
        }
        let which = "the \(Self.ordinal(nearest.index)) of \(branches.count) forms in `\(keyword)`, the nearest"
        for var fault in nearest.faults.prefix(3) {
            if branches.count > 1 { fault.problem += " (\(which))" }
            report(fault)
        }
    }

    private static func ordinal(_ index: Int) -> String {
        let words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
        return index < words.count ? words[index] : "\(index + 1)th"
    }
}

extension ParameterSchema {
    /// For `not`: what a value must not be.
    fileprivate var forbiddenInWords: String {
        if let const { return "must not be \(const.inWords)" }
        if let `enum` { return "must not be one of \(`enum`.prefix(20).map(\.inWords).joined(separator: ", "))" }
        if let pattern { return "must not match `\(pattern.source)`" }
        var bare = self
        bare.types = []
        if !types.isEmpty, bare == ParameterSchema() { return "must not be \(types.inWords)" }
        return "must not be what `not` describes"
    }
}
