import YAML

// What can be wrong with names of images and registries. A text that may hold a password is not repeated.

extension Diagnostic {
    static func besideDockerfile(_ field: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2125", "spec.build.\(field) says nothing where there is a Dockerfile", at: location,
            remedy: "say it in the Dockerfile, or leave `dockerfile` out")
    }

    static func systemPackageInvalid(_ word: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2126", "\(word.debugDescription) is no name of a system package", at: location,
            remedy: "write names of Debian packages, such as `libgomp1`, or with a version, `git=1:2.39.5-0+deb12u2`")
    }

    static func systemPackagesNeedBase(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2127", "there is no distribution to install system packages into", at: location,
            remedy: "name a base image of Debian's family in a registry, such as `baseImage: debian:12-slim`")
    }

    static func builderCannot(
        _ field: String, job: ObjectName, queue: ObjectName, declared: SourceLocation, at location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2128", "no pool of the queue \(queue) can build the job \(job): its `\(field)` needs a tool",
            at: location, notes: [Note("what needs it is here", at: declared)],
            remedy: "give a pool of that queue `builder: {type: buildah}`, or podman or docker")
    }

    private static let credentials: DiagnosticCode = "SLW2115"

    /// Whether it is about a name with a password in it, whose line is not to be shown.
    var isOfCredentials: Bool { code == Self.credentials }

    static func imageLocation(_ fault: ImageLocation.Fault, _ path: String, _ node: Node) -> Diagnostic {
        var location = node.location
        switch fault {
        case .credentials:
            location.line = nil
            return Diagnostic(
                "SLW2117", "\(path) holds credentials, which everybody who reads the manifest would have", at: location,
                remedy: "write `HOST/PATH`, and log in where the agents are (`docker login HOST`, or a file that "
                    + "DOCKER_CONFIG names); if that password was committed, change it")
        case .other(let why):
            return Diagnostic(
                "SLW2118", "\(path) is no place for images: \(why)", at: location,
                remedy: "write `layout`, or `HOST/PATH` of a registry, such as `registry.example.com/team`")
        }
    }

    static func imageReference(_ text: String, _ fault: ImageReference.Fault) -> Diagnostic {
        switch fault {
        case .credentials:
            Diagnostic(
                credentials, "the name of an image holds credentials, which everybody who reads it would have",
                remedy: "write HOST/PATH:TAG, and log in where it is used (`docker login HOST`)")
        case .other(let why):
            Diagnostic(
                "SLW2116", "“\(text.shortened(100))” names no image: \(why)",
                remedy: "write [HOST[:PORT]/]PATH[:TAG][@sha256:…], such as `registry.example.com/team/train:v1`")
        }
    }
}
