import YAML

extension DiagnosticPage {
    static let images: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2110", "A base image's name cannot be read",
            """
            A base image is in a registry, or in a folder or archive of the repository; the beginning of its name says
            which. `oci:` and `oci-archive:` are layouts as skopeo writes them, `docker-archive:` is what `docker save`
            writes, and `scratch` is nothing at all.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "oci:"}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "oci:images/base:v1"}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2111", "A base image is outside of the repository",
            """
            A relative path that leaves the repository is on your machine and not in the commit. An absolute path is
            allowed, because it says plainly that the image has to be there on every machine that builds.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "oci:../../base"}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "oci:/srv/images/base:v1"}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2115", "An image's name holds a password",
            """
            Whoever can read the repository, its history, a plan or a log could read it as well. Logins are kept where
            the agents are. A password that was pushed has to be changed, since the history keeps it.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "ada:secret@registry.example.com/base:v1"}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "registry.example.com/base:v1"}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2116", "An image's name cannot be read",
            """
            Registries take lower-case names only, a host has a dot, a port or is `localhost`, and a tag or digest
            stands at the end. A URL is not a name: leave out `https://`.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "Team/Base:v1"}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "registry.example.com/team/base:v1"}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2117", "A registry's address holds a password",
            """
            Everybody who can read the manifest, its history or a log would have it. Agents use the logins of their
            machine: `docker login`, or a file that `DOCKER_CONFIG` names. A password that was pushed has to be changed.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      registry: {location: "ada:secret@registry.example.com/team"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      registry: {location: "registry.example.com/team"}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2118", "Not a place for images",
            """
            `layout` keeps images in a folder of this checkout; otherwise it is the host and path of a registry, below
            which each job gets a repository. A tag, a digest or `https://` is not part of it.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      registry: {location: "https://registry.example.com/team"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      registry: {location: "registry.example.com/team"}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2125", "A field that a Dockerfile makes meaningless",
            """
            Where a job has a Dockerfile, it alone says what the image begins with and what is installed. A field beside
            it would have no effect and make readers believe that it had.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {dockerfile: Dockerfile, baseImage: "debian:12-slim"}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {dockerfile: Dockerfile}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2126", "Not the name of a system package",
            """
            The words are handed to the package tool of the base image as names; anything that the tool could take for
            an option or for several words is refused. They are Debian's names, which differ from those on PyPI.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "debian:12-slim", systemPackages: ["git curl"]}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "debian:12-slim", systemPackages: [git, curl]}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2127", "System packages without a distribution",
            """
            Packages are installed by the package tool of the base image. `scratch` is empty, and an image in a folder
            or archive is used as it is; only an image from a registry can be extended by the builders that do this.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {systemPackages: [libgomp1]}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      build: {baseImage: "debian:12-slim", systemPackages: [libgomp1]}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2128", "No pool of the queue can build the job",
            """
            The embedded builder copies files and installs wheels; a Dockerfile and system packages need a tool that
            executes commands in an image. All pools of this queue have the embedded one, so that the run would wait for
            an image that nobody makes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: render}
                    spec:
                      source: {path: src}
                      build: {dockerfile: Dockerfile}
                      command: [render]
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: render, queue: large}
                    ---
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: strong}
                    spec: {queues: [large]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: render}
                    spec:
                      source: {path: src}
                      build: {dockerfile: Dockerfile}
                      command: [render]
                    ---
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: render, queue: large}
                    ---
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: strong}
                    spec: {queues: [large], builder: {type: buildah}}
                    """,
                beside: Surroundings.containers)),
    ]
}
