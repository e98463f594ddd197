import Manifests
import Planning
import YAML

/// Diagnostics as a SARIF 2.1.0 log (OASIS), which code scanning and editors read.
struct SARIFLog {
    let diagnostics: [Diagnostic]
    /// Stands for the place of what has none: GitHub refuses a log in which a result has no place.
    let place: String
    let version: String

    var value: JSONValue {
        let codes = Set(diagnostics.map(\.code.rawValue)).sorted()
        let indices = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
        var fingerprints = DiagnosticFingerprints()
        let results = diagnostics.map { diagnostic in
            result(diagnostic, rule: indices[diagnostic.code.rawValue] ?? 0, fingerprints.next(diagnostic))
        }
        let driver: JSONValue = .object([
            "name": "reconcile", "version": .string(version), "semanticVersion": .string(version),
            "rules": .array(codes.map(rule)),
        ])
        let run: JSONValue = .object([
            "tool": .object(["driver": driver]),
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": .object([
                Self.root: .object(["description": message("The root of the repository")])
            ]),
            "results": .array(results),
        ])
        return .object([
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": .array([run]),
        ])
    }

    // MARK: Rules

    private static let root = "%SRCROOT%"

    private func rule(_ code: String) -> JSONValue {
        let isError = diagnostics.contains { $0.code.rawValue == code && $0.severity == .error }
        let page = DiagnosticCatalogue.all.pages(beginning: code).pages.first
        var members: [String: JSONValue] = [
            "id": .string(code), "shortDescription": message(page?.title ?? code),
            "defaultConfiguration": .object(["level": .string(isError ? "error" : "warning")]),
        ]
        if let page {
            members["fullDescription"] = message(page.explanation)
            // Without a `helpUri`: the pages come with each version, and have no address that holds for all.
            members["help"] = .object([
                "text": .string(DiagnosticPageView(style: .plain, width: 100).text(page)),
                "markdown": .string(page.markdown),
            ])
        }
        return .object(members)
    }

    // MARK: Results

    private func result(_ diagnostic: Diagnostic, rule: Int, _ fingerprint: String) -> JSONValue {
        let location = diagnostic.location ?? SourceLocation(path: place)
        var members: [String: JSONValue] = [
            "ruleId": .string(diagnostic.code.rawValue), "ruleIndex": .int(Int64(rule)),
            "level": .string(diagnostic.severity.rawValue), "message": message(diagnostic.sentence),
            "locations": .array([.object(physical(location))]),
            "partialFingerprints": .object(["slipwayDiagnostic/v1": .string(fingerprint)]),
        ]
        let related = diagnostic.notes.compactMap { note in
            note.location.map { place in
                JSONValue.object(
                    physical(place).merging(["message": message(note.message.printable)]) { _, new in new })
            }
        }
        if !related.isEmpty { members["relatedLocations"] = .array(related) }
        if !diagnostic.fixes.isEmpty {
            var fix: [String: JSONValue] = ["artifactChanges": .array(changes(diagnostic.fixes))]
            fix["description"] = diagnostic.remedy.map { message($0.printable) }
            members["fixes"] = .array([.object(fix)])
        }
        return .object(members)
    }

    private func changes(_ fixes: [Diagnostic.Fix]) -> [JSONValue] {
        Dictionary(grouping: fixes) { $0.location.path }.sorted { $0.key < $1.key }.map { path, fixes in
            .object([
                "artifactLocation": Self.artifact(path),
                "replacements": .array(
                    fixes.map { fix in
                        .object([
                            "deletedRegion": Self.region(fix.location.span),
                            "insertedContent": .object(["text": .string(fix.replacement)]),
                        ])
                    }),
            ])
        }
    }

    private func physical(_ location: SourceLocation) -> [String: JSONValue] {
        [
            "physicalLocation": .object([
                "artifactLocation": Self.artifact(location.path), "region": Self.region(location.span),
            ])
        ]
    }

    /// Ours is half-open as well (SARIF 3.30.8: the end column is that behind the region).
    private static func region(_ span: Span) -> JSONValue {
        .object([
            "startLine": .int(Int64(span.start.line)), "startColumn": .int(Int64(span.start.column)),
            "endLine": .int(Int64(span.end.line)), "endColumn": .int(Int64(span.end.column)),
        ])
    }

    /// A path below the repository's root is relative to it, any other a URI of its own.
    private static func artifact(_ path: String) -> JSONValue {
        let encoded = percentEncoded(path)
        if path.hasPrefix("/") { return .object(["uri": .string("file://\(encoded)")]) }
        return .object(["uri": .string(encoded), "uriBaseId": .string(root)])
    }

    /// All but the unreserved characters of RFC 3986 and what divides a path.
    private static func percentEncoded(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }.joined()
    }

    /// Text of a manifest must not become a link (3.11.6). Braces stay single although 3.11.5 doubles them: without
    /// arguments, what reads these logs (code scanning, Microsoft's SDK) shows a message as it is written.
    private func message(_ text: String) -> JSONValue {
        .object(["text": .string(text.replacing("](", with: "] ("))])
    }
}
