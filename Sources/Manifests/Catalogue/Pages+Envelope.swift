import YAML

extension DiagnosticPage {
    static let envelope: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2001", "The document is no manifest of Slipway's",
            """
            Every YAML file in the folders that are read must be Slipway's, so that a typing mistake in `apiVersion`
            cannot make a manifest vanish, and with it the runs that it asked for. Files for other programs (Kubernetes
            objects, CI configuration, data) belong elsewhere, or are named in `.slipwayignore`, which works as
            `.gitignore` does.
            """,
            example: Example(
                wrong: """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    """)),
        DiagnosticPage(
            "SLW2002", "The apiVersion is not known",
            """
            The text is meant for Slipway and is not a version that this program reads. There is only `slipway/v1`; a
            manifest for a later version needs a later `reconcile`, because an older one would not understand its
            fields.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1beta1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    """)),
        DiagnosticPage(
            "SLW2003", "A field that does not exist here",
            """
            An unknown field is an error and not ignored, because it is nearly always a misspelled one: a `timout` that
            is ignored is a run without an end. It may also be the right field one level too high or too low, since
            fields are known by the mapping that they stand in; the indentation decides which that is.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      comand: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2004", "A value of the wrong type",
            """
            The field takes another kind of value: a list where a text stands, a text where a number stands. YAML
            decides by how a value is written: `8` is a number and `"8"` a text, `[a, b]` is a list and `a, b` a text. A
            command and its arguments are a list because no shell takes them apart, and numbers among them need quotes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: python3 train.py
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2005", "A required field is missing",
            """
            Without this field the manifest does not say enough to act on, and there is no default that would be right
            for everybody. A field that is there and empty counts as missing too. If it seems to be there, look at its
            indentation: it may belong to another mapping.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec:
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    """)),
        DiagnosticPage(
            "SLW2006", "A word that is not one of those allowed",
            """
            The field takes one of a few words, written exactly so: upper and lower case count. Words of other systems
            (`Never`, `urgent`, `docker` as a queue's resource) have an equivalent in the list that the message shows,
            or none.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata: {name: local}
                    spec: {resource: local-process}
                    """)),
        DiagnosticPage(
            "SLW2007", "A text that has the wrong form",
            """
            It is a text, as it should be, and not written as this field wants it. Names become parts of file names,
            labels and container names on every engine, so that only what all of them bear is allowed; durations and
            amounts carry their unit, so that nobody has to know whether `30` is seconds or minutes.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {memory: 4GB}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      resources: {memory: 4G}
                    """)),
        DiagnosticPage(
            "SLW2008", "A key that has the wrong form",
            """
            The keys of this mapping are names that somebody else reads, and those have rules: an environment variable
            must survive every shell, a label must be one that Kubernetes takes, a parameter must be writable as
            `${parameters.name}`. Variables that begin with `SLIPWAY_` are set by Slipway itself.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      env: {log-level: debug}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      env: {LOG_LEVEL: debug}
                    """)),
        DiagnosticPage(
            "SLW2009", "A reference that cannot be a name",
            """
            A reference is the name of an object in the same namespace, or `namespace/name`; this text can be neither.
            The kind is not part of it (the field says which kind is meant), and neither is a path of a file.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [Queue/local]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local]}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2010", "A job is pinned to what is no version",
            """
            Versions of a job are numbered in the order in which they were first applied and written with a `v`:
            `train@v3`. To follow the newest one, write the name alone; there is no `@latest`, because it would look
            pinned and be none.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train@3, queue: local}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Run
                    metadata: {name: first}
                    spec: {job: train@v3, queue: local}
                    """,
                beside: Surroundings.training)),
        DiagnosticPage(
            "SLW2011", "A number or duration outside of its bounds",
            """
            The value has the right type and lies outside of what makes sense or can be kept. The bounds are generous; a
            value beyond them is mostly one in another unit, such as milliseconds where seconds are meant.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local], replicas: -1}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local], replicas: 2}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2012", "Too few or too many elements",
            """
            A list or mapping has fewer elements than it needs to mean anything, or more than anybody could review. A
            pool that serves no queue and a job without a command would do nothing and look as if they did.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: []}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec: {queues: [local]}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2013", "An element is there twice",
            """
            The list is a set: naming something a second time changes nothing, so that one of the two was probably meant
            to be something else.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {limit: 2, on: [error, error]}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      retry: {limit: 2, on: [error, interruption]}
                    """)),
        DiagnosticPage(
            "SLW2014", "A job has no source, or several",
            """
            The code of a job comes from one place, since its version is the digest of that place's content. With two of
            them nobody could say which one a run had executed.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {}
                      command: [python3, train.py]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                    """)),
        DiagnosticPage(
            "SLW2015", "The prune annotation is neither true nor false",
            """
            `slipway/prune: "false"` keeps an object that is no longer in the manifests. Any other text could be taken
            for either answer, and the wrong one deletes something. The quotes are needed, because annotations are
            texts.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata:
                      name: local
                      annotations: {slipway/prune: never}
                    spec: {resource: local-process}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Queue
                    metadata:
                      name: local
                      annotations: {slipway/prune: "false"}
                    spec: {resource: local-process}
                    """)),
        DiagnosticPage(
            "SLW2016", "A number that JSON does not know",
            """
            Values are recorded and compared as JSON, which has neither infinity nor “not a number”. Leave out a bound
            that is meant to be infinite, or pass the word as a text that the program understands.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters:
                        clip: {type: number, default: .inf}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: Job
                    metadata: {name: train}
                    spec:
                      source: {path: src}
                      command: [python3, train.py]
                      parameters:
                        clip: {type: number, default: 1000000}
                    """)),
        DiagnosticPage(
            "SLW2017", "A value is nested too deep",
            """
            Free values (a parameter, a queue's `config`) may nest as deep as JSON readers everywhere can bear. Deeper
            ones come from generators, or from aliases that were put into each other.
            """),
        DiagnosticPage(
            "SLW2018", "Two keys are one to Unicode",
            """
            Both keys look the same and are written with different characters, such as an accented letter in one piece
            and in two. Other programs would take them for one and keep either value. It happens when text is copied
            between macOS and other systems.
            """),
        DiagnosticPage(
            "SLW2019", "A value cannot be read",
            """
            A value passed YAML's rules and could still not be turned into JSON. The message has the reason; if it does
            not help, write the value in its simplest form, without tags and aliases.
            """),
        DiagnosticPage(
            "SLW2020", "A text is not JSON",
            """
            Slipway reads JSON from its own files, from engines and from registries. This text is none: it is truncated,
            was edited by hand, or is an error page where data was expected. The message names the byte at which reading
            failed.
            """),
    ]
}
