public import Manifests
public import YAML

extension Reconciler {
    /// The manifests as they are once defaults and patches have been put together.
    ///
    /// - Parameter texts: what is read instead of files.
    /// - Throws: `Diagnostics` with every error of the manifests, and where there are none.
    public func rendered(
        _ texts: ManifestTexts? = nil
    ) async throws -> (manifests: [RenderedManifest], warnings: [Diagnostic]) {
        let loaded = await ManifestLoader(repositoryRoot: repository.root, texts: texts).load(manifests)
        guard !loaded.hasErrors else { throw Diagnostics(loaded.diagnostics) }
        guard !loaded.desired.isEmpty else { throw Diagnostics([.noManifests(manifests)]) }
        return (loaded.desired.rendered, loaded.diagnostics)
    }
}
