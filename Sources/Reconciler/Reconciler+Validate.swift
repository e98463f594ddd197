public import Manifests
public import YAML

/// What checking manifests came to.
public struct ManifestCheck: Sendable {
    /// Every file that was read as a manifest, in order of their paths.
    public var files: [String] = []
    /// What they want; complete only where nothing is wrong.
    public var desired = DesiredState()
    /// Errors and warnings by file, line and column; then what policies deny.
    public var diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension Reconciler {
    /// What the files alone can tell, with what policies deny: those of the checkout and, for a proposal, those of the
    /// branch that it is for.
    ///
    /// - Parameter texts: what is read instead of files.
    /// - Throws: what is no finding, such as that Git cannot be asked.
    public func validate(
        for target: PolicyReference?, _ texts: ManifestTexts? = nil
    ) async throws -> ManifestCheck {
        let reader = DesiredReader(root: repository.root, paths: manifests)
        let loaded = await reader.load(texts)
        var check = ManifestCheck(diagnostics: loaded.diagnostics)
        check.files = loaded.paths
        check.desired = loaded.desired
        do {
            _ = try reader.reading(of: loaded)
            guard !check.files.isEmpty || !check.desired.isEmpty else { throw Diagnostics([.noManifests(manifests)]) }
            check.diagnostics += try await denials(of: check.desired, for: target)
        } catch let diagnostics as Diagnostics {
            check.diagnostics = diagnostics.all
        } catch let diagnostic as Diagnostic {
            check.diagnostics = [diagnostic]
        }
        return check
    }
}
