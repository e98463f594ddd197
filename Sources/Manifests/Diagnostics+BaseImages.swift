import YAML

// What can be wrong with the name of a base image that is a folder or file. Those in registries: Diagnostics+Images.

extension Diagnostic {
    static func baseImage(_ text: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW2110", "“\(text.shortened(100))” names no base image: \(why)",
            remedy: "write `oci:PATH:NAME`, `oci-archive:PATH`, `docker-archive:PATH`, `HOST/PATH:TAG`, or `scratch`")
    }

    static func baseImageOutside(_ text: String) -> Diagnostic {
        Diagnostic(
            "SLW2111", "the base image “\(text.shortened(100))” is outside of the repository",
            remedy: "write a path relative to this file that stays in the repository, or an absolute one, which has to "
                + "be there on every machine that builds")
    }
}
