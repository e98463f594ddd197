import YAML

extension DiagnosticPage {
    static let slurm: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW6100", "Slurm refuses the job",
            """
            `sbatch` was asked and said no; its words are in the message. Frequent reasons are a partition, account or
            QOS that does not exist or may not be used, and more resources than any node has.
            """),
        DiagnosticPage(
            "SLW6101", "An option that may not be given to sbatch",
            """
            The last check before a submission found an option that queues may not set. The queue was recorded by a
            version that permitted it.
            """),
        DiagnosticPage(
            "SLW6102", "A value that cannot be given to sbatch",
            """
            With the run's variables put in, the option's value is empty, has several lines or is a list. Bounds in the
            queue's `variables` say which values are meant.
            """),
        DiagnosticPage(
            "SLW6103", "An attempt on Slurm cannot be noted",
            """
            Slurm's job number is written into the attempt's folder, so that the job is found again after a crash. The
            folder is full or closed.
            """),
        DiagnosticPage(
            "SLW6104", "Slurm has another job of that name",
            """
            Jobs are found again by their name and comment. A job has the name and not the comment that Slipway gives,
            or that of another checkout; it is left alone.
            """),
        DiagnosticPage(
            "SLW6105", "Slurm does not end the job",
            """
            The job was cancelled, and Slurm still lists it. A node that does not answer, or a process that hangs on a
            disk, keeps a job in COMPLETING.
            """),
        DiagnosticPage(
            "SLW6130", "The image lacks the program",
            """
            In a container, the command finds what is in its image and nothing of the node. A job that is built from
            nothing has no shell and no Python in its image; a `baseImage` brings them.
            """),
        DiagnosticPage(
            "SLW6131", "A folder cannot be shown to a container on Slurm",
            """
            `ch-run` takes what stands before the first colon for the path on the node, so that it cannot be told of a
            folder with a colon in its path. The folder of attempts is in the checkout's `.slipway/`.
            """),
        DiagnosticPage(
            "SLW6132", "A setting of containers on Slurm is unknown",
            """
            The queue was recorded by a version that knows other ways of running containers, or other paths to show
            them. Without a container, the command would see more than the queue means it to, so it is not started.
            """),
    ]
}
