import YAML

extension DiagnosticPage {
    static let planning: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW3001", "A run is pinned to a version that does not exist",
            """
            Versions are numbered by the state, in the order in which a job's contents were first applied there. A pin
            that was right elsewhere (a branch, another state, before the record was made anew) can name a version that
            this state has never seen. `reconcile history job/NAME` lists the ones it has.
            """),
        DiagnosticPage(
            "SLW3002", "A pinned version does not accept the run's parameters",
            """
            The run is judged by the parameters that its pinned version declared, which may differ from those that the
            manifest of the job declares now. Only the record knows them, so that `validate` could not say so and the
            plan does.
            """),
        DiagnosticPage(
            "SLW3003", "The record of a job version cannot be read",
            """
            What a version consists of is recorded when it is first applied. That text cannot be read any more, or was
            written by a version of Slipway with other rules. Nothing is executed from it, because nobody could say what
            it would compute.
            """),
        DiagnosticPage(
            "SLW3004", "Without manifests everything would be deleted",
            """
            An object whose manifest is gone is deleted, and here all of them are gone. Nearly always the path is wrong,
            the checkout is empty or the command was started in another folder, so that it has to be asked for by name.
            With the flag, active runs are cancelled and agents drained; records stay.
            """),
        DiagnosticPage(
            "SLW3005", "Most of what is recorded would be deleted",
            """
            More than half of the recorded objects have no manifest any more. That is how a wrong path, a partial
            checkout or another team's state looks, and now and then a real clean-up. Look at `reconcile plan` before
            you allow it.
            """),
        DiagnosticPage(
            "SLW3010", "The saved plan cannot be read",
            """
            The file does not hold what `reconcile plan --out` writes, or not all of it: it was truncated on its way
            through CI, edited, or is the plan's JSON view, which is for reading only. A plan is applied exactly as it
            was saved or not at all.
            """),
        DiagnosticPage(
            "SLW3011", "The saved plan has another format",
            """
            The layout of saved plans changed between the version that wrote it and the one that reads it. Guessing what
            a field means could do something that nobody approved. Use one version in both steps of the pipeline.
            """),
        DiagnosticPage(
            "SLW3012", "The saved plan is of another version of reconcile",
            """
            Two versions may decide differently about the same manifests, so that the plan that was reviewed is not the
            one that this version would make. Pin the version in CI, and use the same for planning and for applying.
            """),
        DiagnosticPage(
            "SLW3130", "The state of a pool's Deployment is not known",
            """
            The cluster did not answer, so that the plan cannot say whether the agents there are as the pool says. It is
            a warning: the rest of the plan holds, and an apply asks again.
            """),
    ]
}
