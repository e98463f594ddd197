public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What can go wrong between Slipway and what executes runs.
    public static let engines = Self(
        "Engines", DiagnosticPage.attempts, DiagnosticPage.slurm, DiagnosticPage.containers, DiagnosticPage.kubernetes)
}
