import Manifests

/// An image's name in all the ways in which people write it, so that a rule about one of them holds for the others:
/// `ubuntu` is `docker.io/library/ubuntu:latest`.
enum ImageName {
    /// As written and in full, each with and without its tag or digest.
    static func forms(of written: String) -> [String] {
        // The name for no image at all, and those of folders and files, which no registry has.
        switch try? BaseImage(written) {
        case .scratch, .local: return [written]
        case .registry, nil: break
        }
        let repository = withoutVersion(written)
        var parts = repository.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let first = parts[0].lowercased()
        if parts.count > 1, first.contains(".") || first.contains(":") || first == "localhost" {
            parts[0] = first == "index.docker.io" ? "docker.io" : first
        } else {
            parts.insert("docker.io", at: 0)
        }
        if parts[0] == "docker.io", parts.count == 2 { parts.insert("library", at: 1) }
        let full = parts.joined(separator: "/")
        let version = written.dropFirst(repository.count)
        return [written, repository, full, full + (version.isEmpty ? ":latest" : String(version))]
    }

    private static func withoutVersion(_ name: String) -> String {
        let named = name.prefix { $0 != "@" }
        // A colon before the last slash belongs to a registry's port.
        guard let colon = named.lastIndex(of: ":"), !named[colon...].contains("/") else { return String(named) }
        return String(named[..<colon])
    }
}
