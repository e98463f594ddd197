extension DiagnosticCatalogue.Chapter {
    /// What can be wrong with the text of a YAML file, whatever it is meant to say.
    public static let yaml = Self(
        "YAML", DiagnosticPage.limits, DiagnosticPage.structure, DiagnosticPage.syntax,
        DiagnosticPage.characters, DiagnosticPage.deviations, DiagnosticPage.formatting)
}
