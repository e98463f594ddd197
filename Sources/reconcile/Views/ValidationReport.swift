import ArgumentParser
import Foundation
import Manifests
import YAML

/// How `validate` prints what it finds.
enum ValidationFormat: String, Sendable, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case github
    case sarif
    case junit
    case gitlabCodequality = "gitlab-codequality"
}

/// What was found, in the words of each reader but a person.
struct ValidationReport {
    /// In the order in which they should be read.
    let diagnostics: [Diagnostic]
    /// What was checked, for what has no place of its own.
    let place: String
    /// All files that were read.
    let files: [String]
    /// What a person would read of it, for the log of a CI system.
    let text: String

    /// The whole document; `nil` in the format that is for people.
    func document(_ format: ValidationFormat) -> String? {
        switch format {
        case .text: nil
        case .json: DiagnosticsJSON.value(diagnostics).pretty
        case .github:
            GitHubAnnotations(diagnostics: diagnostics).text(followedBy: text, token: "slipway-\(UUID().uuidString)")
        case .sarif: SARIFLog(diagnostics: diagnostics, place: place, version: Reconcile.version).value.pretty
        case .junit: JUnitReport(diagnostics: diagnostics, place: place, files: files).text
        case .gitlabCodequality: CodeQualityReport.value(diagnostics, place: place).pretty
        }
    }
}
