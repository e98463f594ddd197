import Support
import Testing
import YAML

@testable import Manifests

/// The runs of a matrix beside other manifests: their places, who names them, and what is said of them once.
@Suite struct MatrixRunTests {
    private static let base = [
        SampleManifests.job(more: "  depth: {type: integer, default: 1, minimum: 1}\noutputs: [model.json]"),
        SampleManifests.queue(), SampleManifests.pool(),
    ]

    private static func load(_ runs: String...) -> LoadedManifests {
        Sample.load(SampleManifests.stream(base + runs))
    }

    private static func names(_ loaded: LoadedManifests) -> [String] { loaded.desired.runs.keys.sorted().map(\.name) }

    private static let sweep = SampleManifests.run("sweep", more: "matrix: {lr: [0.1, 0.2], depth: [2]}")

    /// The text at a place.
    private static func text(at location: YAML.SourceLocation?) -> String {
        guard let location, let line = location.line, location.span.start.line == location.span.end.line else {
            return "nowhere"
        }
        let scalars = Array(line.unicodeScalars)[location.span.start.column - 1..<location.span.end.column - 1]
        return String(String.UnicodeScalarView(scalars))
    }

    @Test func areRunsAsAnyOther() throws {
        let loaded = Self.load(Self.sweep)
        #expect(loaded.diagnostics.isEmpty && loaded.documents == 4)
        #expect(Self.names(loaded) == ["sweep-lr-0-1-depth-2", "sweep-lr-0-2-depth-2"])
        let written = Self.load(SampleManifests.run("sweep-lr-0-1-depth-2", more: "parameters: {lr: 0.1, depth: 2}"))
        let name = ObjectName(name: "sweep-lr-0-1-depth-2")
        let (run, other) = (try #require(loaded.desired.runs[name]), try #require(written.desired.runs[name]))
        #expect(run.spec == other.spec && run.metadata == other.metadata)
        #expect(run.spec.canonical.canonicalText == other.spec.canonical.canonicalText)
    }

    @Test func keepAllElse() throws {
        let loaded = Self.load(
            SampleManifests.run("first"),
            SampleManifests.run(
                "sweep", metadata: "namespace: default, labels: {team: vision}, annotations: {a: b}",
                more: """
                    priority: high
                    repeat: 2
                    dependsOn: [{run: first, condition: finished}]
                    inputs: [{from: first, path: model.json}]
                    parameters: {lr: 0.3, depth: 4}
                    matrix: [{lr: 0.1}]
                    """))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2262"])
        let run = try #require(loaded.desired.runs[ObjectName(name: "sweep-lr-0-1")])
        #expect(run.metadata.labels == ["team": "vision"] && run.metadata.annotations == ["a": "b"])
        #expect(run.spec.priority == .high && run.spec.repeat == 2 && run.spec.matrix == nil)
        #expect(run.spec.parameters == ["lr": .double(0.1), "depth": .int(4)])
        #expect(run.spec.upstreams.count == 1 && run.spec.dependsOn.count == 1 && run.spec.inputs.count == 1)
    }

    @Test func eachValueIsKnownByItsPlace() throws {
        let loaded = Self.load(
            SampleManifests.run(
                "sweep", more: "parameters: {depth: 3}\nmatrix: {lr: [0.1, 0.25], include: [{lr: 0.75, depth: 9}]}"))
        func place(_ run: String, _ path: String...) throws -> String {
            Self.text(at: try #require(loaded.desired.runs[ObjectName(name: run)]).origin.location(of: path))
        }
        #expect(try place("sweep-lr-0-25", "spec", "parameters", "lr") == "0.25")
        #expect(try place("sweep-lr-0-25", "spec", "parameters", "depth") == "3")
        #expect(try place("sweep-lr-0-75-depth-9", "spec", "parameters", "lr") == "0.75")
        #expect(try place("sweep-lr-0-75-depth-9", "spec", "parameters", "depth") == "9")
        #expect(try place("sweep-lr-0-75-depth-9", "metadata", "name") == "sweep")
        #expect(try place("sweep-lr-0-1", "spec", "queue") == "local")
        let run = try #require(loaded.desired.runs[ObjectName(name: "sweep-lr-0-1")])
        #expect(run.origin.document["metadata"]?["name"]?.text == "sweep-lr-0-1")
        #expect(run.origin.document["spec"]?["matrix"] == nil)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let spec: String
        let found: [String]

        init(_ spec: String, _ found: String...) {
            self.spec = spec
            self.found = found
        }

        var testDescription: String { spec }
    }

    /// Each mistake is reported once, at the text that made it, however many runs have it.
    @Test(arguments: [
        Fault("matrix: {lr: [0.1, -7], depth: [1, 2, 3]}", "SLW2027 -7"),
        Fault("matrix: {lr: [-7, -7.5], depth: [0, 2, -3]}", "SLW2027 -7", "SLW2027 -7.5", "SLW2027 0", "SLW2027 -3"),
        Fault("matrix: {lr: [0.1, a], depth: [1, 2]}", "SLW2027 a"),
        Fault("matrix: {lr: [0.1, 0.2], dpeth: [1, 2]}", "SLW2025 dpeth"),
        Fault("matrix: [{lr: 0.1, dpeth: 1}, {dpeth: 2}, {lr: -7}]", "SLW2025 dpeth", "SLW2025 dpeth", "SLW2027 -7"),
        Fault("matrix: {lr: [0.1, 0.2], include: [{depth: -1}, {lr: 0.3, depth: -1}]}", "SLW2027 -1", "SLW2027 -1"),
        Fault("parameters: {depth: -1}\nmatrix: {lr: [0.1, 0.2, 0.3]}", "SLW2027 -1"),
        Fault("parameters: {dept: 1}\nmatrix: {lr: [0.1, 0.2]}", "SLW2025 dept"),
        Fault("parameters: {depth: -1}\nmatrix: {depth: [1, 2]}", "SLW2262 depth"),
        Fault("prioritiy: high\nmatrix: {lr: [0.1, -7]}", "SLW2003 prioritiy"),
        Fault("dependsOn: [{run: zebra}]\nmatrix: {lr: [0.1, 0.2]}", "SLW2041 zebra"),
        Fault("dependsOn: [{run: sweep}]\nmatrix: {lr: [0.1, 0.2]}", "SLW2060 sweep"),
        Fault("dependsOn: [{run: sweep-lr-0-1}]\nmatrix: {lr: [0.1]}", "SLW2060 sweep-lr-0-1"),
        Fault("inputs: [{from: sweep, path: model.json}]\nmatrix: {lr: [0.1, 0.2]}", "SLW2263 sweep"),
        Fault("variables: {nodes: 1}\nmatrix: {lr: [0.1, 0.2]}", "SLW2025 nodes"),
    ])
    func mistakesOnce(_ fault: Fault) {
        let diagnostics = Self.load(SampleManifests.run("sweep", more: fault.spec)).diagnostics
        #expect(diagnostics.map { "\($0.code.rawValue) \(Self.text(at: $0.location))" } == fault.found)
    }

    @Test func aMissingParameterIsMissedWhereTheSetIsWritten() {
        let job = SampleManifests.job(more: "  depth: {type: integer}")
        let documents = [job] + Self.base.dropFirst()
        let loaded = Sample.load(
            SampleManifests.stream(
                documents + [
                    SampleManifests.run("sweep", more: "matrix: {lr: [0.1], include: [{lr: 0.2}, {lr: 0.3, depth: 1}]}")
                ]))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2026", "SLW2026"])
        #expect(loaded.diagnostics.map { $0.location?.span.start.column } == [11, 33])
    }

    // MARK: Names

    @Test func aNameThatIsThereAlready() throws {
        let loaded = Self.load(Self.sweep, SampleManifests.run("sweep-lr-0-2-depth-2"))
        let twice = try #require(loaded.diagnostics.first)
        #expect(loaded.diagnostics.count == 1 && twice.code == "SLW2040")
        #expect(twice.message == "Run/sweep-lr-0-2-depth-2 is declared twice")
        #expect(Self.text(at: twice.location) == "sweep-lr-0-2-depth-2")
        #expect(Self.text(at: twice.notes.first?.location) == "sweep")
    }

    @Test func theMatrixHasItsNameToo() throws {
        for runs in [[Self.sweep, SampleManifests.run("sweep")], [SampleManifests.run("sweep"), Self.sweep]] {
            let diagnostics = Sample.load(SampleManifests.stream(Self.base + runs)).diagnostics
            #expect(diagnostics.map(\.message) == ["Run/sweep is declared twice"])
        }
        let twice = Self.load(Self.sweep, Self.sweep, SampleManifests.run("last", more: "dependsOn: [{run: sweep}]"))
        #expect(twice.diagnostics.map(\.message) == ["Run/sweep is declared twice"])
    }

    // MARK: References

    @Test func toWaitForAMatrixIsToWaitForAllItsRuns() throws {
        let loaded = Self.load(
            SampleManifests.run("report", more: "dependsOn: [{run: sweep, condition: finished}, {run: other}]"),
            SampleManifests.run("other"), Self.sweep)
        #expect(loaded.diagnostics.isEmpty)
        let report = try #require(loaded.desired.runs[ObjectName(name: "report")])
        #expect(
            report.spec.upstreams == [
                ObjectName(name: "sweep-lr-0-1-depth-2"): .finished,
                ObjectName(name: "sweep-lr-0-2-depth-2"): .finished,
                ObjectName(name: "other"): .succeeded,
            ])
        #expect(
            Self.text(at: report.origin.document["spec"]?["dependsOn"]?.elements.first { _ in true }?["run"]?.location)
                == "sweep")
    }

    @Test func oneMatrixWaitsForAnother() throws {
        let later = SampleManifests.run(
            "later", more: "dependsOn: [{run: default/sweep}]\nmatrix: {lr: [0.3, 0.4, 0.5]}")
        let loaded = Self.load(Self.sweep, later)
        #expect(loaded.diagnostics.isEmpty && loaded.desired.runs.count == 5)
        #expect(loaded.desired.runs[ObjectName(name: "later-lr-0-4")]?.spec.upstreams.count == 2)
    }

    @Test func theirCirclesAreFound() throws {
        let loaded = Self.load(
            SampleManifests.run("sweep", more: "dependsOn: [{run: report}]\nmatrix: {lr: [0.1, 0.2]}"),
            SampleManifests.run("report", more: "dependsOn: [{run: sweep}]"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2062"])
        #expect(loaded.diagnostics.first?.notes.map { Self.text(at: $0.location) } == ["sweep", "report"])
    }

    @Test func namingAMatrix() throws {
        let loaded = Self.load(
            Self.sweep,
            SampleManifests.run("twice", more: "dependsOn: [{run: sweep}, {run: sweep, condition: finished}]"),
            SampleManifests.run("reads", more: "inputs: [{from: sweep, path: model.json}]"),
            SampleManifests.run("good", more: "inputs: [{from: sweep-lr-0-1-depth-2, path: model.json}]"),
            SampleManifests.run("typo", more: "dependsOn: [{run: swep}]"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2061", "SLW2263", "SLW2041"])
        #expect(loaded.diagnostics[0].message == "Run/sweep is waited for twice")
        #expect(
            loaded.diagnostics[1].remedy
                == "name one of its runs: `sweep-lr-0-1-depth-2`, `sweep-lr-0-2-depth-2`")
        #expect(loaded.diagnostics[2].remedy == "did you mean `sweep`?")
    }

    @Test func whoNamesAMatrixWithMistakesIsNotToBlame() {
        let loaded = Self.load(
            SampleManifests.run("sweep", more: "matrix: {lr: 0.1}"),
            SampleManifests.run("report", more: "dependsOn: [{run: sweep}, {run: sweep-lr-0-1}]"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2254"])
        let broken = Self.load(
            SampleManifests.run("sweep", more: "prioritiy: high\nmatrix: {lr: [0.1, 0.2]}"),
            SampleManifests.run("report", more: "dependsOn: [{run: sweep}]\ninputs: [{from: sweep-lr-0-1, path: x}]"))
        #expect(broken.diagnostics.map(\.code) == ["SLW2003"])
    }

    @Test(.timeLimit(.minutes(1))) func aMillionDependenciesAreRefused() {
        let list = (1...1000).map(String.init).joined(separator: ", ")
        let loaded = Self.load(
            SampleManifests.run("sweep", more: "matrix: {depth: [\(list)]}"),
            SampleManifests.run("later", more: "matrix: {depth: [\(list)]}\ndependsOn: [{run: sweep}]"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2264"])
    }
}
