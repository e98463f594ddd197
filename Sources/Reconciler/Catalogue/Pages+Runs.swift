import YAML

extension DiagnosticPage {
    static let runs: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8006", "The run has ended already",
            """
            What was asked for can only be done to a run that is still on its way.
            """),
        DiagnosticPage(
            "SLW8007", "The run cannot be retried",
            """
            A retry makes a new attempt of a run that ended badly. One that is on its way needs none, and one that has
            succeeded is satisfied: to compute it once more is a wish that belongs in its manifest, as `repeat`.
            """),
        DiagnosticPage(
            "SLW8008", "There is no log yet",
            """
            No attempt of the run has begun. `reconcile explain` says what it waits for: its turn in the queue, an
            agent, another run, an image.
            """),
        DiagnosticPage(
            "SLW8009", "The attempt does not exist",
            """
            Attempts are numbered from 1, and a new one begins with every retry.
            """),
        DiagnosticPage(
            "SLW8011", "The end of a run is not confirmed yet",
            """
            The wish to end it is recorded, and the process that looks after it has not answered in time. It is carried
            out as soon as an agent or a reconciler sees it, and a run counts as cancelled only when nothing of it is
            left.
            """),
        DiagnosticPage(
            "SLW8018", "The traces of a run are on another machine",
            """
            Logs and outputs stay on the machine that executed the attempt, unless the pool names a store for them. The
            message says which machine and folder that is.
            """),
        DiagnosticPage(
            "SLW8090", "The traces of a run were not kept in the store",
            """
            The pool has a store, and this attempt's traces are not in it; the note says why. They are on the machine
            that executed it as long as that keeps them.
            """),
        DiagnosticPage(
            "SLW8091", "The traces of a run are gone",
            """
            They were on this machine and are not any more: the folder was cleaned up, or the machine is a new one under
            an old name, as CI runners are.
            """),
        DiagnosticPage(
            "SLW8092", "The run has no outputs",
            """
            Outputs are what a run leaves when it has succeeded. What a failed attempt wrote is in its folder, which
            `reconcile explain` names, and nobody vouches for it.
            """),
        DiagnosticPage(
            "SLW8093", "An output would overwrite something",
            """
            Nothing is copied over files that are there, because they may be yours.
            """),
        DiagnosticPage(
            "SLW8094", "An output has no digest",
            """
            The output could not be given a digest when its run ended, because it holds something else than plain files
            and folders, or could not be read. Without one nobody can tell later whether it is still the same.
            """),
        DiagnosticPage(
            "SLW8095", "An output is gone",
            """
            It is recorded and not in its place any more. Where machines come and go, a store (`artifacts` of the pool)
            keeps outputs.
            """),
        DiagnosticPage(
            "SLW8096", "An output was changed",
            """
            The file is there and is not what the run left: somebody wrote to it after the run had ended. It is not
            copied, because it would pass for the run's result.
            """),
        DiagnosticPage(
            "SLW8110", "The job has nothing to lock",
            """
            `reconcile lock` pins the packages of a requirements file, and this job names none.
            """),
    ]
}
