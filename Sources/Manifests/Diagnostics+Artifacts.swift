import YAML

// What can be wrong with the store of artifacts that a pool names. A text that may hold a password is not repeated.

extension Diagnostic {
    static func artifactLocation(_ fault: ArtifactLocation.Fault, _ path: String, _ node: Node) -> Diagnostic {
        let shape = "write a folder, or `oci:HOST/PATH` for a repository of a registry"
        var location = node.location
        switch fault {
        case .credentials:
            location.line = nil
            return Diagnostic(
                "SLW2240", "\(path) holds credentials, which everybody who reads the manifest would have", at: location,
                remedy: "write `oci:HOST/PATH`, and log in where the agents are (`docker login HOST`, or a file that "
                    + "DOCKER_CONFIG names); if that password was committed, change it")
        case .scheme(let scheme):
            return Diagnostic(
                "SLW2241", "\(path) is of a kind that is not known here: `\(scheme.shortened(40)):`", at: location,
                remedy: shape)
        case .registry(let why):
            return Diagnostic("SLW2242", "\(path) names no registry's repository: \(why)", at: location, remedy: shape)
        case .folder(let why):
            return Diagnostic(
                "SLW2243", "\(path) cannot be a store: \(why)", at: location,
                remedy: "write an absolute path, or one below the repository's root")
        }
    }
}
