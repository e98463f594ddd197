import Support
import Testing
import YAML

@testable import Manifests

/// What `validate --fix` makes of manifests: only what is certain, and again and again the same.
@Suite("Mending manifests")
struct MendingTests {
    /// Mends until nothing is left to be mended; `nil` where there is no end.
    static func mended(_ text: String) -> (text: String, codes: [String])? {
        var source = SourceFile(path: "m/a.yaml", text: text)
        var codes: [String] = []
        for _ in 0..<10 {
            let result = MendedText(source, mending: LoadedManifests(decoding: [source]).diagnostics)
            guard !result.mended.isEmpty else { return (String(decoding: source.bytes, as: UTF8.self), codes) }
            codes += result.mended.map(\.code.rawValue)
            source = SourceFile(path: source.path, bytes: result.bytes)
        }
        return nil
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var from: String
        var to: String
        /// What is made of `to`; itself where a person decides.
        var mended: String

        var testDescription: String { to }
    }

    static let cases: [Case] = [
        // Words of the language, of which there is one near.
        Case(from: "command:", to: "comand:", mended: "command:"),
        Case(from: "apiVersion:", to: "apiversion:", mended: "apiVersion:"),
        Case(from: "apiVersion: slipway/v1", to: "apiVersion: sliway/v1", mended: "apiVersion: slipway/v1"),
        Case(from: "kind: Job", to: "kind: job", mended: "kind: Job"),
        Case(from: "name: train}", to: "nam: train} # é模", mended: "name: train} # é模"),
        // Text that was read as something else, as it stands there.
        Case(
            from: "[python3, train.py]", to: "[python3, 3.10, 0x1F, true]",
            mended: "[python3, \"3.10\", \"0x1F\", \"true\"]"),
        Case(from: "name: train}", to: "name: train, labels: {run: 7}}", mended: "name: train, labels: {run: \"7\"}}"),
        // One change uncovers the next.
        Case(from: "command: [python3, train.py]", to: "comand: [python3, 7]", mended: "command: [python3, \"7\"]"),
        Case(from: "${parameters.lr}", to: "${params.lr}", mended: "${parameters.lr}"),
        // The text that was written, whatever else is said of it.
        Case(
            from: "command: [python3, train.py]", to: "comand: [python3, 1e3, 012, 12:30]",
            mended: "command: [python3, \"1e3\", \"012\", \"12:30\"]"),
        // The field is there already; or two are meant to be one.
        Case(from: "command:", to: "comand: [x]\n  command:", mended: "comand: [x]\n  command:"),
        Case(
            from: "command: [python3, train.py]", to: "comand: [x]\n  commnd: [y]",
            mended: "command: [x]\n  commnd: [y]"),
        // A later version of Slipway may know it.
        Case(from: "apiVersion: slipway/v1", to: "apiVersion: slipway/v2", mended: "apiVersion: slipway/v2"),
        // What people gave a name.
        Case(from: "job: train", to: "job: trian", mended: "job: trian"),
        Case(from: "{lr: 0.05", to: "{rl: 0.05", mended: "{rl: 0.05"),
        Case(from: "name: train}", to: "name: Train}", mended: "name: Train}"),
        // What has a size.
        Case(from: "[python3, train.py]", to: "[python3]\n  timeout: 30", mended: "[python3]\n  timeout: 30"),
        Case(
            from: "[python3, train.py]", to: "[python3]\n  resources: {memory: 512}",
            mended: "[python3]\n  resources: {memory: 512}"),
        // Nothing, or a word.
        Case(from: "[python3, train.py]", to: "[python3, null]", mended: "[python3, null]"),
        Case(from: "  command:", to: "\tcommand:", mended: "\tcommand:"),
    ]

    @Test(arguments: cases) func whatIsCertainIsMended(_ one: Case) throws {
        let broken = Sample.all.replacing(one.from, with: one.to, maxReplacements: 1)
        try #require(broken != Sample.all)
        let mended = try #require(Self.mended(broken))
        #expect(mended.text == Sample.all.replacing(one.from, with: one.mended, maxReplacements: 1))
        #expect(mended.codes.isEmpty == (one.to == one.mended))
    }

    /// A text with some mistakes in it of the kind that people make, in places of all kinds, and comments everywhere.
    private static func broken(_ random: inout SeededRandom) -> String {
        let texts = Kind.allCases.map(\.example.text) + TypicalMistake.all.map(\.manifest) + [Sample.all]
        let text = texts.randomElement(using: &random) ?? Sample.all
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = lines.indices.randomElement(using: &random) ?? 0
            var line = Array(lines[index])
            guard let place = line.indices.randomElement(using: &random) else { continue }
            switch Int.random(in: 0..<7, using: &random) {
            case 0: line.remove(at: place)
            case 1: line.swapAt(place, line.index(before: line.endIndex))
            case 2: line.insert(line[place], at: place)
            case 3: line.removeAll { "\"'".contains($0) }
            case 4: line += Array("  # é \(index)")
            case 5: line = Array(String(line).replacing(/: [a-z]+$/, with: { _ in ": 2020-01-01" }))
            default: line[place] = Character(line[place].uppercased().prefix(1).description)
            }
            lines[index] = String(line)
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: SeededRandom.seeds(2)) func mendedIsMendedForGood(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var changed = 0
        for _ in 0..<400 {
            let text = Self.broken(&random)
            guard let mended = Self.mended(text) else {
                Issue.record("seed \(seed): no end with \(text)")
                continue
            }
            let source = SourceFile(path: "m/a.yaml", text: mended.text)
            let left = LoadedManifests(decoding: [source]).diagnostics.filter(\.isMendable)
            // What is left is what would break the rest: a field that is there under both of two wrong names.
            for diagnostic in left {
                #expect(MendedText(source, mending: [diagnostic]).mended.isEmpty, "seed \(seed): \(diagnostic) \(text)")
            }
            if text != mended.text { changed += 1 }
            Self.expectSameElsewhere(text, mended, seed)
            // What somebody wrote as a value stays letter for letter: only words of the language become others.
            let renaming = mended.codes.count { ["SLW2002", "SLW2003", "SLW2006", "SLW2021"].contains($0) }
            let (before, after) = (Self.texts(text), Self.texts(mended.text))
            #expect(before.count == after.count, "seed \(seed): \(text)")
            #expect(zip(before, after).count { $0 != $1 } <= renaming, "seed \(seed): \(text)")
        }
        #expect(changed > 60, "\(changed)")
    }

    /// Lines stay lines, and of each no more changes than was mended; comments are not touched.
    private static func expectSameElsewhere(_ text: String, _ mended: (text: String, codes: [String]), _ seed: UInt64) {
        let (old, new) = (
            text.split(separator: "\n", omittingEmptySubsequences: false),
            mended.text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        #expect(old.count == new.count, "seed \(seed): \(text)")
        let changed = zip(old, new).filter { $0 != $1 }
        #expect(changed.count <= mended.codes.count, "seed \(seed): \(text)")
        for (before, after) in changed {
            #expect(comment(before) == comment(after), "seed \(seed): \(before) \(after)")
        }
    }

    /// All scalars of a text, in their order, without quotes.
    private static func texts(_ text: String) -> [String] {
        func texts(_ node: Node) -> [String] {
            switch node.kind {
            case .scalar: [node.text]
            case .sequence: node.elements.flatMap(texts)
            case .mapping: node.entries.flatMap { texts($0.key) + texts($0.value) }
            }
        }
        return YAMLFile.parse(SourceFile(path: "m/a.yaml", text: text)).documents.flatMap(texts)
    }

    private static func comment(_ line: Substring) -> Substring {
        line.firstRange(of: "  # é").map { line[$0.lowerBound...] } ?? ""
    }

    @Test func filesOutsideOfTheRepositoryStayAsTheyAre() throws {
        let texts = ManifestTexts()
        let text = Array(Sample.all.replacing("command:", with: "comand:").utf8)
        for path in ["a.yaml", "/elsewhere/a.yaml"] {
            #expect(
                try texts.bytes(of: "/real/\(path)", shown: path) { () throws(FileSystem.ReadFailure) in text } == text)
            let found = LoadedManifests(decoding: [SourceFile(path: path, bytes: text)]).diagnostics
            #expect(texts.mend(found).map(\.code) == (path.hasPrefix("/") ? [] : ["SLW2003"]))
        }
        #expect(texts.changes.map(\.path) == ["a.yaml"] && texts.changes.map(\.before) == [text])
        // Whoever reads again, reads what was made of it.
        let again = try texts.bytes(of: "/real/a.yaml", shown: "a.yaml") { () throws(FileSystem.ReadFailure) in [] }
        #expect(String(decoding: again, as: UTF8.self) == Sample.all)
    }
}
