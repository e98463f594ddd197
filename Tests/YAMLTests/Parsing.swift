import YAML

/// One file from its text.
func parse(_ text: String, limits: YAMLLimits = .default) -> YAMLFile {
    YAMLFile.parse(SourceFile(path: "m.yaml", text: text), limits: limits)
}

extension YAMLFile {
    /// `code line:column`, the form in which the tests here expect what is wrong.
    var findings: [String] {
        diagnostics.map { diagnostic in
            let start = diagnostic.location?.span.start
            return "\(diagnostic.code.rawValue) \(start.map { "\($0.line):\($0.column)" } ?? "-")"
        }
    }
}

extension Node {
    /// The node as text: types by their look, merges and aliases applied.
    var outline: String {
        switch kind {
        case .mapping: "{" + entries.map { "\($0.key.text): \($0.value.outline)" }.joined(separator: ", ") + "}"
        case .sequence: "[" + elements.map(\.outline).joined(separator: ", ") + "]"
        case .scalar:
            switch scalar {
            case .null: "null"
            case .bool(let value): "\(value)"
            case .int(let value): "\(value)"
            case .double(let value): "\(value)"
            case .string(let value): "'\(value)'"
            case nil: "?"
            }
        }
    }
}

extension Span {
    /// `line:column-line:column`.
    var text: String { "\(start.line):\(start.column)-\(end.line):\(end.column)" }
}
