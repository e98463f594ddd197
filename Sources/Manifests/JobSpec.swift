/// A template for a run: source code, environment, command and parameters.
public struct JobSpec: Sendable, Hashable {
    public var source: JobSource = .path(SourcePath())
    public var build = BuildSpec()
    public var command: [Template] = []
    public var args: [Template] = []
    public var env: NamedValues<EnvironmentValue> = [:]
    public var parameters: NamedValues<ParameterSchema> = [:]
    public var resources = Resources()
    public var retry = RetryPolicy()
    /// The longest that one attempt may run; `nil` for no limit.
    public var timeout: Duration?
    /// Paths, relative to the working directory, of the files that a run leaves.
    public var outputs: [String] = []

    public init() {}
}

/// Where a job's code comes from: exactly one of the three.
public enum JobSource: Sendable, Hashable {
    case path(SourcePath)
    case git(GitSource)
    case image(String)
}

/// A folder of the repository.
public struct SourcePath: Sendable, Hashable {
    /// As written: relative to the manifest's own folder.
    public var written: String = ""
    /// Relative to the repository's root, without `.` and `..`; the empty string is the root itself.
    public var repositoryPath: String = ""

    public init(written: String = "", repositoryPath: String = "") {
        self.written = written
        self.repositoryPath = repositoryPath
    }
}

/// A folder of another Git repository.
public struct GitSource: Sendable, Hashable {
    public var repository: String = ""
    public var ref: String = ""
    public var path: String = "."

    public init() {}
}

/// How the image of a job is made.
public struct BuildSpec: Sendable, Hashable {
    public var baseImage: String = "scratch"
    public var python: PythonSpec?
    public var systemPackages: [String] = []
    public var dockerfile: String?
    public var platforms: [String] = []

    public init() {}
}

/// The Python environment of a job.
public struct PythonSpec: Sendable, Hashable {
    /// `major.minor`, such as `3.11`; `nil` for the interpreter that is there.
    public var version: String?
    /// A requirements file, `pyproject.toml` or `uv.lock`, relative to the source; `nil` for none.
    public var requirements: String?

    public init() {}
}

/// The value of an environment variable: text, or the name of a secret that the agent holds.
public enum EnvironmentValue: Sendable, Hashable {
    case value(Template)
    case secret(String)
}

/// What a run asks of the machine it runs on.
public struct Resources: Sendable, Hashable {
    /// In thousandths of a core.
    public var cpu: CPUQuantity?
    public var memory: ByteQuantity?
    public var gpu: Int = 0

    public init() {}
}

/// When and how often a failed attempt is followed by another.
public struct RetryPolicy: Sendable, Hashable {
    public enum Cause: String, Sendable, Hashable, CaseIterable, Codable {
        /// The command ended with a status other than 0.
        case error
        /// The attempt was cut off: the machine, the agent or the engine went away.
        case interruption
        /// The attempt ran longer than its timeout.
        case timeout
    }

    /// How many attempts may follow the first.
    public var limit: Int = 0
    public var on: [Cause] = [.error, .interruption]
    public var backoff = Backoff()

    public init() {}
}

/// How long to wait before the next attempt: `initial × factorⁿ`, at most `maximum`.
public struct Backoff: Sendable, Hashable {
    public var initial: Duration = .seconds(5)
    public var factor: Double = 2
    public var maximum: Duration = .seconds(300)

    public init() {}
}
