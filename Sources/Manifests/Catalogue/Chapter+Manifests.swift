public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What can be wrong with manifests, and between them.
    public static let manifests = Self(
        "Manifests", DiagnosticPage.envelope, DiagnosticPage.parameters, DiagnosticPage.references,
        DiagnosticPage.dependencies, DiagnosticPage.loading, DiagnosticPage.availability, DiagnosticPage.images,
        DiagnosticPage.queues, DiagnosticPage.policies, DiagnosticPage.artifacts, DiagnosticPage.slurm,
        DiagnosticPage.containers, DiagnosticPage.kubernetes, DiagnosticPage.deployments, DiagnosticPage.usage,
        DiagnosticPage.composition, DiagnosticPage.matrix)
}
