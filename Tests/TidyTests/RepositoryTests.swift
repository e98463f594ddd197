import Testing

/// The repository keeps its own rules.
@Suite struct RepositoryTests {
    @Test(arguments: Rule.all)
    func `the repository keeps the rule`(rule: Rule) throws {
        for finding in rule.findings(try Repository.files.get()) {
            Issue.record("\(finding)")
        }
    }

    /// Guards the test above: over no files, every rule holds.
    @Test func `the repository is found`() throws {
        let paths = Set(try Repository.files.get().map(\.path))
        #expect(paths.isSuperset(of: ["Package.swift", "LICENSE", ".ci/run", "Tests/TidyTests/Repository.swift"]))
        #expect(paths.contains { $0.hasPrefix("Sources/YAML/") })
        #expect(!paths.contains { $0.hasPrefix(".build") || $0.hasPrefix(".git/") })
    }
}

extension Rule: CustomTestStringConvertible {
    var testDescription: String { name }
}
