import YAML

/// Builders that are programs of the machine.
extension Diagnostic {
    static func toolMissing(_ tool: BuildTool, others: [BuildTool]) -> Diagnostic {
        let ways = others.map { "`builder: {type: \($0.rawValue)}`, which is here" }
        return Diagnostic(
            "SLW5220", "the builder \(tool.rawValue) is not on this machine",
            remedy: (["install it (on Debian: apt-get install \(tool.package))"] + ways).joined(separator: ", or use "))
    }

    static func toolBuildFailed(_ tool: BuildTool, job: String, status: Int32, lines: [String]) -> Diagnostic {
        Diagnostic(
            "SLW5221", "\(tool.rawValue) could not build the image of \(quoted(job)) (exit status \(status))",
            notes: lines.suffix(12).map { Note(printable($0)) },
            remedy: "read what it says above; the folder that it gets is what the job's source has")
    }

    static func toolTimedOut(_ tool: BuildTool, job: String, after limit: Duration) -> Diagnostic {
        Diagnostic(
            "SLW5222",
            "\(tool.rawValue) did not build the image of \(quoted(job)) within \(limit.components.seconds) s",
            remedy: "see what its last lines wait for, and whether its network can be reached")
    }

    static func toolSaysNothing(_ tool: BuildTool, what: String) -> Diagnostic {
        Diagnostic(
            "SLW5223", "\(tool.rawValue) ended well, and \(what)",
            remedy: "see whether its version is one that knows --iidfile")
    }

    static func dockerfileMissing(_ path: String, job: String) -> Diagnostic {
        Diagnostic(
            "SLW5224", "the source of the job \(quoted(job)) has no file \(quoted(path)) (or ignores it)",
            remedy: "commit the Dockerfile in the source folder, or correct spec.build.dockerfile")
    }

    static func environmentBesideDockerfile(job: String) -> Diagnostic {
        Diagnostic(
            "SLW5225", "the job \(quoted(job)) has a Dockerfile, and packages that nothing would install",
            remedy: "install them in the Dockerfile, or leave it out and name a base image")
    }

    static func systemPackageInvalid(_ word: String) -> Diagnostic {
        Diagnostic(
            "SLW5226", "\(quoted(word)) is no name of a system package",
            remedy: "write names of Debian packages, such as `libgomp1`, or with a version, `git=1:2.39.5-0+deb12u2`")
    }

    static func systemPackagesWithoutBase(job: String) -> Diagnostic {
        Diagnostic(
            "SLW5227", "the job \(quoted(job)) wants system packages, and has no base image to install them into",
            remedy: "name a base image of Debian's family in spec.build.baseImage")
    }
}

extension BuildTool {
    /// Of Debian.
    fileprivate var package: String { self == .docker ? "docker.io" : rawValue }
}
