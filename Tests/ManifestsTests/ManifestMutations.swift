import Support

@testable import Manifests

/// A document as JSON, and what was done to it.
struct Mutant {
    var change: String
    var document: JSONValue
}

/// Documents of all kinds with one thing changed in each: at every place that the schemas declare, values of the wrong
/// type, texts of nearly the right form, numbers and counts around every bound that any field has, nulls, fields and
/// keys that are missing, unknown or repeated.
///
/// Only the places are taken from the schema: what is put there is the same everywhere, so that a bound or pattern
/// that the schema lacks is found, too.
struct ManifestMutations {
    private var definitions: [String: JSONValue] = [:]
    private(set) var mutants: [Mutant] = []
    private var random: SeededRandom
    /// What has been held against all texts, numbers and counts; of its like only some more are tried.
    private var seen: Set<JSONValue> = []

    /// One change at every place of every kind.
    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        for kind in Kind.allCases { add(ManifestSchemas.jsonSchema(of: kind), kind) }
        add(ManifestSchemas.defaultsSchema, nil)
    }

    /// None yet.
    init(startingAt seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func add(_ schema: JSONValue, _ kind: Kind?) {
        definitions = schema["$defs"]?.object ?? [:]
        let full = Self.full(schema, definitions)
        var documents = [full]
        for variant in Self.variants where kind == variant.at.kind {
            documents += variant.forms.map { full.replacing(["spec", variant.at.field], with: $0) }
        }
        for (index, document) in documents.enumerated() {
            mutants.append(Mutant(change: "nothing", document: document))
            // What all variants have is changed in the first alone.
            // What all kinds have is changed in jobs alone.
            let places = places(in: document, schema).filter { place in
                guard index > 0 else { return kind == .job || kind == nil || place.path.first != "metadata" }
                return place.path.count > 1 && Self.variants.contains { $0.at.field == place.path[1] }
            }
            for place in places {
                let least = pruned(document, schema, keeping: place.path[...])
                for (change, value) in replacements(at: place) {
                    mutants.append(
                        Mutant(
                            change: "\(place.path.joined(separator: ".")): \(change)",
                            document: least.replacing(place.path[...], with: value)))
                }
            }
        }
    }

    /// Other forms of some fields.
    private static let variants: [(at: (kind: Kind, field: String), forms: [JSONValue])] = [
        (
            (.job, "source"),
            [["git": ["repository": "https://host/x.git", "ref": "v1", "path": "train"]], ["image": "host.io/x:v1"]]
        ),
        (
            (.run, "matrix"),
            [
                [
                    "seed": [1, 2], "size": ["small", "large"], "include": [["seed": 1, "note": nil]],
                    "exclude": [["seed": 2, "size": "large"]],
                ],
                ["include": [["seed": 1], ["seed": 2, "size": "large"]]],
            ]
        ),
    ]

    // MARK: Any document

    /// One of some documents with changes anywhere in it.
    mutating func changed(_ documents: [JSONValue], times: Int) -> Mutant {
        var mutant = Mutant(change: "", document: documents.randomElement(using: &random) ?? [:])
        let kind = mutant.document["kind"]?.string
        let schema = kind.flatMap(Kind.init).map(ManifestSchemas.jsonSchema) ?? ManifestSchemas.defaultsSchema
        definitions = schema["$defs"]?.object ?? [:]
        for _ in 0..<times {
            let places = places(in: mutant.document, schema).filter { !$0.path.isEmpty }
            guard let place = places.randomElement(using: &random),
                let (change, value) = replacements(at: place).randomElement(using: &random)
            else { continue }
            mutant.change += "\(place.path.joined(separator: ".")): \(change); "
            mutant.document = mutant.document.replacing(place.path[...], with: value)
        }
        return mutant
    }

    // MARK: Places

    private struct Place {
        var path: [String]
        var schema: [String: JSONValue]
        var value: JSONValue

        /// What the schema demands, without what it tells people, and apart from whether it may be left empty.
        var constraint: JSONValue {
            let others = ["title", "description", "examples", "default", "type"]
            return .object(schema.filter { !others.contains($0.key) })
        }
    }

    private func places(in value: JSONValue, _ schema: JSONValue, at path: [String] = []) -> [Place] {
        let schema = Self.resolved(schema, definitions)
        var found = [Place(path: path, schema: schema, value: value)]
        switch value {
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                let inner = schema["properties"]?[name] ?? schema["additionalProperties"] ?? true
                found += places(in: member, inner, at: path + [name])
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                found += places(in: element, schema["items"] ?? true, at: path + ["\(index)"])
            }
        default: break
        }
        return found
    }

    /// Without the fields that need not be there and do not lead to a place: then there is less to look at.
    private func pruned(_ value: JSONValue, _ schema: JSONValue, keeping path: ArraySlice<String>) -> JSONValue {
        let schema = Self.resolved(schema, definitions)
        guard let members = value.object, let properties = schema["properties"]?.object, let step = path.first,
            schema["anyOf"] == nil, schema["oneOf"] == nil, schema["if"] == nil, schema["not"] == nil
        else { return value }
        let required = schema["required"]?.strings ?? []
        var kept = members.filter { $0.key == step || required.contains($0.key) }
        if let inner = kept[step] { kept[step] = pruned(inner, properties[step] ?? true, keeping: path.dropFirst()) }
        return .object(kept)
    }

    private static func resolved(_ schema: JSONValue, _ definitions: [String: JSONValue]) -> [String: JSONValue] {
        var members = schema.object ?? [:]
        if let choice = reference(among: members) { members.merge(choice) { own, _ in own } }
        guard let name = members["$ref"]?.string?.split(separator: "/").last else { return members }
        return members.merging(definitions[String(name)]?.object ?? [:]) { own, _ in own }
    }

    /// The definition that is one of the choices.
    private static func reference(among members: [String: JSONValue]) -> [String: JSONValue]? {
        for choice in members["anyOf"]?.array ?? [] {
            guard let members = choice.object else { continue }
            if members["$ref"] != nil { return members }
            if let inner = reference(among: members) { return inner }
        }
        return nil
    }

    /// A parameter with one type, one with every keyword that restricts, and one of listed values.
    private static let parameters: JSONValue = [
        "lr": ["type": "number", "default": 0.1, "description": "x", "maximum": 1, "exclusiveMinimum": 0],
        "word": [
            "type": ["string", "null"], "title": "Word", "deprecated": true, "examples": ["a", nil],
            "enum": ["a", nil],
            "default": nil,
        ],
        "any": [
            "allOf": [true], "anyOf": [["type": "object"], true], "oneOf": [true], "not": ["const": 7],
            "if": ["type": "string"], "then": true, "else": ["not": ["const": 8]], "minimum": 0, "maximum": 10,
            "exclusiveMinimum": 0, "exclusiveMaximum": 10, "multipleOf": 0.5, "minLength": 1, "maxLength": 9,
            "pattern": "^a", "format": "date", "items": ["type": "string"], "prefixItems": [["type": "integer"]],
            "minItems": 1, "maxItems": 9, "uniqueItems": true, "contains": ["type": "integer"], "minContains": 1,
            "maxContains": 2, "properties": ["a": ["type": "string"], "b": true], "required": ["a"],
            "additionalProperties": false, "patternProperties": ["^x": ["type": "string"]],
            "propertyNames": ["maxLength": 3], "minProperties": 1, "maxProperties": 9,
        ],
        "one": ["const": nil],
    ]

    /// A document in which every field has a value: its own example, or one of its form's.
    private static func full(_ schema: JSONValue, _ definitions: [String: JSONValue], depth: Int = 0) -> JSONValue {
        let schema = resolved(schema, definitions)
        if let const = schema["const"] { return const }
        // The mapping of a few declared fields says more than an example of it.
        if let properties = schema["properties"]?.object, schema["additionalProperties"] == false, depth < 12 {
            var names = properties.keys.sorted()
            if schema["oneOf"] != nil { names = names.filter { $0 == "path" } }
            return .object(
                Dictionary(
                    uniqueKeysWithValues: names.compactMap { name in
                        properties[name].map { inner in
                            name == "parameters" && inner["additionalProperties"] != nil && depth < 4
                                && names.contains("command")
                                ? (name, parameters) : (name, full(inner, definitions, depth: depth + 1))
                        }
                    }))
        }
        let items = schema["items"].map { resolved($0, definitions) }
        if let items, items["properties"] != nil { return [full(.object(items), definitions, depth: depth + 1)] }
        let isNumber = schema["type"].map { "\($0)".contains("number") } ?? false
        return schema["examples"]?.array?.first ?? schema["default"] ?? schema["enum"]?.array?.first
            ?? (isNumber ? 1 : schema["type"] == nil ? 1 : "integer")
    }

    // MARK: Replacements

    private mutating func replacements(at place: Place) -> [(String, JSONValue?)] {
        var found: [(String, JSONValue?)] = [("removed", nil)]
        let wrong: [JSONValue] = [true, -1, 1.5, "", [], [:], [nil], ["x": "y"]]
        found += ([nil] + wrong.shuffled(using: &random).prefix(4)).map { ("of another type", $0) }
        if let words = place.schema["enum"]?.array { found += words.map { ("a word", $0) } }
        found += (place.schema["examples"]?.array ?? []).map { ("an example", $0) }
        let isNew = seen.insert(place.constraint).inserted
        switch place.value {
        case .string(let text):
            let texts = edits(of: text, place.schema) + (isNew ? pool(for: place) + lengths(place.schema) : [])
            found += texts.map { ("another text", .string($0)) }
        case .int, .double:
            found += ((isNew ? Self.numbers : []) + own(place.schema)).map { ("another number", $0) }
        case .array(let elements): found += lists(like: elements, counts: isNew)
        case .object(let members): found += mappings(like: members, keys: isNew ? Self.keys : ["", "unknown"])
        case .null, .bool: break
        }
        return found
    }

    /// Around each bound that some field has.
    private static let wholes: [Int64] = [
        0, 1, 2, 3, 99, 100, 101, 999, 1000, 1001, 1024, 1025, 3600, 3601, 100_000, 100_001, 1_000_000, 1_000_001,
        999_999_999_999, 1_000_000_000_000, 999_999_999_999_999, 1_000_000_000_000_000, .max, .min,
    ]
    private static let fractions = [0.5, 0.001, 0.069, 2.0, -0.0, 1e15, 1e18, 1e300, 99.5, 100.5, -0.001, 0.0001]
    private static let numbers = wholes.map { JSONValue.int($0) } + fractions.map { JSONValue.double($0) }

    private func own(_ schema: [String: JSONValue]) -> [JSONValue] {
        var found: [JSONValue] = []
        for keyword in ["minimum", "maximum"] {
            guard let bound = schema[keyword]?.double else { continue }
            for value in [bound - 1, bound, bound + 1] { found.append(JSONValue.double(value).normalized) }
        }
        return found
    }

    private func lists(like elements: [JSONValue], counts: Bool) -> [(String, JSONValue)] {
        var found: [(String, JSONValue)] = [("empty", [])]
        guard let first = elements.first else { return found }
        found.append(("an element twice", .array(elements + [first])))
        found.append(("an element empty", .array(elements + [nil])))
        for count in counts ? [64, 65, 100, 101, 1000, 1001] : [] {
            let many = (0..<count).map { index -> JSONValue in
                // Of one form with the first, and each another.
                switch first {
                case .string(let text): .string("\(text.prefix(8))\(index)")
                default: first
                }
            }
            found.append(("\(count) elements", .array(many)))
        }
        return found
    }

    private func mappings(like members: [String: JSONValue], keys: [String]) -> [(String, JSONValue)] {
        let value = members.sorted { $0.key < $1.key }.first?.value ?? "x"
        var found = keys.map { ("a key \($0.debugDescription)", with(members, $0, value)) }
        for count in keys.count > 2 ? [1000, 1001] : [] {
            let many = (0..<count).map { ("k\($0)", value) }
            found.append(("\(count) keys", .object(Dictionary(uniqueKeysWithValues: many))))
        }
        return found
    }

    private func with(_ members: [String: JSONValue], _ key: String, _ value: JSONValue) -> JSONValue {
        .object(members.merging([key: value]) { $1 })
    }

    // MARK: Texts

    /// All texts that are nearly of the same form, and some of the others.
    private mutating func pool(for place: Place) -> [String] {
        guard place.schema["enum"] == nil, place.schema["const"] == nil else { return ["a", "Job", "fifo", "a\n"] }
        let form = place.schema["$ref"]?.string.flatMap { $0.split(separator: "/").last.map(String.init) } ?? ""
        return (Self.textsByForm[form] ?? []) + Self.texts.shuffled(using: &random).prefix(15)
    }

    private func lengths(_ schema: [String: JSONValue]) -> [String] {
        var found: [String] = []
        for bound in [schema["minLength"], schema["maxLength"]].compactMap({ $0?.int }) {
            for length in [bound - 1, bound, bound + 1] where length > 0 {
                for letter in length < 1000 ? ["a", "é", "\u{1F427}"] : ["é"] {
                    found.append(Self.long(Int(length), letter))
                }
            }
        }
        return found
    }

    private mutating func edits(of text: String, _ schema: [String: JSONValue]) -> [String] {
        let models = [text] + (schema["examples"]?.array?.compactMap(\.string) ?? [])
        var found: [String] = []
        for model in models where model.utf8.count < 1000 { for _ in 0..<3 { found.append(edited(model)) } }
        return found
    }

    /// One to three characters more, fewer or others.
    private mutating func edited(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0...random.int(0...2) {
            let index = random.int(0...scalars.count)
            let letters = Array(Self.alphabet.unicodeScalars)
            let other = letters[random.int(0...letters.count - 1)]
            switch random.int(0...3) {
            case 0: scalars.insert(other, at: index)
            case 1 where index < scalars.count: scalars.remove(at: index)
            case 2 where index < scalars.count: scalars[index] = other
            default: scalars.insert(contentsOf: scalars[..<index], at: index)
            }
        }
        return scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    private static let alphabet =
        "aZ09-_./:@$#!*?[]{}()\\ ~^%+=,'\"\n\t\r\u{0}\u{7f}\u{85}é\u{301}\u{2028}\u{1F427}mshkMGiPv"
}

extension JSONValue {
    /// The same with another value at a path; `nil` removes it.
    fileprivate func replacing(_ path: ArraySlice<String>, with value: JSONValue?) -> JSONValue {
        guard let step = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        switch self {
        case .object(var members):
            members[step] = rest.isEmpty ? value : members[step]?.replacing(rest, with: value)
            return .object(members)
        case .array(var elements):
            guard let index = Int(step), elements.indices.contains(index) else { return self }
            if rest.isEmpty, value == nil {
                elements.remove(at: index)
            } else {
                elements[index] = elements[index].replacing(rest, with: value)
            }
            return .array(elements)
        default: return self
        }
    }
}
