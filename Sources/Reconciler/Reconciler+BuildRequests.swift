import Images
import Manifests
import Planning
import Records
import YAML

extension Reconciler {
    /// How to build a job as it is checked out.
    func request(forJob name: ObjectName, in reading: DesiredReading) throws -> BuildRequest {
        // Jobs of equal content are one version, and have one request.
        guard var request = reading.requests[try version(ofJob: name, in: reading)] else {
            throw Diagnostic.unknownObject("Job/\(name)", suggestion: nil)
        }
        request.jobName = name.description
        request.tag = "\(name.namespace).\(name.name)"
        return request
    }

    /// The digest of the version of a job that is checked out.
    func version(ofJob name: ObjectName, in reading: DesiredReading) throws -> Digest {
        guard let job = reading.input.desired.jobs[name] else {
            let names = reading.input.desired.jobs.keys.map(\.description)
            throw Diagnostic.unknownObject("Job/\(name)", suggestion: Suggestion.closest(to: "\(name)", among: names))
        }
        guard let source = reading.input.sources[name] else {
            throw Diagnostic.unknownObject("Job/\(name)", suggestion: nil)
        }
        return JobVersionContent(of: job.spec, source: source).digest
    }
}
