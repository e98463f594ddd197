import YAML

extension DiagnosticPage {
    static let agents: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW7001", "The agent does not have a secret",
            """
            A job names its secrets, and the agent that executes it holds their values, in its environment or in a
            folder. This agent has none of that name. Secrets are looked up on the agent's machine when an attempt
            starts, so that setting them where `reconcile apply` runs helps only if the agents are there too.
            """),
        DiagnosticPage(
            "SLW7002", "An attempt's folder cannot be prepared",
            """
            Each attempt gets a folder below `.slipway/runs` with its script, its files and its logs. It could not be
            made or filled, mostly because the disk is full or the folder belongs to another user (a container that ran
            as root, for instance).
            """),
        DiagnosticPage(
            "SLW7003", "The image is gone and its source is not checked out",
            """
            An image is built from the source of the job version that a run is of. The layout has no such image any
            more, and the checkout has a later version of the code, from which another image would come.
            """),
        DiagnosticPage(
            "SLW7004", "The image is not there and nobody may build it",
            """
            The pool has `builder: {type: none}`, so that its agents only execute images that are there already.
            Somebody else has to put the image into the layout first.
            """),
        DiagnosticPage(
            "SLW7030", "The image is neither here nor in the registry",
            """
            The agent looked on its machine and in its pool's registry, and its pool builds nothing. In such a set-up
            another pool builds and pushes, and it has not done so for this version, or uses another registry.
            """),
        DiagnosticPage(
            "SLW7101", "The log of a command could not be fetched",
            """
            The run ended as it is recorded; only what it wrote could not be had from the engine, which may have removed
            it already or not have answered. It does not change the outcome.
            """),
        DiagnosticPage(
            "SLW7102", "The engine is not in this version",
            """
            The queue was recorded with an engine that this program does not have, so that the agent is of another
            version than the one that applied it. Use the same version for agents and for applying.
            """),
        DiagnosticPage(
            "SLW7103", "The queue does not permit what would be submitted",
            """
            The last check before a submission found something in the rendered document that the queue does not allow.
            Mostly the same was said by `validate` (SLW2139); here it also covers runs that are pinned to a version
            whose parameters only the record knows.
            """),
    ]
}
