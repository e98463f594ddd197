import Images

/// The interpreters of this machine, each looked for once: asking one for its version starts it.
actor Interpreters {
    private let environment: [String: String]
    private var known: [String: String] = [:]

    init(environment: [String: String]) { self.environment = environment }

    /// The absolute path of an interpreter of a version such as `3.11`.
    func path(version: String) async throws -> String {
        if let path = known[version] { return path }
        let path = try await PythonInterpreter.find(version: version, environment: environment).path
        known[version] = path
        return path
    }
}
