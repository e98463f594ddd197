public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What keeps an agent from starting an attempt.
    public static let agents = Self(
        "Agents", DiagnosticPage.agents, DiagnosticPage.inputs)
}
