import Manifests

/// How a queue says that its cluster is reached.
struct SlurmSettings: Sendable, Hashable {
    /// The folder of Slurm's commands; `nil` for those on the agent's PATH.
    var commands: String?
    /// The cluster's `slurm.conf`; `nil` for what `SLURM_CONF`, or else the commands themselves, say.
    var configuration: String?

    init(_ settings: JSONValue?) {
        commands = settings?["bin"]?.string
        configuration = settings?["conf"]?.string
    }
}
