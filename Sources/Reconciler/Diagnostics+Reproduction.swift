import Manifests
import YAML

/// Running a run once more.
extension Diagnostic {
    static func reproducedElsewhere(_ run: String) -> Diagnostic {
        Diagnostic(
            "SLW8120", "run \(run) is being reproduced here by another reconcile",
            remedy: "wait until that is done, or end it")
    }

    static func notReproducible(_ run: String, _ attempt: Int, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW8121", "attempt \(attempt) of run \(run) gives nothing to compare with: \(why)",
            remedy: "name an attempt whose command has ended by itself with --attempt; `reconcile explain run/\(run)` "
                + "lists them")
    }

    static func noImageRecorded(_ run: String, _ attempt: Int) -> Diagnostic {
        Diagnostic("SLW8122", "no image is recorded of attempt \(attempt) of run \(run)")
    }

    static func imageNotRebuildable(_ image: Digest, job: String) -> Diagnostic {
        Diagnostic(
            "SLW8123",
            "the image \(image) of \(job) is not in the layout, and the source of that version is neither checked out "
                + "nor in a commit that can be had",
            remedy: "check out a commit that has it, or fetch the branch that it is on")
    }

    static func imageRebuiltOtherwise(job: String, expected: Digest, found: Digest) -> Diagnostic {
        Diagnostic(
            "SLW8124", "\(job) was built again, and its image is \(found) instead of \(expected)",
            remedy: "something that nobody pinned has changed, such as the version of a package; pin what it needs, "
                + "or get the old image into the layout (`skopeo copy`)")
    }

    static func metricsUnreadable(_ path: String) -> Diagnostic {
        Diagnostic("SLW8125", "\(path) cannot be read", remedy: "give yourself the right to read it")
    }

    static func metricsTooLarge(_ path: String) -> Diagnostic {
        Diagnostic("SLW8126", "\(path) holds more than metrics can be compared of: 64 MB, 1 MB in a line, 10,000 names")
    }

    static func notReproduced(_ run: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW8127", "run \(run) could not be executed once more: \(why)",
            remedy: "`reconcile history run/\(run)` has it recorded; mend the cause and try again")
    }
}
