/// A habit of the house that a machine can hold: a pure function from files to what breaks it.
///
/// It sees all files at once, since some habits are about several. `Rules+….swift` hold the rules by what they look at.
struct Rule: Sendable {
    let name: String
    let findings: @Sendable ([TextFile]) -> [Finding]

    init(_ name: String, _ findings: @escaping @Sendable ([TextFile]) -> [Finding]) {
        self.name = name
        self.findings = findings
    }

    /// A rule that looks at one file at a time.
    static func perFile(_ name: String, _ findings: @escaping @Sendable (TextFile) -> [Finding]) -> Rule {
        Rule(name) { $0.flatMap(findings) }
    }

    /// A rule that looks at one line at a time; the closure says what is wrong with it, if anything is.
    static func perLine(
        _ name: String, in files: @escaping @Sendable (TextFile) -> Bool,
        lines: @escaping @Sendable (TextFile) -> [Substring], _ complaint: @escaping @Sendable (Substring) -> String?
    ) -> Rule {
        perFile(name) { file in
            guard files(file) else { return [] }
            return lines(file).enumerated().compactMap { index, line in
                complaint(line).map { Finding(file, line: index + 1, $0) }
            }
        }
    }

    static let all = [
        imports, homes, readmes, unsafeCode, markers, lineWidth, fileLength, fileNames, diagnosticCodes,
        cataloguePages, machinePaths,
    ]
}
