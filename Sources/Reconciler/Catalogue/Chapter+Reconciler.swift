public import YAML

extension DiagnosticCatalogue.Chapter {
    /// What can go wrong around plans, runs, their traces, and the audit trail.
    public static let reconciler = Self(
        "Reconciling", DiagnosticPage.state, DiagnosticPage.runs, DiagnosticPage.plans, DiagnosticPage.policies,
        DiagnosticPage.notifications, DiagnosticPage.images, DiagnosticPage.reproduction, DiagnosticPage.mending)
}
