public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What keeps a plan from being made or applied, and what policies deny in it.
    public static let planning = Self(
        "Plans and policies", DiagnosticPage.planning, DiagnosticPage.denials)
}
