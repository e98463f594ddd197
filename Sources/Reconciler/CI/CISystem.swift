/// A system that runs `reconcile` for a repository, for which there is something to begin with.
public enum CISystem: String, Sendable, Hashable, CaseIterable {
    case github
    case gitlab
    case jenkins
    /// Cron, or any other system that can start a script.
    case plain

    /// What it reads, relative to the repository's root.
    var file: StarterFile {
        switch self {
        case .github: StarterFile(".github/workflows/slipway.yaml", Self.githubWorkflow)
        case .gitlab: StarterFile(".gitlab-ci.yml", Self.gitlabPipeline)
        case .jenkins: StarterFile("Jenkinsfile", Self.jenkinsfile)
        case .plain: StarterFile("ci/slipway.sh", Self.plainScript, isExecutable: true)
        }
    }

    /// What its owner has still to do, a line each.
    public var remainingSteps: [String] {
        switch self {
        case .github:
            [
                "Give `reconcile` a place on the PATH of a runner with the label `slipway`, beside git, curl and jq.",
                "Require the check `propose` in the rules of the default branch.",
            ]
        case .gitlab:
            [
                "Give `reconcile` a place on the PATH of a runner with the tag `slipway`, beside git, curl and jq.",
                "Let job tokens push (Settings, CI/CD, Job token permissions): the record is a branch.",
                "For the comment, add a masked variable SLIPWAY_COMMENT_TOKEN: a project token with the scope `api`.",
                "For drift, add a pipeline schedule on the default branch.",
            ]
        case .jenkins:
            [
                "Give `reconcile` a place on the PATH of the agents with the label `slipway`, beside git.",
                "Make a multibranch pipeline that fetches with credentials that may push: the record is a branch.",
            ]
        case .plain:
            [
                "Give `reconcile` a place on the PATH, beside git.",
                "Call `ci/slipway.sh propose BRANCH` for proposals, `ci/slipway.sh apply BRANCH` for what was merged, "
                    + "and `ci/slipway.sh drift BRANCH` now and then.",
            ]
        }
    }
}
