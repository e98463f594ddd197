import Manifests

/// The name of an attempt's container, and the labels by which it is known to be Slipway's, of this very checkout.
struct ContainerIdentity: Hashable {
    let name: String
    /// Of the folder that holds all attempts.
    let location: String
    private let attempt: String

    static let prefix = "slipway."

    init(name: String, folder: String, location: String?) {
        attempt = name
        // Two checkouts of a machine have attempts of the same names.
        self.location = location ?? Digest(of: folder).hex
        // It is made of letters and digits; what somebody wrote into its file need not be.
        let isPlain =
            self.location.utf8.count >= 8 && self.location.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        self.name = "slipway-\(name)-\((isPlain ? self.location : Digest(of: self.location).hex).prefix(8))"
    }

    init(_ submission: Submission) {
        self.init(name: submission.name, folder: submission.folder, location: submission.location)
    }

    init(_ reference: SubmissionReference) {
        self.init(name: reference.name, folder: reference.folder, location: reference.location)
    }

    /// What marks it.
    var labels: [String: String] { ["slipway.location": location, "slipway.name": attempt] }

    func isOf(_ state: ContainerState) -> Bool { labels.allSatisfy { state.labels[$0.key] == $0.value } }

    /// All labels of a submission's container.
    static func labels(of submission: Submission) -> [String: String] {
        let labels = submission.labels
        var all = ContainerIdentity(submission).labels
        all["slipway.run"] = labels.run
        all["slipway.run-id"] = labels.runID
        all["slipway.job"] = labels.job
        all["slipway.attempt"] = String(labels.attempt)
        all["slipway.queue"] = labels.queue
        all["slipway.commit"] = labels.commit
        all["slipway.token"] = submission.token.map { String($0) }
        return all
    }
}
