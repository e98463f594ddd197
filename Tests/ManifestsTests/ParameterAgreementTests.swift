import Foundation
import Support
import Testing
import YAML

@testable import Manifests

/// Schemas and values at random, held against Python's `jsonschema`, which is another's work: both say the same.
@Suite("Parameter schemas and Python's jsonschema")
struct ParameterAgreementTests {
    /// A schema, its canonical form, some values, and which of them fit by what is here.
    struct Case {
        var schema: JSONValue
        var canonical: JSONValue
        var values: [JSONValue]
        var fits: [Bool]
    }

    @Test("Both say the same of each schema, as it is written and in its canonical form")
    func agree() throws {
        guard PythonSchemas.isThere else { return PythonSchemas.sayAbsent() }
        var cases: [Case] = []
        for seed in SeededRandom.seeds(20) {
            var random = RandomSchemas(seed: seed)
            for _ in 0..<50 {
                let schema = random.schema(depth: 3)
                let decoded = try #require(Self.decode(schema), "seed \(seed): \(schema.canonicalText)")
                let canonical = try #require(Codec<ParameterSchema>.subschema.encode(decoded))
                let values = (0..<8).map { _ in random.value(for: schema, depth: 3) }
                cases.append(
                    Case(
                        schema: schema, canonical: canonical, values: values,
                        fits: values.map { decoded.violations(of: $0).isEmpty }))
            }
        }
        let answers = try PythonSchemas.fits(cases.flatMap { [($0.schema, $0.values), ($0.canonical, $0.values)] })
        var disagreements: [String] = []
        for (index, one) in cases.enumerated() {
            for (value, (fits, (written, canonical))) in zip(
                one.values, zip(one.fits, zip(answers[2 * index], answers[2 * index + 1])))
            where written != fits || canonical != fits {
                disagreements.append(
                    """
                    \(one.schema.canonicalText) with \(value.canonicalText): here \(fits), there \(written), \
                    of the canonical form \(one.canonical.canonicalText) \(canonical)
                    """)
            }
        }
        #expect(disagreements.isEmpty, "\(disagreements.prefix(20).joined(separator: "\n"))")
        // A test in which everything fits, or nothing does, would show little.
        let all = cases.flatMap(\.fits)
        let fitting = all.count { $0 }
        #expect((all.count / 10...all.count * 9 / 10).contains(fitting), "\(fitting) of \(all.count)")
    }

    /// Where the two differ, and why: `fits` is what is said here.
    private static let differences: [(name: String, schema: JSONValue, value: JSONValue, fits: Bool)] = [
        ("0.3 is a multiple of 0.1 to people", ["multipleOf": 0.1], 0.3, true),
        ("no program can be given U+0000", ["type": "string"], "a\0", false),
        ("`$` is the end, and not before a last line break", ["pattern": "^a$"], "a\n", false),
        ("`\\d` is a digit of ASCII", ["pattern": "^\\d$"], "\u{0663}", false),
        ("bounds are doubles", ["maximum": 9_007_199_254_740_992], 9_007_199_254_740_993, true),
    ]

    @Test("Where they differ, they differ on purpose, and in these only")
    func differ() throws {
        guard PythonSchemas.isThere else { return PythonSchemas.sayAbsent() }
        let answers = try PythonSchemas.fits(Self.differences.map { ($0.schema, [$0.value]) })
        for (difference, there) in zip(Self.differences, answers.map(\.first)) {
            let decoded = try #require(Self.decode(difference.schema))
            #expect(decoded.violations(of: difference.value).isEmpty == difference.fits, "\(difference.name)")
            #expect(there != difference.fits, "\(difference.name): there is no difference")
        }
    }

    /// Reads a schema as a manifest would, without asking whether it makes sense.
    static func decode(_ schema: JSONValue) -> ParameterSchema? {
        let file = YAMLFile.parse(SourceFile(path: "x", bytes: JSONText(schema, style: .yaml).bytes))
        guard let node = file.documents.first else { return nil }
        var decoding = Decoding(folder: "", isPartial: true)
        let decoded = Codec<ParameterSchema>.subschema.decode(node, &decoding)
        return decoding.diagnostics.isEmpty ? decoded : nil
    }
}

/// Python's `jsonschema`, asked for many verdicts at once.
enum PythonSchemas {
    static let isThere = (try? run(["-c", "from jsonschema import Draft202012Validator"], input: Data())) != nil

    static func sayAbsent() {
        print("skipped: Python's jsonschema is not there; scripts/install-dependencies --tests gets it")
    }

    /// Which of some values are what a schema says, for each schema.
    static func fits(_ cases: [(schema: JSONValue, values: [JSONValue])]) throws -> [[Bool]] {
        let lines = cases.map { JSONValue.array([$0.schema, .array($0.values)]).canonicalText }.joined(separator: "\n")
        let output = try run(["-c", program], input: Data(lines.utf8))
        let answers = output.split(separator: "\n").map { $0.map { $0 == "1" } }
        guard answers.map(\.count) == cases.map(\.values.count) else {
            throw Trouble(said: String(output.suffix(2000)))
        }
        return answers
    }

    struct Trouble: Error { var said: String }

    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator, FormatChecker
        formats = FormatChecker(["date", "ipv4", "ipv6", "uuid"])
        for line in sys.stdin:
            schema, values = json.loads(line)
            validator = Draft202012Validator(schema, format_checker=formats)
            print("".join("1" if validator.is_valid(value) else "0" for value in values))
        """

    private static func run(_ arguments: [String], input: Data) throws -> String {
        let workspace = try TestWorkspace("schemas")
        let file = "\(workspace.path)/input"
        try input.write(to: URL(fileURLWithPath: file))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Trouble(said: String(decoding: text.suffix(2000), as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Schemas, and values that have a chance to fit them.
struct RandomSchemas {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private static let names = ["a", "b", "lr", "x-y", "", "é"]
    private static let texts = ["", "a", "b", "ab", "abc", "é", "1", "x-y", "2026-01-31", "10.0.0.1", "fd00::1"]
    private static let patterns = ["^a", "b$", "^[a-z]+$", "x|y", "^(ab|b)?c*$", "[^a-c]", "^.{2,3}$"]

    private mutating func one<T>(of list: [T]) -> T { list[random.int(0...list.count - 1)] }

    mutating func schema(depth: Int) -> JSONValue {
        if random.chance(1, in: 12) { return .bool(random.chance(3, in: 4)) }
        var members: [String: JSONValue] = [:]
        for _ in 0..<random.int(1...4) { add(to: &members, depth: depth) }
        return .object(members)
    }

    private mutating func add(to members: inout [String: JSONValue], depth: Int) {
        let isLeaf = depth == 0
        switch random.int(0...(isLeaf ? 9 : 22)) {
        case 0, 1: members["type"] = type()
        case 2: members["enum"] = .array((0..<random.int(1...4)).map { _ in value(depth: 1) }.unique)
        case 3: members["const"] = value(depth: 1)
        case 4: members[one(of: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])] = number()
        case 5: members["multipleOf"] = one(of: [1, 2, 3, 0.5, 0.25, 10])
        case 6: members[one(of: ["minLength", "maxLength"])] = .int(Int64(random.int(0...3)))
        case 7: members["pattern"] = .string(one(of: Self.patterns))
        case 8: members["format"] = .string(one(of: ["date", "ipv4", "ipv6", "uuid"]))
        case 9:
            let name = one(of: ["minItems", "maxItems", "minProperties", "maxProperties"])
            members[name] = .int(Int64(random.int(0...3)))
        case 10: members["items"] = schema(depth: depth - 1)
        case 11: members["prefixItems"] = schemas(depth: depth)
        case 12: members["uniqueItems"] = .bool(random.chance(3, in: 4))
        case 13:
            members["contains"] = schema(depth: depth - 1)
            if random.chance(1, in: 2) { members["minContains"] = .int(Int64(random.int(0...2))) }
            if random.chance(1, in: 3) { members["maxContains"] = .int(Int64(random.int(0...2))) }
        case 14, 15:
            var properties: [String: JSONValue] = [:]
            for _ in 0..<random.int(0...3) { properties[one(of: Self.names)] = schema(depth: depth - 1) }
            members["properties"] = .object(properties)
        case 16:
            members["required"] = .array([JSONValue.string(one(of: Self.names)), .string(one(of: Self.names))].unique)
        case 17: members["additionalProperties"] = schema(depth: depth - 1)
        case 18: members["patternProperties"] = [one(of: Self.patterns): schema(depth: depth - 1)]
        case 19: members["propertyNames"] = schema(depth: depth - 1)
        case 20: members[one(of: ["allOf", "anyOf", "oneOf"])] = schemas(depth: depth)
        case 21: members["not"] = schema(depth: depth - 1)
        default:
            members["if"] = schema(depth: depth - 1)
            if random.chance(2, in: 3) { members["then"] = schema(depth: depth - 1) }
            if random.chance(2, in: 3) { members["else"] = schema(depth: depth - 1) }
        }
    }

    private mutating func schemas(depth: Int) -> JSONValue {
        .array((0..<random.int(1...3)).map { _ in schema(depth: depth - 1) })
    }

    private mutating func type() -> JSONValue {
        let words = ParameterSchema.ValueType.allCases.map { JSONValue.string($0.rawValue) }
        let first = one(of: words)
        return random.chance(2, in: 3) ? first : .array([first, one(of: words)].unique)
    }

    private mutating func number() -> JSONValue {
        one(of: [0, 1, 2, 3, -1, 0.5, 2.5, 1e3, -2.25, 1.0, 1e300, 4_294_967_296])
    }

    /// A value, now and then one that the schema names.
    mutating func value(for schema: JSONValue, depth: Int) -> JSONValue {
        if random.chance(1, in: 3) {
            if let const = schema["const"] { return const }
            if let values = schema["enum"]?.array { return one(of: values) }
        }
        let parts = [schema["properties"], schema["items"], schema["prefixItems"]].compactMap { $0 }
        guard random.chance(2, in: 3), let part = parts.first else { return value(depth: depth) }
        if let members = part.object, schema["properties"] != nil {
            return .object(members.mapValues { _ in value(depth: depth - 1) })
        }
        return .array((0..<random.int(0...3)).map { _ in value(depth: depth - 1) })
    }

    mutating func value(depth: Int) -> JSONValue {
        switch random.int(0...(depth <= 0 ? 6 : 10)) {
        case 0: return nil
        case 1: return .bool(random.chance(1, in: 2))
        case 2, 3: return number()
        case 4, 5, 6: return .string(one(of: Self.texts))
        case 7, 8: return .array((0..<random.int(0...3)).map { _ in value(depth: depth - 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<random.int(0...3) { members[one(of: Self.names)] = value(depth: depth - 1) }
            return .object(members)
        }
    }
}

extension [JSONValue] {
    /// Each once, as the numbers 1 and 1.0 are one.
    fileprivate var unique: [JSONValue] {
        var seen: Set<JSONValue> = []
        return map(\.normalized).filter { seen.insert($0).inserted }
    }
}
