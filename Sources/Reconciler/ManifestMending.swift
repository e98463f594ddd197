import Images
public import Manifests
public import YAML

/// What mending manifests came to.
public struct MendingReport: Sendable {
    /// The files that change, in order of their paths.
    public var changes: [ManifestTexts.Change]
    /// What was wrong and is mended. Places are those of the text in which it was found, which may have been changed
    /// before.
    public var mended: [Diagnostic]
    /// What is wrong still.
    public var check: ManifestCheck
}

extension Reconciler {
    /// One change can show the next mistake, as of a field that was not known by its name; so many times they are
    /// looked for.
    private static let mostRounds = 10

    /// Makes the changes of which the findings in manifests are certain, in the files that are in the repository.
    ///
    /// Each file is written once, in one step, and only where it is still what was read.
    ///
    /// - Parameter writes: whether files are written; otherwise everything is told as if they were.
    public func mend(for target: PolicyReference?, writes: Bool) async throws -> MendingReport {
        let reader = DesiredReader(root: repository.root, paths: manifests)
        let texts = ManifestTexts()
        var mended: [Diagnostic] = []
        for _ in 0..<Self.mostRounds {
            let made = texts.mend(await reader.load(texts).diagnostics)
            guard !made.isEmpty else { break }
            mended += made
        }
        var changes = texts.changes
        var failed: [String: Diagnostic] = [:]
        for change in changes where writes {
            do {
                // The real path: a link stays a link, and what it leads to is in the repository.
                let isWritten = try HandedFiles.replaceContent(
                    of: change.real, with: change.after, whereItIs: change.before)
                if !isWritten { failed[change.path] = .changedWhileMended(change.path) }
            } catch let diagnostic as Diagnostic {
                failed[change.path] = diagnostic
            }
        }
        changes.removeAll { failed[$0.path] != nil }
        mended.removeAll { diagnostic in diagnostic.fixes.contains { failed[$0.location.path] != nil } }
        var check = try await validate(for: target, failed.isEmpty ? texts : nil)
        check.diagnostics = failed.sorted { $0.key < $1.key }.map(\.value) + check.diagnostics
        return MendingReport(changes: changes, mended: mended, check: check)
    }
}
