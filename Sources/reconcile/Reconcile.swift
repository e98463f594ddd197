import ArgumentParser

@main
struct Reconcile: AsyncParsableCommand {
    /// Also what a saved plan is compared with.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "GitOps for launching machine-learning work: brings reality to what the manifests in Git want.",
        discussion: """
            Commit manifests for jobs, queues, agent pools and runs; `reconcile` compares them with what is recorded \
            and really there, and drives agents to build images and submit runs until both agree.

            EXIT STATUS
              0 done, whether or not anything had to change     5 another reconciler holds the state
              1 an error                                        6 the plan is stale
              2 changes are pending (plan --detailed-exitcode)  7 timed out
              3 the manifests are invalid                      64 wrong usage
              4 converged, but runs failed; a reproduction differs
            """,
        version: Self.version,
        subcommands: [
            Apply.self, PlanCommand.self, Validate.self, Render.self, Status.self, Get.self, Explain.self, Logs.self,
            Outputs.self, Cancel.self, Retry.self, Reproduce.self, History.self, State.self, Unlock.self, Build.self,
            Lock.self, ImageCommand.self, Gc.self, AgentCommand.self, Doctor.self, Format.self, Schema.self, Init.self,
        ],
        defaultSubcommand: Apply.self)
}
