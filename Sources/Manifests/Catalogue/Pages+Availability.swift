import YAML

extension DiagnosticPage {
    static let availability: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2090", "The engine is not available yet",
            """
            The name is reserved for an engine that this version of Slipway does not have. It is refused when the
            manifests are checked and not when the first run would start, so that nobody commits work that cannot be
            executed.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: sagemaker}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-container}
                    """)),
        DiagnosticPage(
            "SLW2092", "The builder is not available yet",
            """
            The name is reserved for a builder that this version does not have. `oci` is embedded and builds Python jobs
            without a daemon; a Dockerfile needs `buildah`, `podman` or `docker` on the agents' machines.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local], builder: {type: kaniko}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local], builder: {type: buildah}}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2094", "Sources in other repositories are not available yet",
            """
            The form is reserved. Until it is there, a Git submodule or a copy brings the code into this repository,
            which also puts it under the same review.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {git: {repository: "https://example.com/team/train.git", ref: v1.2.0}}
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
            "SLW2095", "Images as sources are not available yet",
            """
            The form is reserved. Until it is there, an image of your own can be the base of a build: name it in
            `spec.build.baseImage` and a folder with the script in `spec.source.path`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {image: "registry.example.com/team/train:v1"}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: train}
                      build: {baseImage: "registry.example.com/team/train:v1"}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2099", "An image for several platforms is not available yet",
            """
            A job's image is one image for one platform, because its digest is what a run is known by. Two jobs that
            share a source build the same code for two platforms.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {platforms: [linux/amd64, linux/arm64]}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {platforms: [linux/arm64]}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2100", "The engine takes no configuration",
            """
            `config` is what an engine is given to submit, and a process of the machine is submitted with nothing but
            its command. What limits a run belongs in the job's `resources`; flags of containers need a queue with
            `resource: local-container`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process, config: {memory: 2g}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-container, config: {memory: 2g}}
                    """)),
        DiagnosticPage(
            "SLW2120", "A platform that images are not built for",
            """
            Wheels and base images are chosen for the platform that is named, and only those in the list are known well
            enough for that. Write it as `linux/amd64`, in lower case and with the operating system before the slash.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {platforms: [amd64]}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {platforms: [linux/amd64]}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2121", "Conda environments are not built",
            """
            The embedded builder installs wheels and nothing else, so that the same lock gives the same image on any
            machine. What Conda has beyond PyPI, such as CUDA or compilers, belongs into a base image.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {python: {requirements: environment.yml}}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {python: {requirements: requirements.txt}}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2122", "A package tool's own file is not read",
            """
            Poetry, Pipenv, PDM and others keep locks in formats of their own, which change with the tool. Export a
            requirements file from it and name that, or let `reconcile lock` pin what a `pyproject.toml` asks for.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {python: {requirements: poetry.lock}}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {python: {requirements: pyproject.toml}}
                      command: [python3, train.py]
                    """)),
    ]
}
