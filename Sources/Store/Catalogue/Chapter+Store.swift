public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What can be wrong with the recorded state, wherever it is.
    public static let store = Self(
        "State", DiagnosticPage.files, DiagnosticPage.servers, DiagnosticPage.transfer, DiagnosticPage.branches)
}
