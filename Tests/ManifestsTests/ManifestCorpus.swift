import Foundation
import Support
import YAML

@testable import Manifests

/// The manifests that this repository shows to people: those of its own folder, of the documentation, of the pages of
/// codes and of the reference page.
enum ManifestCorpus {
    struct Entry {
        /// Where it stands.
        var place: String
        var document: JSONValue
    }

    /// Those that decoding takes. Documentation also shows parts, and mistakes.
    static let sound: [Entry] = {
        let texts = files + pages + examples
        return texts.flatMap { place, text in
            YAMLFile.parse(SourceFile(path: place, text: text)).documents.compactMap { node in
                // Most of the documentation leaves the first line out.
                guard case .object(let members)? = try? JSONValue(node), members["kind"] != nil else { return nil }
                let document = JSONValue.object(members.merging(["apiVersion": "slipway/v1"]) { own, _ in own })
                guard SchemaAgreementTests.errors(document).isEmpty else { return nil }
                return Entry(place: place, document: document)
            }
        }
    }()

    private static let examples = (Kind.allCases.map(\.example) + [.defaults]).map { ("examples of kinds", $0.text) }

    private static let pages: [(String, String)] = DiagnosticCatalogue([.yaml, .manifests]).pages.compactMap { page in
        page.example.map { (page.code.rawValue, $0.right) }
    }

    /// Manifests, and the blocks of YAML in Markdown.
    private static let files: [(String, String)] = {
        let root = BuiltProgram.checkout
        let found = ["manifests", "docs"].flatMap { folder in
            let url = URL(fileURLWithPath: "\(root)/\(folder)").resolvingSymlinksInPath()
            let all = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
            return all.sorted().map { "\(folder)/\($0)" }
        }
        return (found + ["README.md"]).flatMap { path -> [(String, String)] in
            guard path.hasSuffix(".yaml") || path.hasSuffix(".md"),
                let text = try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            else { return [] }
            return path.hasSuffix(".md") ? blocks(text).map { (path, $0) } : [(path, text)]
        }
    }()

    private static func blocks(_ markdown: String) -> [String] {
        markdown.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }
}
