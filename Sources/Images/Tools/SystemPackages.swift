import Manifests

/// The Dockerfile that puts packages of the base image's own distribution on top of it.
///
/// Each instruction is in exec form, JSON in which no shell ever looks, and each package a
/// `SystemPackageName`, so that none of them can be taken for an option.
enum SystemPackages {
    static func dockerfile(base: String, packages: [String]) -> String {
        let install = ["apt-get", "install", "--yes", "--no-install-recommends", "--"] + packages.sorted()
        let instructions = [
            ["apt-get", "update"],
            ["env", "DEBIAN_FRONTEND=noninteractive"] + install,
            // The lists differ from one day to the next, and nobody needs them any more.
            ["rm", "-rf", "/var/lib/apt/lists", "/var/cache/apt", "/var/log/apt", "/var/log/dpkg.log"],
        ]
        let lines = instructions.map { "RUN " + JSONValue.array($0.map(JSONValue.string)).canonicalText }
        return (["FROM \(base)"] + lines).joined(separator: "\n") + "\n"
    }
}
