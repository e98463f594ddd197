public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What can be wrong with sources, packages, images, and where they are kept.
    public static let images = Self(
        "Images", DiagnosticPage.sources, DiagnosticPage.layouts, DiagnosticPage.python, DiagnosticPage.registries,
        DiagnosticPage.bases, DiagnosticPage.provenance, DiagnosticPage.tools)
}
