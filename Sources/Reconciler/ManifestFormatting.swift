import Images
public import Manifests
public import YAML

/// What formatting manifests came to.
public struct FormattingReport: Sendable {
    /// Every manifest file, in order of their paths.
    public var files: [FormattedFile]
    /// Everything that is wrong, with files or with what leads to them; their texts were left alone.
    public var diagnostics: [Diagnostic]

    public init(files: [FormattedFile], diagnostics: [Diagnostic]) {
        self.files = files
        self.diagnostics = diagnostics
    }

    public var changed: [FormattedFile] { files.filter(\.isChanged) }
}

extension Reconciler {
    /// Manifests in canonical style (docs/formatting.md): the files that hold manifests, and no others.
    ///
    /// - Parameter writes: whether files that change are written, each in one step. One that cannot be is reported, and
    ///   the others are written nevertheless.
    /// - Throws: a `Diagnostic` where there is no manifest.
    public func format(writes: Bool) async throws -> FormattingReport {
        let (files, faults) = await ManifestLoader(repositoryRoot: repository.root).format(manifests)
        guard !files.isEmpty || !faults.isEmpty else { throw Diagnostic.noManifests(manifests) }
        var report = FormattingReport(files: files, diagnostics: faults + files.flatMap(\.diagnostics))
        guard writes else { return report }
        for index in files.indices where files[index].isChanged {
            do {
                // The real path: a link stays a link, and what it leads to is in the repository.
                try HandedFiles.replaceContent(of: files[index].real, with: files[index].after)
            } catch let diagnostic as Diagnostic {
                report.diagnostics.append(diagnostic)
                report.files[index].after = files[index].before
            }
        }
        return report
    }
}
