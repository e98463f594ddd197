import Testing
import YAML

/// One numbered example of the YAML 1.2.2 specification: a text of our own that uses the same rules, and what it says.
struct Example: CustomTestStringConvertible, Sendable {
    /// Number and title of the example in the specification.
    let name: String
    let text: String
    /// Every document as an outline; those before an error that ends reading are there.
    let documents: [String]
    /// What is reported, as `code line:column`: nothing where we read the example as the specification says. A code
    /// says that we refuse it, or warn.
    let findings: [String]

    init(_ name: String, _ text: String, _ documents: String..., findings: [String] = []) {
        self.name = name
        self.text = text
        self.documents = documents
        self.findings = findings
    }

    var testDescription: String { name }

    func check() {
        let file = parse(text)
        #expect(file.documents.map(\.outline) == documents, "\(name)")
        #expect(file.findings == findings, "\(name)")
    }

    /// That each example of a chapter is there, in order: each number may have several cases.
    static func areComplete(_ examples: [Example], chapter: Int, count: Int) -> Bool {
        var numbers: [String] = []
        for example in examples {
            let number = String(example.name.prefix { $0 != " " })
            if numbers.last != number { numbers.append(number) }
        }
        return numbers == (1...count).map { "\(chapter).\($0)" }
    }
}
