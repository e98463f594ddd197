import Manifests
import Planning
import YAML

/// The page of a diagnostic code for a terminal, and lists of codes.
struct DiagnosticPageView {
    let style: TextStyle
    /// How wide a line may be; more than this nobody reads with ease.
    let width: Int

    init(style: TextStyle, width: Int) {
        self.style = style
        self.width = min(width, 100)
    }

    func text(_ page: DiagnosticPage) -> String {
        var text = "\(style.mark(page.code.rawValue, .accent)): \(page.title)\n\n"
        text += wrapped(page.explanation).map { "  \($0)\n" }.joined()
        if let example = page.example {
            text += block("Wrong", .bad, example.wrong) + block("Right", .good, example.right)
        }
        return text
    }

    func list(_ catalogue: DiagnosticCatalogue) -> String {
        catalogue.pages.map { "\(style.mark($0.code.rawValue, .accent))  \($0.title)\n" }.joined()
    }

    private func block(_ title: String, _ tone: TextStyle.Tone, _ manifest: String) -> String {
        let lines = manifest.split(separator: "\n", omittingEmptySubsequences: false)
        return "\n  \(style.mark(title, tone)):\n"
            + lines.map { "    \(style.mark("|", .faint)) \($0)" }.joined(separator: "\n") + "\n"
    }

    private func wrapped(_ paragraph: String) -> [String] {
        var lines: [String] = []
        for word in paragraph.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width - 2 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension DiagnosticPage {
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "code": .string(code.rawValue), "title": .string(title), "explanation": .string(explanation),
        ]
        if let example { members["example"] = ["wrong": .string(example.wrong), "right": .string(example.right)] }
        return .object(members)
    }
}

extension DiagnosticCatalogue {
    var json: JSONValue { ["formatVersion": "1", "diagnostics": .array(pages.map(\.json))] }
}
