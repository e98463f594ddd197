import YAML

extension DiagnosticPage {
    static let slurm: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2400", "An option of sbatch that Slipway sets",
            """
            By these options Slipway knows its jobs again, finds what they write, and keeps runs from being started
            twice. If a queue set them, a run could be lost or repeated. The message says how the same is done here.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {job-name: train}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {partition: gpu}}
                    """)),
        DiagnosticPage(
            "SLW2401", "An option of sbatch that reaches beyond the job",
            """
            The option would change the user that a job runs as, its node, or what other jobs see. No permission lifts
            this: such a thing is the cluster administrator's to set up, not a manifest's.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {uid: root}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {account: vision}}
                    """)),
        DiagnosticPage(
            "SLW2402", "An option that sbatch is not given",
            """
            Options are written by their long names without dashes, so that a reader need not know what `-p` means. An
            option that is missing from the list may be new in Slurm, or is one that names files or programs.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {-p: gpu}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {partition: gpu}}
                    """)),
        DiagnosticPage(
            "SLW2403", "An option's value that sbatch cannot be given",
            """
            A value becomes one line of the batch script. Lists and mappings have no form there, and a time such as
            `1:30` may be read as a number by other YAML readers: quotes make it the text that Slurm wants.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {gres: [gpu, "2"]}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, config: {gres: "gpu:2"}}
                    """)),
        DiagnosticPage(
            "SLW2404", "A setting of Slurm needs an absolute path",
            """
            `bin` and `conf` are looked for on the agent's machine, whose working folder is not yours. A relative path
            could find another program there.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, settings: {bin: slurm/bin}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec: {resource: slurm, settings: {bin: /opt/slurm/bin}}
                    """)),
        DiagnosticPage(
            "SLW2482", "No such way to containers on Slurm",
            """
            A container of a cluster has to be executed in the place of the job's own process: what podman and Docker
            start belongs to others, and goes on when Slurm has ended the job. Charliecloud's `ch-run` does it, without
            rights.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: podman}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud}
                    """)),
        DiagnosticPage(
            "SLW2483", "What containers see of the nodes is a list",
            """
            A container sees its image's files and its attempt's folder. `bind` lists what it sees besides, of the
            files of the nodes. It is a list even for one path.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: /data}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: [/data]}
                    """)),
        DiagnosticPage(
            "SLW2484", "A path that a container cannot be shown",
            """
            An entry of `bind` is a path of the nodes, which the container sees under the same path, or two paths with
            a colon between: the node's and the container's. Both begin with `/`, and neither has a `..` in it. Some
            paths a container has of its own, and nothing can be mounted there.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: [data]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: ["/data:/mnt/data"]}
                    """)),
        DiagnosticPage(
            "SLW2485", "Two paths of a container that lie in each other",
            """
            What is mounted in what is mounted would have to be made in a folder of the node, which is not this
            queue's. Show the outer one, or give the two paths that are beside each other.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: [/data, /data/raw]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: [/data]}
                    """)),
        DiagnosticPage(
            "SLW2486", "Something to show, and no container",
            """
            Without `container`, a command runs among its image's files and sees all of the node that its user sees.
            Whoever lists what it is to see means a container.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {bind: [/data]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: cluster}
                    spec:
                      resource: slurm
                      settings: {container: charliecloud, bind: [/data]}
                    """)),
    ]
}
