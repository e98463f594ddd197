import Support
import Testing
import YAML

@testable import Manifests

/// A Run with `matrix` as it was written, and what comes of it.
struct MatrixSample {
    var name = "sweep"
    var matrix: String
    var parameters = ""

    private var text: String {
        """
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: \(name)}
        spec:
          job: train
          queue: local
          parameters: {\(parameters)}
          matrix: \(matrix)

        """
    }

    /// The documents that it stands for; whether the parameters exist is not looked at.
    var documents: [DecodedDocument] {
        get throws {
            let file = YAMLFile.parse(SourceFile(path: "m/sweep.yaml", text: text))
            // That other readers take a value for something else is a warning, and no matter here.
            #expect(!file.diagnostics.contains { $0.severity == .error }, "\(file.diagnostics.map(\.summary))")
            return DocumentDecoder.decode(StoredDocument(try #require(file.documents.first)), folder: "m").expanded
        }
    }

    /// Each run's name and parameters, in order.
    var runs: [(name: String, parameters: String)] {
        get throws {
            try documents.compactMap { document in
                guard case .run(let run)? = document.manifest, run.spec.matrix == nil, document.isSound else {
                    return nil
                }
                return (run.metadata.name, JSONValue.object(run.spec.parameters.dictionary).canonicalText)
            }
        }
    }

    var diagnostics: [Diagnostic] { get throws { try documents.flatMap(\.diagnostics) } }
}

/// Which sets of parameters a matrix stands for.
@Suite struct MatrixExpansionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let matrix: String
        let sets: [String]

        init(_ matrix: String, _ sets: String...) {
            self.matrix = matrix
            self.sets = sets
        }

        var testDescription: String { matrix }
    }

    static let cases = [
        Case("[{a: 1}, {b: x, a: 2}]", #"{"a":1}"#, #"{"a":2,"b":"x"}"#),
        Case("{include: [{a: 1}, {b: x}]}", #"{"a":1}"#, #"{"b":"x"}"#),
        // The first parameter changes last.
        Case(
            "{a: [1, 2], b: [x, z]}", #"{"a":1,"b":"x"}"#, #"{"a":1,"b":"z"}"#, #"{"a":2,"b":"x"}"#,
            #"{"a":2,"b":"z"}"#),
        Case("{b: [x, z], a: [1]}", #"{"a":1,"b":"x"}"#, #"{"a":1,"b":"z"}"#),
        Case("{a: [1.0, ~, [1, 2.0], {c: 3}]}", #"{"a":1}"#, #"{"a":null}"#, #"{"a":[1,2]}"#, #"{"a":{"c":3}}"#),
        // `exclude` needs to name only some of the parameters, and of a mapping only some members.
        Case("{a: [1, 2], b: [x, z], exclude: [{a: 2}]}", #"{"a":1,"b":"x"}"#, #"{"a":1,"b":"z"}"#),
        Case(
            "{a: [1, 2], b: [x, z], exclude: [{a: 2.0, b: x}, {b: z, a: 1}]}", #"{"a":1,"b":"x"}"#,
            #"{"a":2,"b":"z"}"#),
        Case("{m: [{d: 1, w: 2}, {d: 2, w: 2}], exclude: [{m: {d: 2}}]}", #"{"m":{"d":1,"w":2}}"#),
        Case("{m: [[1, 2], [1]], exclude: [{m: [1]}]}", #"{"m":[1,2]}"#),
        Case("{a: [1, \"1\"], exclude: [{a: \"1\"}]}", #"{"a":1}"#),
        // A value that is added to all, one that some have instead, one for some, and sets of their own.
        Case(
            """
            {data: [penguins, spirals], model: [mlp, cnn], include: [{aug: flip}, {aug: none, model: mlp},
              {data: penguins, crop: 8}, {data: digits}, {data: digits, model: mlp}]}
            """,
            #"{"aug":"none","crop":8,"data":"penguins","model":"mlp"}"#,
            #"{"aug":"flip","crop":8,"data":"penguins","model":"cnn"}"#,
            #"{"aug":"none","data":"spirals","model":"mlp"}"#, #"{"aug":"flip","data":"spirals","model":"cnn"}"#,
            #"{"data":"digits"}"#, #"{"data":"digits","model":"mlp"}"#),
        // What was excluded can be included again, and is then a set of its own.
        Case(
            "{a: [1, 2], b: [x, z], exclude: [{a: 2}], include: [{a: 2, b: z, c: 0}]}", #"{"a":1,"b":"x"}"#,
            #"{"a":1,"b":"z"}"#, #"{"a":2,"b":"z","c":0}"#),
        Case("{a: [1], include: [{a: 1, c: 2}, {c: 3}]}", #"{"a":1,"c":3}"#),
        Case("{a: [1], include: ~, exclude: []}", #"{"a":1}"#),
        // The names of the parameters are free in sets.
        Case("[{include: 1, exclude: 2}]", #"{"exclude":2,"include":1}"#),
    ]

    @Test(arguments: cases) func sets(_ each: Case) throws {
        let sample = MatrixSample(matrix: each.matrix)
        let diagnostics = try sample.diagnostics
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.summary))")
        #expect(try sample.runs.map(\.parameters) == each.sets)
    }

    @Test func whatAllHaveInCommon() throws {
        let sample = MatrixSample(matrix: "[{seed: 1}, {seed: 2, lr: 0.5}]", parameters: "lr: 0.1, data: x")
        #expect(
            try sample.runs.map(\.parameters)
                == [#"{"data":"x","lr":0.1,"seed":1}"#, #"{"data":"x","lr":0.5,"seed":2}"#])
        #expect(try sample.diagnostics.isEmpty)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let matrix: String
        let code: String
        let column: Int
        let message: String
        let remedy: String
        let note: Int?

        init(
            _ matrix: String, _ code: String, _ column: Int, _ message: String, _ remedy: String = "", note: Int? = nil
        ) {
            self.matrix = matrix
            self.code = code
            self.column = column
            self.message = message
            self.remedy = remedy
            self.note = note
        }

        var testDescription: String { matrix.shortened(60) }
    }

    /// Columns count from where the matrix begins.
    static let faults = [
        Fault("3", "SLW2004", 1, "spec.matrix must be a list of parameter sets", "[{lr: 0.1}, {lr: 0.2}]"),
        Fault("{}", "SLW2250", 1, "there would be no run", "or leave `matrix` out"),
        Fault("[]", "SLW2250", 1, "there would be no run"),
        Fault("{include: []}", "SLW2250", 1, "there would be no run"),
        Fault("{a: []}", "SLW2012", 5, "spec.matrix.a must have at least 1 item"),
        Fault("{a: 3}", "SLW2254", 5, "must be a list of values, and is the number 3", "write `[3]`"),
        Fault("{a: {b: 1}}", "SLW2254", 5, "must be a list of values, and is a mapping", "values of `a` as a list"),
        Fault("{a: }", "SLW2254", 5, "must be a list of values, and is empty"),
        Fault("{a: [1, 2, 1.0]}", "SLW2255", 12, "`a` has the value 1 twice", "remove", note: 6),
        Fault("{a: [.inf]}", "SLW2016", 6, "not a finite number"),
        Fault("[1]", "SLW2004", 2, "spec.matrix[0] must be values by parameter", "`{lr: 0.1}`"),
        Fault("[{}]", "SLW2257", 2, "spec.matrix[0] has no values"),
        Fault("[{a: 1}, {b: 2}, {a: 1.0}]", "SLW2256", 18, "there twice", "`repeat`", note: 2),
        Fault("[{a: 1, b: 2}, {b: 2, a: 1}]", "SLW2256", 16, "there twice", "", note: 2),
        Fault("{a: [1], include: {b: 2}}", "SLW2004", 19, "spec.matrix.include must be a list", "write each set"),
        Fault("{a: [1], include: [2]}", "SLW2004", 20, "spec.matrix.include[0]", "itself named `include`"),
        Fault("{a: [1], include: [{a: 2, c: 1}, {c: 1, a: 2}]}", "SLW2256", 34, "there twice", "", note: 20),
        Fault("{a: [1], exclude: [{}]}", "SLW2257", 20, "spec.matrix.exclude[0] has no values"),
        Fault("{depth: [1, 2], exclude: [{dephts: 1}]}", "SLW2258", 28, "names `dephts`", "did you mean `depth`?"),
        Fault(
            "{a: [1, 2], exclude: [{seed: 1}], include: [{seed: 1}]}", "SLW2258", 24, "names `seed`",
            "cannot be excluded"),
        Fault("{exclude: [{c: 1}], include: [{c: 1}]}", "SLW2258", 13, "names `c`", "leave sets out"),
        Fault("{a: [1, 2], exclude: [{a: 3}]}", "SLW2259", 27, "`a` is never 3", "its values are 1, 2"),
        Fault("{a: [0.1, 2], exclude: [{a: \"0.1\"}]}", "SLW2259", 29, "never \"0.1\"", "its values are 0.1, 2"),
        Fault("{a: [1, 2], exclude: [{a: 1}, {a: 2}]}", "SLW2260", 1, "leaves nothing"),
        Fault("{a: [1, 2], include: [{a: 2}]}", "SLW2261", 23, "is there already"),
        Fault("{a: [1, 2], a: [3]}", "SLW1013", 13, "twice", note: 2),
    ]

    @Test(arguments: faults) func mistake(_ fault: Fault) throws {
        let text = SampleManifests.run("sweep", more: "matrix: \(fault.matrix)")
        let all = SampleManifests.stream([SampleManifests.job(), SampleManifests.queue(), SampleManifests.pool(), text])
        let loaded = Sample.load(all)
        let found = loaded.diagnostics.first { $0.code.rawValue == fault.code }
        let diagnostic = try #require(found, "\(loaded.diagnostics.map(\.summary))")
        #expect(diagnostic.location?.span.start.column == fault.column + 10, "\(diagnostic.summary)")
        #expect(diagnostic.message.contains(fault.message), "\(diagnostic.message)")
        #expect((diagnostic.remedy ?? "").contains(fault.remedy), "\(diagnostic.remedy ?? "none")")
        #expect(diagnostic.notes.first?.location?.span.start.column == fault.note.map { $0 + 10 })
    }

    @Test func aValueWithoutBracketsCanBeMended() throws {
        let fix = try #require(try MatrixSample(matrix: "{a: 0.1}").diagnostics.first?.fixes.first)
        #expect(fix.replacement == "[0.1]" && fix.location.span.start.column == 15)
        #expect(try MatrixSample(matrix: "{a: '1'}").diagnostics.first?.fixes.isEmpty == true)
    }

    @Test func aMisspelledParameterCanBeMended() throws {
        let fix = try #require(
            try MatrixSample(matrix: "{lr: [1, 2], exclude: [{rl: 1}]}").diagnostics.first?.fixes.first)
        #expect(fix.replacement == "lr" && fix.location.span.start.column == 35)
        #expect(fix.location.span.end.column == 37)
    }

    // MARK: Limits

    private static func list(_ count: Int) -> String { "[\((1...count).map(String.init).joined(separator: ", "))]" }

    @Test func aThousandRunsAndNotOneMore() throws {
        #expect(try MatrixSample(matrix: "{a: \(Self.list(1000))}").runs.count == 1000)
        #expect(try MatrixSample(matrix: "{a: \(Self.list(1001))}").diagnostics.map(\.code) == ["SLW2012"])
        #expect(try MatrixSample(matrix: "{a: \(Self.list(200)), b: [1, 2, 3, 4, 5]}").runs.count == 1000)
        let more = try MatrixSample(matrix: "{a: \(Self.list(200)), b: [1, 2, 3, 4, 5], include: [{a: 0}]}").diagnostics
        #expect(more.map(\.code) == ["SLW2252"])
        #expect(try MatrixSample(matrix: "{a: \(Self.list(201)), b: [1, 2, 3, 4, 5]}").diagnostics.count == 1)
        // What is excluded does not count.
        let some = "{a: \(Self.list(201)), b: [1, 2, 3, 4, 5], exclude: [{a: 7}]}"
        #expect(try MatrixSample(matrix: some).runs.count == 1000)
    }

    @Test(.timeLimit(.minutes(1))) func aGridThatIsTooLargeIsNotMade() throws {
        let axes = (1...20).map { "p\($0): \(Self.list(100))" }.joined(separator: ", ")
        let found = try MatrixSample(matrix: "{\(axes)}").diagnostics
        #expect(found.map(\.code) == ["SLW2251"])
        #expect(found.first?.message.contains("100 × 100 × 100 × 100 × 100 × 100 × 100 × 100 × …") == true)
        // As many as may be looked at, with as many filters as there may be.
        let filters = (1...500).map { "{p1: \($0 % 100 + 1), p2: \($0 % 97 + 1)}" }.joined(separator: ", ")
        let sample = MatrixSample(
            matrix: "{p1: \(Self.list(100)), p2: \(Self.list(100)), include: [\(filters)], exclude: [\(filters)]}")
        #expect(try sample.diagnostics.filter { $0.severity == .error }.map(\.code) == ["SLW2252"])
    }

    @Test(.timeLimit(.minutes(1))) func aLongValueIsNotMultiplied() throws {
        let long = String(repeating: "x", count: 70_000)
        let parameters = MatrixSample(matrix: "{a: \(Self.list(1000))}", parameters: "data: \(long)")
        #expect(try parameters.diagnostics.map(\.code) == ["SLW2253"])
        #expect(
            try MatrixSample(matrix: "{a: \(Self.list(1000)), data: [\(long)]}").diagnostics.map(\.code) == ["SLW2253"])
        #expect(try MatrixSample(matrix: "{a: \(Self.list(10)), data: [\(long)]}").runs.count == 10)
    }
}
