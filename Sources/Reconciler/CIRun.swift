/// The run of a CI system that a process belongs to, as the system says it in the environment.
public struct CIRun: Sendable, Hashable {
    /// What the system calls it, the same for all of its steps.
    public var name: String
    /// The page that shows it.
    public var url: String?

    /// - Parameter environment: of the process; `nil` comes of one outside of CI, or in a system that is not known.
    public init?(_ environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let repository = value("GITHUB_REPOSITORY"), let run = value("GITHUB_RUN_ID") {
            name = "\(repository)#\(run)" + (value("GITHUB_RUN_ATTEMPT").map { "/\($0)" } ?? "")
            url = value("GITHUB_SERVER_URL").map { "\($0)/\(repository)/actions/runs/\(run)" }
            return
        }
        for system in Self.systems {
            guard let name = value(system.name) else { continue }
            self.name = (system.scope.flatMap(value).map { "\($0)#" } ?? "") + name
            url = value(system.url)
            return
        }
        return nil
    }

    /// The variables of each system: the run, what it is unique within, and its page.
    private static let systems: [(name: String, scope: String?, url: String)] = [
        ("CI_JOB_ID", "CI_PROJECT_PATH", "CI_JOB_URL"), ("BUILD_TAG", nil, "BUILD_URL"),
        ("BUILDKITE_BUILD_NUMBER", "BUILDKITE_PIPELINE_SLUG", "BUILDKITE_BUILD_URL"),
        ("CIRCLE_WORKFLOW_ID", nil, "CIRCLE_BUILD_URL"), ("BUILD_BUILDID", "SYSTEM_TEAMPROJECT", "BUILD_BUILDURI"),
        ("SLIPWAY_CI_RUN", nil, "SLIPWAY_CI_URL"),
    ]
}
