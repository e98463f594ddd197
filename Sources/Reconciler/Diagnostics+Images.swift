import Manifests
import YAML

/// Comparing images.
extension Diagnostic {
    static func noSuchVersion(_ word: String, newest: String) -> Diagnostic {
        Diagnostic(
            "SLW8132", "there is no job version \(word)",
            remedy: "write it as \(newest), which is the newest, or leave out what stands behind “@” for that")
    }

    static func versionNotBuilt(_ version: String) -> Diagnostic {
        Diagnostic(
            "SLW8133", "no image of \(version) is recorded", remedy: "an image is built when the first run needs it")
    }

    static func imageNotInLayout(_ image: Digest, _ word: String) -> Diagnostic {
        let what = word == image.description ? "the image \(image)" : "the image of \(word), \(image),"
        return Diagnostic(
            "SLW8134", "\(what) is not in the layout of this machine",
            remedy: "`reconcile reproduce` of a run with it builds it again; a machine that has run it has it")
    }
}

/// Housekeeping.
extension Diagnostic {
    static func housekeepingElsewhere() -> Diagnostic {
        Diagnostic(
            "SLW8130", "another `reconcile gc` is at work here", remedy: "wait until it is done; it does the same")
    }
}

/// Images that somebody puts into a registry.
extension Diagnostic {
    static func noOneRegistry(_ places: [String]) -> Diagnostic {
        Diagnostic(
            "SLW8100",
            places.isEmpty
                ? "no pool keeps its images in a registry"
                : "the pools keep their images in several places: \(places.joined(separator: ", "))",
            remedy: "say where the image is to go: `reconcile image push JOB HOST/PATH:TAG`")
    }

    static func versionNotRecorded(_ job: String) -> Diagnostic {
        Diagnostic(
            "SLW8101", "Job/\(job) as it is checked out is not recorded, and so has no version to name the image by",
            remedy: "`reconcile apply` first, or say where the image is to go: `reconcile image push JOB HOST/PATH:TAG`"
        )
    }
}
