import Engines
import Images
import Manifests
import Records

extension Workspace {
    /// Makes the folder of an attempt whose command has the image's files for its root: the image is not there when it
    /// starts, so that what it says of the environment is said here.
    func fillRoot(
        _ staging: String, toBe folder: String, for run: RunRecord, as name: String, image: Digest,
        inputs: [FoundInput]
    ) throws -> Submission {
        var submission = try fillContainer(
            staging, toBe: folder, for: run, as: name, image: image, inputs: inputs, resolvesSecrets: true)
        let unpacked = try layout.unpack(image, into: "\(staging)/work")
        var environment = unpacked.config.variables.filter { EnvironmentName.maySet($0.key) }
        environment.merge(submission.environment) { _, given in given }
        environment["PATH"] = environment["PATH"] ?? Self.usualPath
        // A user that is only a number has no home, and /tmp is memory.
        environment["HOME"] = environment["HOME"] ?? ContainerPaths.root
        submission.environment = environment
        return submission
    }

    /// What container tools say where an image says nothing.
    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}
