/// A Python interpreter of this machine.
public struct PythonInterpreter: Sendable, Hashable {
    /// What of an interpreter decides which packages fit it.
    public struct Identity: Sendable, Hashable, Codable, CustomStringConvertible {
        /// `cpython`, `pypy`, …, as `sys.implementation.name` says.
        public var implementation: String
        /// `major.minor`.
        public var version: String

        public init(implementation: String, version: String) {
            self.implementation = implementation
            self.version = version
        }

        public var description: String { "\(implementation) \(version)" }
    }

    public var identity: Identity
    /// `major.minor.micro`, for people.
    public var fullVersion: String
    /// The absolute path of the executable itself, behind any wrapper that was found on `PATH`.
    public var path: String
    /// Whether it can install packages.
    public var hasPip: Bool
}
