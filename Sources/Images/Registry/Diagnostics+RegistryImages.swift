import Manifests
import YAML

/// Images that come from registries or go there.
extension Diagnostic {
    static func imageMissing(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW5130", "there is no image \(printable(name))",
            remedy: "check the name and the tag; where the repository is not public, log in (`docker login HOST`)")
    }

    static func imageForOther(_ name: String, _ platform: Platform, has platforms: [String]) -> Diagnostic {
        let others = platforms.isEmpty ? "no platform that it names" : platforms.map(printable).joined(separator: ", ")
        return Diagnostic(
            "SLW5131", "the image \(printable(name)) is not for \(platform): it is for \(others)",
            remedy: "use an image for \(platform)")
    }

    static func imageUnreadable(_ name: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5132", "\(printable(name)) cannot be used as an image: \(printable(reason))",
            remedy: "see what it is (`skopeo inspect --raw`), and push it anew")
    }

    static func imageBeyond(_ name: String, what: String) -> Diagnostic {
        Diagnostic(
            "SLW5133", "the image \(printable(name)) has more than \(what)", remedy: "use an image with less in it")
    }

    static func uploadDiffers(_ digest: Digest, _ place: String) -> Diagnostic {
        Diagnostic(
            "SLW5135", "what was sent to the registry \(place) as \(digest) is something else",
            remedy: "it was changed while it was sent, or the disk is damaged: build the image anew")
    }

    static func imageBlobMissing(_ digest: Digest, in place: String) -> Diagnostic {
        Diagnostic(
            "SLW5134", "the registry \(place) has the manifest of an image, but not its blob \(digest)",
            remedy: "push the image there again")
    }
}
