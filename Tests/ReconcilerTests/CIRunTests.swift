import Reconciler
import Testing

/// What CI systems say of themselves in the environment.
@Suite struct CIRunTests {
    @Test(
        arguments: [
            (
                [
                    "GITHUB_REPOSITORY": "team/models", "GITHUB_RUN_ID": "4711", "GITHUB_RUN_ATTEMPT": "2",
                    "GITHUB_SERVER_URL": "https://github.com",
                ], "team/models#4711/2", "https://github.com/team/models/actions/runs/4711"
            ),
            (
                ["CI_JOB_ID": "99", "CI_PROJECT_PATH": "team/models", "CI_JOB_URL": "https://gitlab.com/x/99"],
                "team/models#99", "https://gitlab.com/x/99"
            ),
            (["BUILD_TAG": "jenkins-models-7", "BUILD_URL": "https://ci/7"], "jenkins-models-7", "https://ci/7"),
            (["BUILDKITE_BUILD_NUMBER": "3", "BUILDKITE_PIPELINE_SLUG": "models"], "models#3", nil),
            (["SLIPWAY_CI_RUN": "own", "SLIPWAY_CI_URL": ""], "own", nil),
        ] as [([String: String], String, String?)])
    func isRead(_ environment: [String: String], _ name: String, _ url: String?) {
        let run = CIRun(environment)
        #expect(run?.name == name && run?.url == url)
    }

    @Test(arguments: [[:], ["CI": "true"], ["GITHUB_RUN_ID": "4711"], ["CI_JOB_ID": ""]] as [[String: String]])
    func isNoneElsewhere(_ environment: [String: String]) { #expect(CIRun(environment) == nil) }
}
