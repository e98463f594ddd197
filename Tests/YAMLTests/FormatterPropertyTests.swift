import Foundation
import Support
import Testing
import YAML

/// Whatever is written, formatting keeps its meaning and its comments, and formatting again changes nothing.
@Suite struct FormatterPropertyTests {
    @Test(.timeLimit(.minutes(5)), arguments: SeededRandom.seeds(10))
    func randomFiles(seed: UInt64) {
        var formatted = 0
        for round in 0..<40 {
            let (text, comments) = RandomYAML.file(seed: seed &* 1000 &+ UInt64(round))
            guard check(text, comments, "seed \(seed) round \(round)") else { continue }
            formatted += 1
        }
        // What is no YAML tells nothing; most has to be.
        #expect(formatted > 20, "of 40")
    }

    /// Random mistakes in random files: what is still YAML is formatted, and the rest does no harm.
    @Test(.timeLimit(.minutes(5)), arguments: SeededRandom.seeds(5))
    func mutatedFiles(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 77)
        let special = Array("[]{}:,-?&*!|>'\"%#~<\t\n\r \\".utf8)
        for round in 0..<60 {
            var bytes = Array(RandomYAML.file(seed: seed &* 1000 &+ UInt64(round)).text.utf8)
            for _ in 0...random.int(0...2) where !bytes.isEmpty {
                let place = random.int(0...bytes.count - 1)
                switch random.int(0...2) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = special[random.int(0...special.count - 1)]
                default: bytes.insert(special[random.int(0...special.count - 1)], at: place)
                }
            }
            _ = check(String(decoding: bytes, as: UTF8.self), [], "seed \(seed) mutation \(round)")
        }
    }

    /// - Returns: whether it is YAML.
    private func check(_ text: String, _ comments: [String], _ name: String) -> Bool {
        let source = SourceFile(path: "m.yaml", text: text)
        let file = YAMLFile.parse(source)
        guard !file.diagnostics.contains(where: { $0.severity == .error }) else { return false }
        let order = FieldOrder(
            fields: ["b0", "b1"].map { ($0, .asWritten) }, elements: FieldOrder(fields: [("b2", .asWritten)]))
        for order in [FieldOrder.asWritten, order] {
            let outcome = YAMLFormatter.format(source) { _ in order }
            guard let result = outcome.text.map({ String(decoding: $0, as: UTF8.self) }) else {
                Issue.record("\(name): \(outcome.diagnostics.map(\.message)) \(text.debugDescription.prefix(2000))")
                return true
            }
            let again = YAMLFormatter.format(SourceFile(path: "m.yaml", text: result)) { _ in order }
            let second = again.text.map { String(decoding: $0, as: UTF8.self) } ?? ""
            if second != result {
                Issue.record(
                    "\(name) is not stable: \(firstDifference(result, second))\n\(again.diagnostics.map(\.message))")
            }
            #expect(parse(result).documents.map(\.sortedOutline) == file.documents.map(\.sortedOutline), "\(name)")
            for comment in comments {
                #expect(result.components(separatedBy: comment).count == 2, "\(name): \(comment) in \(result)")
            }
            #expect(!result.contains("\r") && !result.hasPrefix("\n") && !result.hasPrefix("\u{FEFF}"), "\(name)")
            #expect(result.isEmpty || result.hasSuffix("\n"), "\(name)")
        }
        return true
    }
}

/// The lines around the first in which two texts differ.
private func firstDifference(_ left: String, _ right: String) -> String {
    let (left, right) = (left.components(separatedBy: "\n"), right.components(separatedBy: "\n"))
    let line =
        zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(left.count, right.count)
    let around = max(0, line - 3)..<line + 3
    let first = left.indices.clamped(to: around).map { left[$0] }
    return "\(first) and \(right.indices.clamped(to: around).map { right[$0] })"
}

extension Node {
    /// As `outline`, with keys in the order of their texts.
    fileprivate var sortedOutline: String {
        switch kind {
        case .mapping:
            "{" + entries.map { "\($0.key.text): \($0.value.sortedOutline)" }.sorted().joined(separator: ", ") + "}"
        case .sequence: "[" + elements.map(\.sortedOutline).joined(separator: ", ") + "]"
        case .scalar: outline
        }
    }
}
