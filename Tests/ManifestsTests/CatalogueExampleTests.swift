import Manifests
public import Testing
public import YAML

/// The examples of the pages of codes are manifests: what they claim is what happens.
@Suite("Examples in the catalogue of diagnostics")
struct CatalogueExampleTests {
    static let pages = DiagnosticCatalogue([.yaml, .manifests]).pages

    static let examples = pages.compactMap { page in page.example.map { Case(code: page.code, example: $0) } }

    struct Case: Sendable, CustomTestStringConvertible {
        var code: DiagnosticCode
        var example: DiagnosticPage.Example
        var testDescription: String { code.rawValue }
    }

    @Test(arguments: examples)
    func `the wrong one has the code`(_ test: Case) async throws {
        let found = try await Self.load(test.example.wrong, test.example).diagnostics
        #expect(found.contains { $0.code == test.code }, "\(found.map(\.summary))")
    }

    /// Neither an error nor a warning: it is what people copy.
    @Test(arguments: examples)
    func `of the right one nothing is said`(_ test: Case) async throws {
        let found = try await Self.load(test.example.right, test.example).diagnostics
        #expect(found.isEmpty, "\(found.map(\.summary))")
    }

    /// What is wrong in it is the one thing that its code is about: more would teach something else.
    @Test(arguments: examples)
    func `of the wrong one nothing else is said`(_ test: Case) async throws {
        let found = try await Self.load(test.example.wrong, test.example).diagnostics
        let others = found.filter { $0.code != test.code }
        #expect(others.isEmpty, "\(others.map(\.summary))")
    }

    @Test(arguments: pages)
    func `a page is of whole sentences and a short title`(_ page: DiagnosticPage) {
        #expect(
            page.title.count <= 70 && page.title.last?.isPunctuation != true && page.title.first?.isUppercase == true)
        #expect(page.explanation.hasSuffix(".") && page.explanation.contains(" "))
        #expect(page.example.map { $0.wrong != $0.right } ?? true)
    }

    /// Where an example needs files they are made, and the disk is looked at; otherwise it is not.
    private static func load(_ manifest: String, _ example: DiagnosticPage.Example) async throws -> LoadedManifests {
        var files = [SourceFile(path: "example.yaml", text: manifest)]
        if !example.beside.isEmpty { files.append(SourceFile(path: "others.yaml", text: example.beside)) }
        guard !example.files.isEmpty else { return LoadedManifests(decoding: files) }
        let folder = try TemporaryFolder()
        try folder.write("example.yaml", manifest)
        if !example.beside.isEmpty { try folder.write("others.yaml", example.beside) }
        for file in example.files { try folder.write(file, "") }
        return await folder.load(["."])
    }
}

extension DiagnosticPage: CustomTestStringConvertible {
    public var testDescription: String { code.rawValue }
}
