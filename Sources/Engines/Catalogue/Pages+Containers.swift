import YAML

extension DiagnosticPage {
    static let containers: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW6201", "There is no container tool",
            """
            The agent found neither of the tools that it may use on its PATH. A queue may name one with `settings:
            {tool: …}`, and then only that one is looked for.
            """),
        DiagnosticPage(
            "SLW6202", "The container's name belongs to somebody else",
            """
            Containers are named after their attempt and carry labels that say whose they are. One has the name and not
            the labels; it is left alone, because removing it could end somebody's work.
            """),
        DiagnosticPage(
            "SLW6203", "The tool does not take the container",
            """
            The container could not be made with the flags that the queue has; what the tool said is in the message.
            Frequent reasons are a network, a device or a runtime that does not exist on this machine.
            """),
        DiagnosticPage(
            "SLW6204", "The image has no such program",
            """
            In a container there is nothing but the image: no Python, no shell, unless the base image has it. `scratch`,
            the default, is empty.
            """),
        DiagnosticPage(
            "SLW6205", "An image cannot be pulled",
            """
            The container tool gets images with its own logins, which are not those of the agent's builder: log the tool
            in.
            """),
        DiagnosticPage(
            "SLW6206", "The image is not there, or not whole",
            """
            The layout lacks some of the image's files, and no registry has it. They were cleaned up, or the layout was
            copied only in part.
            """),
        DiagnosticPage(
            "SLW6207", "The tool does not load the image",
            """
            The image is handed to the tool from the layout, and the tool refused it. A full disk where the tool keeps
            images is the usual reason.
            """),
        DiagnosticPage(
            "SLW6208", "A flag of the queue cannot be used",
            """
            With the run's variables put in, a flag in the queue's `config` has a value of the wrong form. Bounds in the
            queue's `variables` say which values are meant.
            """),
        DiagnosticPage(
            "SLW6209", "A variable's name cannot be handed over",
            """
            The tool takes variables as `NAME=value`, so that a name with other characters would be read as something
            else.
            """),
        DiagnosticPage(
            "SLW6210", "A variable would act on the tool itself",
            """
            A value that does not fit in the tool's list of variables has to be passed through the tool's own
            environment. Under this name the tool would go by it (`DOCKER_HOST`, `HTTP_PROXY`), so that it is refused.
            """),
        DiagnosticPage(
            "SLW6211", "The environment cannot be handed over",
            """
            Variables are given to the tool in a file in memory, so that no secret is in an argument list or on a disk.
            That file could not be made.
            """),
        DiagnosticPage(
            "SLW6212", "A container's note cannot be written",
            """
            What is known of the container is written into the attempt's folder, so that it is found again after a
            crash. The folder is full or closed.
            """),
        DiagnosticPage(
            "SLW6213", "The container does not end",
            """
            It was killed and is still listed. The daemon may hang, or a process in it waits for a disk that does not
            answer.
            """),
        DiagnosticPage(
            "SLW6214", "The attempt has no image",
            """
            A container cannot be made without an image, and none was chosen for this attempt. The queue changed its
            engine while the attempt was being prepared.
            """),
        DiagnosticPage(
            "SLW6215", "The rest of a container's log is gone",
            """
            Somebody removed the container before all that it had written was copied. The outcome of the run is recorded
            as far as it was seen.
            """),
        DiagnosticPage(
            "SLW6216", "Podman cannot log into this folder",
            """
            Podman takes a colon in the log's path for the start of an option. Only the path of the checkout can be the
            cause.
            """),
    ]
}
