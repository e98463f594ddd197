import YAML

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
