import Manifests
import Support
import Testing
import YAML

/// A map of few names does what a dictionary does, in the order of the names.
@Suite("Values by their names") struct NamedValuesTests {
    /// Among them two spellings of “é”, which are the same text to Swift, and what sorts oddly.
    private static let names = ["b", "a", "", "aa", "é", "e\u{301}", "Z", "z-9", "z-10", "日本", "ﬃ", "~"]

    @Test(arguments: SeededRandom.seeds(100))
    func doesWhatADictionaryDoes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var (values, model) = (NamedValues<Int>(), [String: Int]())
        for step in 0..<60 {
            let name = Self.names[Int(random.next() % UInt64(Self.names.count))]
            switch random.next() % 5 {
            case 0: #expect(values.removeValue(forKey: name) == model.removeValue(forKey: name))
            case 1: #expect(values.updateValue(step, forKey: name) == model.updateValue(step, forKey: name))
            case 2: (values[name], model[name]) = (nil, nil)
            default: (values[name], model[name]) = (step, step)
            }
            for name in Self.names { #expect(values[name] == model[name]) }
            #expect(values.dictionary == model)
            #expect(Array(values.keys) == model.keys.sorted())
            #expect(values.map(\.value) == model.sorted { $0.key < $1.key }.map(\.value))
        }
        let doubled = values.mapValues { $0 * 2 }
        #expect(doubled.dictionary == model.mapValues { $0 * 2 })
        let even = values.compactMapValues { $0.isMultiple(of: 2) ? "\($0)" : nil }
        #expect(even.dictionary == model.compactMapValues { $0.isMultiple(of: 2) ? "\($0)" : nil })
    }

    @Test(arguments: SeededRandom.seeds(100))
    func theLaterOfTwoValuesOfANameCounts(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let given = (0..<Int(random.next() % 30)).map { index in
            (key: Self.names[Int(random.next() % UInt64(Self.names.count))], value: index)
        }
        let values = NamedValues(given)
        #expect(values.dictionary == Dictionary(given.map { ($0.key, $0.value) }) { _, later in later })
        #expect(Array(values.keys) == values.keys.sorted())
    }

    @Test func isTheSameHoweverItWasMade() {
        let literal: NamedValues<Int> = ["b": 2, "a": 1]
        var built = NamedValues<Int>()
        for (name, value) in ["a": 1, "b": 2, "c": 3] { built[name] = value }
        built["c"] = nil
        #expect(built == literal)
        #expect(built.hashValue == literal.hashValue)
        #expect(built != ["a": 1, "b": 3])
    }

    @Test func whatIsGivenStandsBeforeWhatIsDeclared() {
        let declared: NamedValues<ParameterSchema> = [
            "lr": ParameterSchema(type: .number, default: 0.1), "seed": ParameterSchema(type: .integer),
            "size": ParameterSchema(type: .string, default: "small"),
        ]
        let given: NamedValues<JSONValue> = ["size": "large", "seed": 7, "other": nil]
        #expect(given.overDefaults(of: declared) == ["lr": 0.1, "seed": 7, "size": "large", "other": nil])
    }

    /// A thousand names in the worst order are put in theirs once, not one by one.
    @Test func manyNamesInAMapping() throws {
        let names = (0..<1000).map { "n\(9999 - $0)" }
        let loaded = LoadedManifests(decoding: [
            SourceFile(
                path: "run.yaml",
                text: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: r}
                    spec:
                      job: j
                      queue: q
                      parameters: {\(names.map { "\($0): 1" }.joined(separator: ", "))}
                    """)
        ])
        let run = try #require(loaded.desired.runs.values.first)
        #expect(Array(run.spec.parameters.keys) == names.sorted())
    }

    /// What is one name to Unicode is reported where it comes for the second time, in whichever spelling.
    @Test(arguments: [("e\u{301}", "é"), ("é", "e\u{301}")])
    func twoSpellingsOfAName(first: String, second: String) throws {
        let members = ["b: {}", "\(first): {}", "a: {}", "\(second): {}"].joined(separator: ", ")
        let text = """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: j}
            spec:
              source: {path: code}
              command: [run]
              parameters: {o: {type: object, default: {}, properties: {\(members)}}}
            """
        let loaded = LoadedManifests(decoding: [SourceFile(path: "job.yaml", text: text)])
        let found = try #require(loaded.diagnostics.first { $0.code == "SLW2018" })
        #expect(loaded.diagnostics.count { $0.code == "SLW2018" } == 1)
        let prefix = "  parameters: {o: {type: object, default: {}, properties: {b: {}, \(first): {}, a: {}, "
        #expect(found.location?.span.start.line == 7)
        #expect(found.location?.span.start.column == prefix.unicodeScalars.count + 1)
    }
}
