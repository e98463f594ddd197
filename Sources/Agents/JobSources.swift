public import Images
public import Manifests

/// Where the sources of job versions are found.
public protocol JobSources: Sendable {
    /// How to build a job version; `nil` where its source cannot be had.
    func request(forJob digest: Digest) async throws -> BuildRequest?
}

/// The sources that are checked out, as they were read.
public struct CheckedOutSources: JobSources {
    private let requests: [Digest: BuildRequest]

    public init(_ requests: [Digest: BuildRequest]) { self.requests = requests }

    public func request(forJob digest: Digest) async throws -> BuildRequest? { requests[digest] }
}
