import Images
import Manifests
import YAML

extension Diagnostic {
    static func containerToolMissing(_ tool: BuildTool?) -> Diagnostic {
        Diagnostic(
            "SLW6201",
            (tool.map { "`\($0.rawValue)` is not" } ?? "neither `docker` nor `podman` is") + " on the agent's PATH",
            remedy: "install one of the two there, or name the other in the queue's `settings: {tool: …}`")
    }

    static func containerForeign(_ name: String, _ tool: BuildTool) -> Diagnostic {
        Diagnostic(
            "SLW6202", foreign(name, tool),
            remedy: "see whose it is with `\(tool.rawValue) inspect \(name)`, and remove or rename it")
    }

    static func foreign(_ name: String, _ tool: BuildTool) -> String {
        "there is a container \(name) already, and it is not Slipway's: it is left alone (\(tool.rawValue))"
    }

    static func containerRefused(_ tool: BuildTool, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6203", "\(tool.rawValue) does not take the container: \(reason)",
            remedy: "look at the queue's `config` and `settings`, and try the same flags by hand")
    }

    static func containerCommandMissing(_ program: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6204", "the image has no program \(program.debugDescription) that can be run: \(reason)",
            remedy: containerProgramRemedy)
    }

    /// Of an image that is built from nothing, unlike on the machine itself, nobody has put an interpreter into it.
    static let containerProgramRemedy =
        "name a `baseImage` that has it, such as one with python: a container has none of the machine's programs"

    static func containerImageNotPulled(_ reference: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6205", "the image \(reference) cannot be pulled: \(reason)",
            remedy: "see to it that the tool can reach the registry and is logged in there (`docker login`)")
    }

    static func containerImageMissing(_ image: Digest, _ layout: String) -> Diagnostic {
        Diagnostic(
            "SLW6206", "the image \(image) is neither in \(layout), whole, nor in a registry",
            remedy: "build the job again on this machine, or give the pool a registry")
    }

    static func containerImageNotLoaded(_ image: Digest, _ tool: BuildTool, _ reason: String) -> Diagnostic {
        Diagnostic("SLW6207", "\(tool.rawValue) does not load the image \(image): \(reason)")
    }

    static func containerFlagUnusable(_ flag: String, _ fault: String) -> Diagnostic {
        Diagnostic("SLW6208", "the queue's `config`: `\(flag)` \(fault)")
    }

    static func containerVariableName(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW6209", "the environment variable \(name.debugDescription) cannot be handed to a container",
            remedy: "use letters, digits and `_` in its name")
    }

    static func containerVariableValue(_ name: String) -> Diagnostic {
        Diagnostic(
            "SLW6210",
            "the environment variable \(name) has line breaks or is very long, and the container tool "
                + "itself would go by it",
            remedy: "give it another name, or put the value into a file of the job")
    }

    static func containerEnvironmentUnusable(_ reason: String) -> Diagnostic {
        Diagnostic("SLW6211", "the environment cannot be handed to the container tool: \(reason)")
    }

    static func containerNoteUnusable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6212", "what is known of the container cannot be written to \(path): \(reason)",
            remedy: "make room, or give yourself write permission there")
    }

    static func containerNotCancelled(_ name: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW6213", "the container \(name) is still there after it was killed: \(reason)",
            remedy: "look for a process in uninterruptible sleep (`ps -o pid,stat,cmd`), and end it by hand")
    }

    static func containerImageUnknown(_ name: String) -> Diagnostic {
        Diagnostic("SLW6214", "the attempt \(name) came without an image, and a container cannot do without")
    }
}

extension Diagnostic {
    static func containerFolderUnusable(_ folder: String) -> Diagnostic {
        Diagnostic(
            "SLW6216", "podman cannot write a log into a folder whose path has a colon: \(folder.debugDescription)",
            remedy: "put the checkout elsewhere, or use docker")
    }

    static func containerLogGone(_ name: String) -> Diagnostic {
        Diagnostic("SLW6215", "the container \(name) is gone, and what it wrote since it was last asked with it")
    }
}
