import Manifests
import Testing
import YAML

/// What a diagnostic offers to change, changed: then it is gone.
@Suite("Changes that mend a mistake")
struct FixTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var code: String
        var from: String
        var to: String
        /// What is offered in place of `to`; `nil` where that takes a person.
        var fixed: String?

        var testDescription: String { "\(code): \(to)" }
    }

    static let cases: [Case] = [
        Case(
            code: "SLW2002", from: "apiVersion: slipway/v1", to: "apiVersion: sliway/v1",
            fixed: "apiVersion: slipway/v1"),
        Case(code: "SLW2003", from: "command:", to: "comand:", fixed: "command:"),
        Case(code: "SLW2003", from: "command:", to: "\"comand\":", fixed: "\"command\":"),
        Case(code: "SLW2003", from: "command:", to: "status: 1\n  command:", fixed: nil),
        Case(code: "SLW2006", from: "kind: Job", to: "kind: Jobb", fixed: "kind: Job"),
        Case(code: "SLW2006", from: "kind: Job", to: "kind: Deployment", fixed: nil),
        Case(
            code: "SLW2004", from: "[python3, train.py]", to: "[python3, 3.10]", fixed: "[python3, \"3.10\"]"),
        Case(code: "SLW2004", from: "[python3, train.py]", to: "[python3, []]", fixed: nil),
        Case(
            code: "SLW2004", from: "[python3, train.py]", to: "[python3, ]\n  env: {A: true}",
            fixed: "[python3, ]\n  env: {A: \"true\"}"),
        Case(
            code: "SLW2004", from: "name: train}", to: "name: train, labels: {run: 7}}",
            fixed: "name: train, labels: {run: \"7\"}}"),
        Case(
            code: "SLW2004", from: "name: train}", to: "name: train, annotations: {slipway/prune: false}}",
            fixed: "name: train, annotations: {slipway/prune: \"false\"}}"),
        // Not a label's value, whether quoted or not.
        Case(code: "SLW2004", from: "name: train}", to: "name: train, labels: {run: -7}}", fixed: nil),
        Case(code: "SLW2021", from: "${parameters.lr}", to: "x=${params.lr}", fixed: "x=${parameters.lr}"),
        Case(code: "SLW2022", from: "${parameters.lr}", to: "é${parameters.rl}", fixed: "é${parameters.lr}"),
        Case(code: "SLW2041", from: "job: train", to: "job: trian", fixed: "job: train"),
        Case(code: "SLW2041", from: "queue: local", to: "queue: default/lokal", fixed: "queue: default/local"),
        Case(code: "SLW2041", from: "job: train", to: "job: 'trian@v3'", fixed: "job: 'train@v3'"),
        Case(code: "SLW2041", from: "job: train", to: "job: something-else", fixed: nil),
        Case(
            code: "SLW2025", from: "{lr: 0.05", to: "{rl: 0.05", fixed: "{lr: 0.05"),
        Case(code: "SLW1023", from: "  command:", to: "\tcommand:", fixed: "  command:"),
    ]

    @Test(arguments: cases) func whatIsOfferedMendsIt(_ tried: Case) throws {
        let broken = Sample.all.replacing(tried.from, with: tried.to, maxReplacements: 1)
        let found = try #require(Sample.load(broken).diagnostics.first { $0.code.rawValue == tried.code })
        guard let fixed = tried.fixed else {
            #expect(found.fixes.isEmpty, "\(found)")
            return
        }
        let fix = try #require(found.fixes.first, "\(found)")
        #expect(found.fixes.count == 1)
        let span = fix.location.span
        var bytes = Array(broken.utf8)
        bytes.replaceSubrange(span.start.offset..<span.end.offset, with: fix.replacement.utf8)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text == Sample.all.replacing(tried.from, with: fixed, maxReplacements: 1))
        #expect(!Sample.load(text).diagnostics.contains { $0.code.rawValue == tried.code })
    }

    @Test func anAliasIsLeftToAPerson() throws {
        let text = Sample.job.replacing("[python3, train.py]", with: "[&number 33, *number]")
        let found = Sample.load(text).diagnostics.filter { $0.code.rawValue == "SLW2004" }
        #expect(found.map { $0.fixes.map(\.replacement) } == [[], []])
    }
}
