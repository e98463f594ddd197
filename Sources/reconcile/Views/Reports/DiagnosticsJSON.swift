import Manifests
import YAML

/// Diagnostics for a program.
enum DiagnosticsJSON {
    static func value(_ diagnostics: [Diagnostic]) -> JSONValue {
        .object([
            "formatVersion": .string("1"),
            "valid": .bool(diagnostics.allSatisfy { $0.severity == .warning }),
            "diagnostics": .array(diagnostics.map(value)),
        ])
    }

    private static func value(_ diagnostic: Diagnostic) -> JSONValue {
        .object([
            "code": .string(diagnostic.code.rawValue),
            "severity": .string(diagnostic.severity.rawValue),
            "message": .string(diagnostic.message),
            "location": value(diagnostic.location),
            "remedy": diagnostic.remedy.map(JSONValue.string) ?? .null,
            "notes": .array(
                diagnostic.notes.map { .object(["message": .string($0.message), "location": value($0.location)]) }),
            "fixes": .array(
                diagnostic.fixes.map {
                    .object([
                        "location": value($0.location), "replacement": .string($0.replacement),
                        "certain": .bool($0.isCertain),
                    ])
                }),
        ])
    }

    private static func value(_ location: SourceLocation?) -> JSONValue {
        guard let location else { return .null }
        return .object([
            "file": .string(location.path),
            "line": .int(Int64(location.span.start.line)),
            "column": .int(Int64(location.span.start.column)),
            "endLine": .int(Int64(location.span.end.line)),
            "endColumn": .int(Int64(location.span.end.column)),
        ])
    }
}
