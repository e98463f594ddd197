import YAML

/// Images and what is said of them.
extension Diagnostic {
    static func sourceDateInvalid(_ text: String) -> Diagnostic {
        Diagnostic(
            "SLW8140", "SOURCE_DATE_EPOCH is “\(text.prefix(40))”, which is no number of seconds since 1970",
            remedy: "give it such a number, or leave it out: then the commit's time counts")
    }

    static func imageReferenceInvalid(_ text: String) -> Diagnostic {
        Diagnostic(
            "SLW8141", "“\(text.prefix(200))” names no image",
            remedy: "write a job (NAME, NAME@v3), a digest of the layout (sha256:…), oci:FOLDER:TAG, or "
                + "HOST/PATH:TAG or HOST/PATH@sha256:… of a registry")
    }

    static func imageUnknown(_ text: String, in place: String) -> Diagnostic {
        Diagnostic(
            "SLW8142", "\(place) has no image “\(text.prefix(200))”",
            remedy: "`reconcile build JOB` builds a job's image; `reconcile history job/NAME` names its versions")
    }
}
