import Manifests

/// What every image says of itself, as labels of its configuration and as annotations of its manifest.
///
/// They are functions of what the image is made from, and of nothing else, because they are part of its digest. What
/// differs between machines, commits and days (who, when, where, from which commit, the job's name) is said beside the
/// image, in its provenance.
enum ImageLabels {
    /// The version of what is packed: code in a repository has no other that is a function of its content.
    static let version = "org.opencontainers.image.version"
    /// In which way images are put together. Another way is another image of the same inputs.
    static let contentFormat = "slipway.content-format"

    static func of(_ request: BuildRequest) -> [String: String] {
        [version: request.sourceDigest.description, contentFormat: "\(OCIBuilder.contentFormat)"]
    }
}

extension BuildRequest {
    /// The same with what every image says of itself. What was asked for by the same name counts.
    var labelled: BuildRequest {
        var result = self
        let own = ImageLabels.of(self)
        result.labels.merge(own) { asked, _ in asked }
        result.annotations.merge(own) { asked, _ in asked }
        return result
    }
}
