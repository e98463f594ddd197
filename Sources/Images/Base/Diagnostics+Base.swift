import Manifests
import YAML

/// Base images.
extension Diagnostic {
    static func baseMissing(_ name: String, path: String) -> Diagnostic {
        Diagnostic(
            "SLW5100", "the base image \(quoted(name)) is not there: there is no \(quoted(path))",
            remedy: "correct spec.build.baseImage, or put an image there (skopeo copy docker://NAME oci:PATH:TAG)")
    }

    static func baseOutside(_ name: String, target: String) -> Diagnostic {
        Diagnostic(
            "SLW5101", "the base image \(quoted(name)) leads out of the repository, to \(quoted(target))",
            remedy: "keep it in the repository, or name it with an absolute path")
    }

    static func baseUnnamed(_ name: String, there: [String]) -> Diagnostic {
        let names = there.sorted().prefix(20).map { "“\(printable($0))”" }.joined(separator: ", ")
        return Diagnostic(
            "SLW5102", "\(quoted(name)) does not say which image is meant",
            notes: [Note("there are: \(names.isEmpty ? "only images without a name" : names)")],
            remedy: "add `:NAME` of one of them to spec.build.baseImage")
    }

    static func baseNameUnknown(_ name: String, there: [String]) -> Diagnostic {
        let names = there.sorted().prefix(20).map { "“\(printable($0))”" }.joined(separator: ", ")
        return Diagnostic(
            "SLW5103", "there is no image \(quoted(name))",
            notes: [Note(names.isEmpty ? "no image there has a name" : "there are: \(names)")],
            remedy: "correct spec.build.baseImage")
    }

    static func basePlatform(_ name: String, _ wanted: Platform, there: [String]) -> Diagnostic {
        let list = there.isEmpty ? "nothing" : there.prefix(20).map(printable).joined(separator: ", ")
        return Diagnostic(
            "SLW5104", "the base image \(quoted(name)) is not there for \(wanted)",
            notes: [Note("it is there for: \(list)")],
            remedy: "choose a base image that is made for \(wanted), or build where one of those is the platform")
    }

    static func baseBlobMissing(_ digest: Digest, of name: String) -> Diagnostic {
        Diagnostic(
            "SLW5105", "the base image \(quoted(name)) is not whole: it has no blob \(digest)",
            remedy: "make it anew, or copy it again")
    }

    static func baseBlobCorrupt(_ blob: Digest, of name: String) -> Diagnostic {
        Diagnostic(
            "SLW5106",
            "the blob \(blob) of the base image \(quoted(name)) is not what its digest says: truncated, "
                + "changed, or being written",
            remedy: "make the image anew, or copy it again; do not trust it if nobody has touched it")
    }

    static func baseInvalid(_ name: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5107", "the base image \(quoted(name)) cannot be used: \(reason)",
            remedy: "make it anew (skopeo copy writes images that can be read), or choose another")
    }

    static func layerDiffID(_ layer: Digest, says expected: Digest, is found: Digest) -> Diagnostic {
        Diagnostic(
            "SLW5109", "the layer \(layer) unpacks to \(found), and its image says \(expected)",
            remedy: "do not trust this image; make it anew, or copy it again")
    }

    static func layerUndecodable(_ layer: Digest, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5110", "the layer \(layer) cannot be decompressed: \(reason)",
            remedy: "only gzip, zstd and no compression can be read; make the image anew with one of those")
    }

    static func archiveUnreadable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5111", "the archive \(quoted(path)) cannot be read: \(reason)",
            remedy: "make it anew (skopeo copy, docker save); it may be truncated, or of another kind")
    }

    static func archiveIncomplete(_ path: String, lacks name: String) -> Diagnostic {
        Diagnostic(
            "SLW5112", "the archive \(quoted(path)) holds no image: it has no \(quoted(name))",
            remedy: "use `oci-archive:` for archives of OCI layouts, and `docker-archive:` for those of `docker save`")
    }

    static func baseNotFoundYet(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW5113", "nobody has found out yet what the base image \(quoted(name)) is",
            remedy: "build the image: that looks it up")
    }
}
