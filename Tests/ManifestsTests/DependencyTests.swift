import Support
import Testing
import YAML

@testable import Manifests

/// Runs that wait for others and read what they leave.
@Suite struct DependencyTests {
    /// A job with outputs, and runs of it with what stands in their specs besides.
    private static func text(_ runs: [(name: String, more: String)], outputs: String = "[data.csv, model/]") -> String {
        SampleManifests.stream(
            [SampleManifests.job(more: "outputs: \(outputs)"), SampleManifests.queue(), SampleManifests.pool()]
                + runs.map { SampleManifests.run($0.name, more: $0.more) })
    }

    private static func load(_ runs: (name: String, more: String)...) -> LoadedManifests {
        Sample.load(text(runs))
    }

    private static let prepare = (name: "prepare", more: "")

    @Test func whatIsWritten() throws {
        let loaded = Self.load(
            Self.prepare, ("other", ""),
            (
                "train",
                """
                dependsOn: [{run: other, condition: finished}, {run: default/prepare}]
                inputs:
                  - {from: prepare, path: ./outputs//data.csv}
                  - {from: prepare, path: model/weights.bin, as: start/weights.bin}
                """
            ))
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let spec = try #require(loaded.desired.runs[ObjectName(name: "train")]).spec
        #expect(spec.dependsOn.map(\.run.name) == ["other", "prepare"])
        #expect(spec.dependsOn.map(\.condition) == [.finished, .succeeded])
        #expect(spec.inputs.map(\.path) == ["data.csv", "model/weights.bin"])
        #expect(spec.inputs.map(\.target) == ["data.csv", "start/weights.bin"])
        #expect(
            spec.upstreams == [ObjectName(name: "other"): .finished, ObjectName(name: "prepare"): .succeeded])
    }

    /// A record that was made before there were dependencies compares equal, and the order of a list means nothing.
    @Test func theCanonicalForm() throws {
        func canonical(_ more: String) throws -> String {
            let loaded = Self.load(Self.prepare, ("other", ""), ("train", more))
            return try #require(loaded.desired.runs[ObjectName(name: "train")]).spec.canonical.canonicalText
        }
        #expect(try !canonical("").contains("dependsOn") && !canonical("inputs: []").contains("inputs"))
        #expect(
            try canonical("dependsOn: [{run: prepare}, {run: other}]")
                == canonical("dependsOn: [{run: other, condition: succeeded}, {run: default/prepare}]"))
        #expect(
            try canonical("inputs: [{from: prepare, path: data.csv}]")
                == canonical("inputs: [{from: default/prepare, path: outputs/data.csv, as: ./data.csv}]"))
    }

    /// An input is stronger than a dependency on the same run that says less.
    @Test func anInputWaitsForSuccess() throws {
        let more = "dependsOn: [{run: prepare, condition: finished}]\ninputs: [{from: prepare, path: data.csv}]"
        let loaded = Self.load(Self.prepare, ("train", more))
        let spec = try #require(loaded.desired.runs[ObjectName(name: "train")]).spec
        #expect(!loaded.hasErrors && spec.upstreams == [ObjectName(name: "prepare"): .succeeded])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let more: String
        let code: String
        /// Line of the run's own document, and column.
        let line: Int
        let column: Int
        let message: String
        let remedy: String

        init(_ more: String, _ code: String, _ line: Int, _ column: Int, _ message: String, _ remedy: String = "") {
            self.more = more
            self.code = code
            self.line = line
            self.column = column
            self.message = message
            self.remedy = remedy
        }

        var testDescription: String { more }
    }

    static let faults = [
        Fault("dependsOn: [{run: prepaer}]", "SLW2041", 7, 21, "there is no Run/prepaer", "`prepare`?"),
        Fault("inputs: [{from: prepaer, path: a}]", "SLW2041", 7, 19, "there is no Run/prepaer", "`prepare`?"),
        Fault("dependsOn: [{run: vision/prepare}]", "SLW2041", 7, 21, "Run/vision/prepare", "`default/prepare`?"),
        Fault("dependsOn: [prepare]", "SLW2004", 7, 15, "spec.dependsOn[0] must be a mapping", "`run` and `condition`"),
        Fault("dependsOn: [{run: prepare, condition: done}]", "SLW2006", 7, 41, "one of `succeeded` and `finished`"),
        Fault("dependsOn: [{condition: finished}]", "SLW2005", 7, 15, "spec.dependsOn[0].run is missing"),
        Fault("dependsOn: [{run: train}]", "SLW2060", 7, 21, "Run/train waits for itself"),
        Fault("inputs: [{from: train, path: data.csv}]", "SLW2060", 7, 19, "Run/train waits for itself"),
        Fault("dependsOn: [{run: prepare}, {run: default/prepare, condition: finished}]", "SLW2061", 7, 37, "twice"),
        Fault("dependsOn: [{run: prepare}, {run: prepare}]", "SLW2061", 7, 37, "twice"),
        Fault(
            "inputs: [{from: prepare, path: data.cvs}]", "SLW2063", 7, 34, "Run/prepare leaves no `data.cvs`",
            "`data.csv`?"),
        Fault(
            "inputs: [{from: prepare, path: zebra}]", "SLW2063", 7, 34, "does not declare it",
            "`data.csv` and `model`"),
        Fault(
            "inputs: [{from: prepare, path: data.csv/a}, {from: prepare, path: modelling}]", "SLW2063", 7, 69,
            "modelling"),
        Fault("inputs: [{from: prepare, path: ../data.csv}]", "SLW2007", 7, 34, "must be an output", "without `..`"),
        Fault("inputs: [{from: prepare, path: /data.csv}]", "SLW2007", 7, 34, "must be an output"),
        Fault("inputs: [{from: prepare, path: \"\"}]", "SLW2007", 7, 34, "must be an output"),
        Fault("inputs: [{from: prepare, path: \"a\\nb\"}]", "SLW2007", 7, 34, "must be an output"),
        Fault("inputs: [{from: prepare, path: data.csv, as: ../x}]", "SLW2007", 7, 48, "below the folder of inputs"),
        Fault("inputs: [{from: prepare, path: data.csv, as: .}]", "SLW2007", 7, 48, "below the folder of inputs"),
        Fault(
            "inputs: [{from: prepare, path: data.csv}, {from: prepare, path: model/data.csv}]", "SLW2064", 7, 67,
            "two inputs are put at `data.csv`", "`as`"),
        Fault(
            "inputs: [{from: prepare, path: data.csv, as: a/b}, {from: prepare, path: model, as: ./a}]", "SLW2064", 7,
            87, "would lie in each other"),
        Fault(
            "dependsOn: [\(Array(repeating: "{run: prepare}", count: 101).joined(separator: ", "))]", "SLW2012", 7, 14,
            "at most 100"),
    ]

    @Test(arguments: faults) func mistake(_ fault: Fault) throws {
        let before = Self.text([Self.prepare]).split(separator: "\n").count + 1
        let loaded = Self.load(Self.prepare, ("train", fault.more))
        let found = loaded.diagnostics.first { $0.code.rawValue == fault.code }
        let diagnostic = try #require(found, "\(loaded.diagnostics.map(\.summary))")
        let place = diagnostic.location?.span.start
        #expect(place?.line == before + fault.line && place?.column == fault.column, "\(diagnostic.summary)")
        #expect(diagnostic.message.contains(fault.message), "\(diagnostic.message)")
        #expect((diagnostic.remedy ?? "").contains(fault.remedy), "\(diagnostic.remedy ?? "none")")
    }

    @Test func aJobThatDeclaresAFolderOfItsOwnIsUnderstood() {
        let runs = [Self.prepare, ("train", "inputs: [{from: prepare, path: outputs/data.csv}]")]
        #expect(!Sample.load(Self.text(runs, outputs: "[outputs/data.csv]")).hasErrors)
        #expect(!Sample.load(Self.text(runs, outputs: "[./data.csv]")).hasErrors)
        #expect(Sample.load(Self.text(runs, outputs: "[]")).diagnostics.map(\.code) == ["SLW2063"])
    }

    @Test func aCircleIsNamedWhole() throws {
        let loaded = Self.load(
            ("a", "dependsOn: [{run: b}, {run: free}]"), ("b", "inputs: [{from: c, path: data.csv}]"),
            ("c", "dependsOn: [{run: a}]"), ("free", ""), ("behind", "dependsOn: [{run: a}]"))
        let circle = try #require(loaded.diagnostics.first)
        #expect(loaded.diagnostics.count == 1 && circle.code == "SLW2062")
        #expect(circle.message == "3 runs wait for each other: a → b → c → a")
        #expect(circle.notes.map(\.message) == ["a waits for b here", "b waits for c here", "c waits for a here"])
        #expect(circle.location == circle.notes.first?.location && circle.notes.allSatisfy { $0.location != nil })
    }

    @Test func everyCircleIsReportedAtOnce() {
        let loaded = Self.load(
            ("a", "dependsOn: [{run: b}]"), ("b", "dependsOn: [{run: a}]"), ("c", "dependsOn: [{run: d}, {run: a}]"),
            ("d", "dependsOn: [{run: c}]"), ("e", "dependsOn: [{run: e}]"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2062", "SLW2062", "SLW2060"])
    }

    @Test func aRunWithMistakesIsNoReasonForMore() {
        let loaded = Self.load(("prepare", "prioritiy: high"), ("train", "inputs: [{from: prepare, path: nothing}]"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2003"])
    }
}
