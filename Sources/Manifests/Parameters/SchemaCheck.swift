/// Holds a value against a schema.
///
/// Both are hostile input. Each step is counted, also those inside schemas of which one out of several has to hold, and
/// when there have been too many, that is the answer: schemas that are nested in one another cost no more than that.
struct SchemaCheck {
    /// How many violations of one value are told.
    static let most = 20
    /// How many steps one value may take. A step is a schema held against a value, or as much work.
    static let workLimit = 200_000

    private(set) var found: [Violation] = []
    /// The steps that are left.
    private(set) var work: Int
    private var hasFailed = false
    /// Whether only the answer is wanted, and no words.
    private var isQuiet = false
    private var path: [Violation.Step] = []
    private var keywords: [String] = []

    init(work: Int = Self.workLimit) { self.work = work }

    /// What is wrong with a value.
    mutating func violations(of value: JSONValue, _ schema: ParameterSchema) -> [Violation] {
        check(value.normalized, schema)
        if isExhausted {
            return [Violation(problem: "cannot be checked: its schema asks for too much work with this value")]
        }
        if value.containsNull { report(nil, "must not contain the character U+0000, which no program can be given") }
        return found
    }

    private var isExhausted: Bool { work <= 0 }
    /// Whether what follows would change nothing any more.
    private var isDone: Bool { isExhausted || (isQuiet ? hasFailed : found.count >= Self.most) }

    mutating func spend(_ steps: Int) -> Bool {
        work = steps < work ? work - steps : 0
        return !isExhausted
    }

    mutating func report(
        _ keyword: String?, _ problem: @autoclosure () -> String, isName: Bool = false, weight: Int = 1,
        change: @autoclosure () -> Violation.Change? = nil
    ) {
        hasFailed = true
        guard !isQuiet, found.count < Self.most else { return }
        found.append(
            Violation(
                path: path, isName: isName, problem: problem(), bound: keywords + (keyword.map { [$0] } ?? []),
                change: change(), weight: weight))
    }

    mutating func report(_ violation: Violation) {
        hasFailed = true
        if !isQuiet, found.count < Self.most { found.append(violation) }
    }

    // MARK: Going on

    /// Holds a value inside the one at hand against a schema inside the one at hand.
    mutating func check(
        _ value: JSONValue, _ schema: ParameterSchema, at step: Violation.Step? = nil, under bound: [String]
    ) {
        guard !isDone else { return }
        if let step { path.append(step) }
        keywords += bound
        check(value, schema)
        keywords.removeLast(bound.count)
        if step != nil { path.removeLast() }
    }

    /// Whether a value is what a schema says.
    mutating func fits(_ value: JSONValue, _ schema: ParameterSchema) -> Bool {
        let before = (hasFailed, isQuiet)
        (hasFailed, isQuiet) = (false, true)
        check(value, schema)
        let fits = !hasFailed
        (hasFailed, isQuiet) = before
        return fits
    }

    /// What a schema inside the one at hand has against the value at hand, apart from all else; nothing where no words
    /// are wanted.
    mutating func apart(_ value: JSONValue, _ schema: ParameterSchema, under bound: [String]) -> [Violation] {
        guard !isQuiet else { return [] }
        let before = (found, hasFailed)
        found = []
        check(value, schema, under: bound)
        let others = found
        (found, hasFailed) = before
        return others
    }

    /// Calls a value by a step from the one at hand, for what is reported meanwhile.
    mutating func inside(_ step: Violation.Step, _ body: (inout SchemaCheck) -> Void) {
        path.append(step)
        body(&self)
        path.removeLast()
    }

    // MARK: One schema

    private mutating func check(_ value: JSONValue, _ schema: ParameterSchema) {
        guard !isDone, spend(1) else { return }
        if schema.isNever { return report(nil, "must not be there", weight: 100) }
        if !schema.types.isEmpty, !schema.types.contains(where: { $0.holds(value) }) {
            return report(
                "type", "must be \(schema.types.inWords), and is \(value.inWords)", weight: 1000,
                change: schema.requoting(value))
        }
        checkChoice(value, schema)
        switch value {
        case .int(let number): checkNumber(Double(number), value, schema)
        case .double(let number): checkNumber(number, value, schema)
        case .string(let text): checkText(text, schema)
        case .array(let elements): checkElements(elements, schema)
        case .object(let members): checkMembers(members, schema)
        case .null, .bool: break
        }
        checkCombinations(value, schema)
    }

    private mutating func checkChoice(_ value: JSONValue, _ schema: ParameterSchema) {
        if let const = schema.const, const != value {
            report("const", "must be \(const.inWords), and is \(value.inWords)", weight: 100)
        }
        guard let allowed = schema.enum, spend(allowed.count * (1 + value.size / 16)), !allowed.contains(value) else {
            return
        }
        let words = allowed.prefix(20).map(\.inWords).joined(separator: ", ") + (allowed.count > 20 ? ", …" : "")
        let choices = allowed.compactMap(\.string)
        report(
            "enum", "must be one of \(words), and is \(value.inWords)", weight: 100,
            change: value.string.flatMap { Suggestion.closest(to: $0, among: choices) }.map { .replace(.string($0)) })
    }

    private mutating func checkNumber(_ number: Double, _ value: JSONValue, _ schema: ParameterSchema) {
        func wrong(_ bound: Double?, _ holds: (Double, Double) -> Bool) -> Double? {
            guard let bound, !holds(number, bound) else { return nil }
            return bound
        }
        let words = value.canonicalText
        if let bound = wrong(schema.minimum, >=) {
            report("minimum", "must be at least \(bound.inWords), and is \(words)")
        }
        if let bound = wrong(schema.exclusiveMinimum, >) {
            report("exclusiveMinimum", "must be greater than \(bound.inWords), and is \(words)")
        }
        if let bound = wrong(schema.maximum, <=) {
            report("maximum", "must be at most \(bound.inWords), and is \(words)")
        }
        if let bound = wrong(schema.exclusiveMaximum, <) {
            report("exclusiveMaximum", "must be less than \(bound.inWords), and is \(words)")
        }
        if let bound = wrong(schema.multipleOf, Self.isMultiple) {
            report("multipleOf", "must be a multiple of \(bound.inWords), and is \(words)")
        }
    }

    /// 0.3 is a multiple of 0.1 to people, though not to binary fractions: what is off by rounding alone is none.
    private static func isMultiple(_ number: Double, of step: Double) -> Bool {
        let rest = number.remainder(dividingBy: step)
        guard rest != 0, step.rounded() != step else { return rest == 0 }
        return (number - (number / step).rounded() * step).magnitude <= 4 * number.ulp
    }

    private mutating func checkText(_ text: String, _ schema: ParameterSchema) {
        if schema.minLength != nil || schema.maxLength != nil {
            let length = text.unicodeScalars.count
            if let least = schema.minLength, length < least {
                report("minLength", "must have at least \(Self.characters(least)), and has \(length)")
            }
            if let most = schema.maxLength, length > most {
                report("maxLength", "must have at most \(Self.characters(most)), and has \(length)")
            }
        }
        if let pattern = schema.pattern, let matches = matches(text, pattern), !matches {
            report("pattern", "must match `\(pattern.source)`, and is \(JSONValue.string(text).inWords)")
        }
        if let format = schema.format, let fault = format.fault(in: text) {
            report("format", "must be \(format.inWords), and is \(JSONValue.string(text).inWords)\(fault)")
        }
    }

    /// Whether a text matches; `nil` where it is too long, or too much work.
    mutating func matches(_ text: String, _ pattern: Pattern) -> Bool? {
        guard text.utf8.count <= Pattern.textLimit else {
            report("pattern", "must have at most \(Pattern.textLimit) bytes to be matched with a pattern")
            return nil
        }
        guard spend(1 + text.utf8.count * pattern.size / 256) else { return nil }
        return pattern.matches(text)
    }

    private static func characters(_ count: Int) -> String { count == 1 ? "1 character" : "\(count) characters" }
}

extension ParameterSchema {
    /// What is wrong with a value; nothing where it is what the schema says.
    public func violations(of value: JSONValue) -> [Violation] {
        var check = SchemaCheck()
        return check.violations(of: value, self)
    }

    /// Whether quotes make the difference between a value and one of the right type.
    fileprivate func requoting(_ value: JSONValue) -> Violation.Change? {
        switch value {
        case .int, .double, .bool: return types.contains(.string) ? .putIntoQuotes : nil
        case .string(let text):
            guard !text.isEmpty, text.utf8.count <= 40, let plain = try? JSONValue(parsing: Array(text.utf8)) else {
                return nil
            }
            switch plain {
            case .int, .double, .bool: return types.contains { $0.holds(plain) } ? .takeOutOfQuotes : nil
            case .null, .string, .array, .object: return nil
            }
        case .null, .array, .object: return nil
        }
    }
}

extension SchemaCheck {
    /// Begins anew with the steps that are left.
    mutating func again<R>(_ body: (inout SchemaCheck) -> R) -> R {
        self = SchemaCheck(work: work)
        return body(&self)
    }
}
