import YAML

extension DiagnosticPage {
    static let references: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2040", "Two manifests have one name",
            """
            Names are unique for each kind and namespace, over all files that are read together. Of two equal ones the
            later would silently replace the earlier. It happens when a file is copied to start a new one, or when an
            object is moved to another file and stays in the old one too.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    ---
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process, concurrency: 4}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    ---
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: small}
                    spec: {resource: local-process, concurrency: 4}
                    """)),
        DiagnosticPage(
            "SLW2041", "A reference to something that is not there",
            """
            No manifest that was read declares an object of this kind and name. The name is misspelled, it is in another
            namespace (write `namespace/name`), or the file that declares it is not among those that were read: in a
            folder that `-f` does not name, in one that a job names as its source, or ignored by `.slipwayignore`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: locla}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: local}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2042", "Runs wait in a queue that nobody serves",
            """
            Only agents take runs from a queue, and no pool of these manifests names this one. That is a warning and no
            error, because the pool may be kept in another repository; where it is not, the runs wait for ever.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-process}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: large}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: large}
                    spec: {resource: local-process}
                    ---
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: strong}
                    spec: {queues: [large]}
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train, queue: large}
                    """,
                beside: Surroundings.inUse)),
        DiagnosticPage(
            "SLW2050", "A source is an absolute path",
            """
            An absolute path names one folder on your machine and another one, or none, on a colleague's or in CI. The
            code of a job is a part of the commit, so that its path is relative to the manifest.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: /home/ada/train}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: train}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2051", "A source is outside of the repository",
            """
            What is not in the repository is not in the commit, and so neither reviewed nor the same on another machine.
            Count the `..`: the path starts from the folder that the manifest is in.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: ../train}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: train}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2052", "The source folder is not there",
            """
            The path is relative to the folder of the manifest, not to the root of the repository and not to where the
            command was started. If the folder is there on your machine only, it was not committed: Git keeps no empty
            folders, and `.gitignore` may name it.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: jobs/pengiuns}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: jobs/penguins}
                      command: [python3, train.py]
                    """,
                files: ["jobs/penguins/train.py"])),
        DiagnosticPage(
            "SLW2053", "The source is a file",
            """
            A job's source is a folder, all of which becomes the image. Name the folder that the script is in, and the
            script itself in `command`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: jobs/train.py}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: jobs}
                      command: [python3, train.py]
                    """,
                files: ["jobs/train.py"])),
        DiagnosticPage(
            "SLW2054", "The source leads out of the repository",
            """
            A symbolic link on the way to the source leads to a place that is not in the commit. What is there differs
            between machines, and a link of a stranger's could reach anything that the agent may read.
            """),
        DiagnosticPage(
            "SLW2055", "The source cannot be read",
            """
            The operating system refuses to say what is there. Check the permissions of each folder on the path; in a
            container the mounted checkout may belong to another user.
            """),
        DiagnosticPage(
            "SLW2056", "The requirements file is not in the source",
            """
            The file is looked for in the job's source folder, since only that becomes part of the image. A path that
            starts at the root of the repository, or a file that was not committed, is the usual cause.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: jobs}
                      build: {python: {requirements: requirement.txt}}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: jobs}
                      build: {python: {requirements: requirements.txt}}
                      command: [python3, train.py]
                    """,
                files: ["jobs/train.py", "jobs/requirements.txt"])),
        DiagnosticPage(
            "SLW2057", "The requirements file leads out of the source",
            """
            A symbolic link leads to a file outside of the source folder, which would not be in the image and not in the
            job's version: the packages could change without a new version. Commit the file itself.
            """),
        DiagnosticPage(
            "SLW2150", "One object is named in two ways",
            """
            A name without a namespace is one in the namespace of the manifest that writes it, so that `local` and
            `default/local` are the same queue in the namespace `default`. Naming it a second time changes nothing; one
            of the two was probably meant to be another.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local, default/local]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local]}
                    """,
                beside: Surroundings.queue)),
    ]
}
