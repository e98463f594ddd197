import Manifests
import YAML

extension Repository {
    /// Reads the manifests of a commit as they would be read from a checkout of it, but for the jobs' sources, which
    /// are not looked at.
    ///
    /// Only what can be a manifest, a rule of what is ignored, or a way to one is written into a folder of its own,
    /// through an index of its own; neither the checkout nor its index is touched.
    ///
    /// - Parameter paths: files and folders of this repository. Those outside of it have no history.
    func manifests(of commit: String, in paths: [String], unique: String) async throws -> LoadedManifests {
        let folder = try ScratchFolder(unique)
        defer { folder.remove() }
        let index = ["GIT_INDEX_FILE": folder.path + "/index"]
        _ = try await git(["read-tree", commit], environment: index)
        let entries = try await git(["ls-files", "--stage", "-z"], environment: index)
        let names = entries.split(separator: "\0").compactMap(Self.nameOfInterest)
        let files = folder.path + "/files"
        try folder.make(files)
        _ = try await git(
            ["checkout-index", "-z", "--stdin", "--force", "--prefix=\(files)/"], environment: index,
            input: names.map { $0 + "\0" }.joined())
        let inside = paths.compactMap { Self.relative($0, to: root) }
        return await ManifestLoader(repositoryRoot: files).load(inside.map { $0 == "." ? files : "\(files)/\($0)" })
    }

    /// The files that a commit does not hold, in order. Git leaves ignored ones out of what it says of the tree.
    func unknown(_ files: Set<String>, in commit: String) async throws -> [String] {
        let known = try await git(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit])
        return files.subtracting(known.split(separator: "\0").map(String.init)).sorted()
    }

    /// Of `100644 <id> 0\t<path>`, the path where it matters.
    private static func nameOfInterest(_ entry: Substring) -> String? {
        guard let tab = entry.firstIndex(of: "\t") else { return nil }
        let name = String(entry[entry.index(after: tab)...])
        let isLink = entry.hasPrefix("120000 ")
        let isManifest = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        let isRules = name == ".slipwayignore" || name.hasSuffix("/.slipwayignore")
        return isLink || isManifest || isRules ? name : nil
    }
}
