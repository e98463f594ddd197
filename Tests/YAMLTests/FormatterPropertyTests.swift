import Foundation
import Support
import Testing
import YAML

/// Whatever is written, formatting keeps its meaning and its comments, and formatting again changes nothing.
@Suite struct FormatterPropertyTests {
    @Test(.timeLimit(.minutes(5)), arguments: SeededRandom.seeds(40))
    func randomFiles(seed: UInt64) {
        var formatted = 0
        for round in 0..<50 {
            let (text, comments) = RandomYAML.file(seed: seed &* 1000 &+ UInt64(round))
            guard check(text, comments, "seed \(seed) round \(round)") else { continue }
            formatted += 1
        }
        // What is no YAML tells nothing; most has to be.
        #expect(formatted > 20, "of 50")
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
            #expect(
                again.text.map { String(decoding: $0, as: UTF8.self) } == result,
                "\(name) is not stable: \(text.debugDescription)\nfirst: \(result.debugDescription)")
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
