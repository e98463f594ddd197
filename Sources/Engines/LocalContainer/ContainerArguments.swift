import Foundation
import Images
import Manifests
import YAML

/// The arguments of `docker create` or `podman create` for a submission.
///
/// Every word that comes from a manifest is the value of an option, in one argument with it, or stands behind the
/// image.
struct ContainerArguments {
    let submission: Submission
    let tool: BuildTool
    let facts: ContainerFacts
    /// The queue's document: flags by their long names.
    let flags: [String: JSONValue]
    /// The agent's, on this machine.
    let user: (id: UInt32, group: UInt32)
    /// Whether the kernel separates containers from files by labels too.
    var hasLabels = false

    /// Enough for a program with all its threads on a large machine, and an end to one that only makes copies of
    /// itself.
    static let processes = 8192
    /// What libraries that hand tensors between processes need, which is more than both tools' 64 MiB. What is in it
    /// counts as the container's memory.
    static let sharedMemory: Int64 = 1 << 30
    /// What programs that run as root do with files and processes of their own container.
    static let capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID"]

    init(
        _ submission: Submission, tool: BuildTool, facts: ContainerFacts, user: (id: UInt32, group: UInt32),
        hasLabels: Bool = false
    ) throws {
        (self.submission, self.tool, self.facts) = (submission, tool, facts)
        (self.user, self.hasLabels) = (user, hasLabels)
        flags = submission.target?.document.object ?? [:]
        guard let program = submission.arguments.first, !program.isEmpty else { throw Diagnostic.commandNotFound("") }
        for (index, argument) in submission.arguments.enumerated() where argument.utf8.contains(0) {
            throw Diagnostic.argumentUnusable("argument \(index)")
        }
        for path in [submission.folder, submission.workingDirectory] where path.utf8.contains(0) {
            throw Diagnostic.argumentUnusable("the path \(path.debugDescription)")
        }
        // What writes podman's log would take what is before the colon for its path.
        guard tool != .podman || !submission.folder.contains(":") else {
            throw Diagnostic.containerFolderUnusable(submission.folder)
        }
        for (flag, value) in flags {
            guard let form = ContainerFlags.allowed[flag] ?? ContainerFlags.dangerous[flag]?.form else {
                throw Diagnostic.containerFlagUnusable(flag, "is no flag that a queue may set")
            }
            if let wanted = ContainerFlags.fault(of: value, form) {
                throw Diagnostic.containerFlagUnusable(flag, "is not \(wanted): \(value.canonicalText)")
            }
            guard !Self.texts(value).contains(where: { $0.utf8.contains(0) }) else {
                throw Diagnostic.argumentUnusable("the queue's \(flag)")
            }
        }
    }

    /// - Parameters:
    ///   - image: the id by which the tool runs it.
    ///   - environmentFile: with the environment's lines.
    ///   - names: variables that are to be taken from the tool's own environment.
    ///   - hasInit: whether a small program is to be the container's first process, which passes signals on and takes
    ///     ended processes away: without one, most programs do not hear of TERM.
    func arguments(image: String, environmentFile: String, names: [String], hasInit: Bool) -> [String] {
        var all = ["--name=\(ContainerIdentity(submission).name)", "--pull=never", "--restart=no", "--no-healthcheck"]
        if hasInit, flags["init"] != .bool(false) { all.append("--init") }
        all += ContainerIdentity.labels(of: submission).sorted { $0.key < $1.key }.map {
            "--label=\($0.key)=\($0.value)"
        }
        all.append("--env-file=\(environmentFile)")
        all += names.sorted().map { "--env=\($0)" }
        all += ["--entrypoint=\(entrypoint)", "--workdir=\(submission.workingDirectory)"]
        all += mounts + security + limits + logging
        if tool == .podman { all.append("--http-proxy=false") }
        for (flag, value) in flags.sorted(by: { $0.key < $1.key }) where !Self.special.contains(flag) {
            all += Self.texts(value).map { "--\(flag)=\($0)" }
        }
        return all + [image] + submission.arguments.dropFirst()
    }

    /// What is not handed on as it is.
    private static let special: Set<String> = [
        "cap-add", "cpus", "gpus", "init", "memory", "pids-limit", "security-opt", "shm-size", "user",
    ]

    /// Podman takes a text that is a JSON list of texts for several words.
    private var entrypoint: String {
        let program = submission.arguments.first ?? ""
        return tool == .podman ? JSONValue.array([.string(program)]).canonicalText : program
    }

    // MARK: Files

    private var mounts: [String] {
        let inputs = "\(submission.folder)/inputs"
        var mounts = [
            mount("outputs", at: ContainerPaths.outputs, isReadOnly: false),
            mount("parameters.json", at: ContainerPaths.parameters, isReadOnly: true),
            mount("metrics.jsonl", at: ContainerPaths.metrics, isReadOnly: false),
        ]
        if access(inputs, F_OK) == 0 { mounts.append(mount("inputs", at: ContainerPaths.inputs, isReadOnly: true)) }
        return mounts
    }

    /// Both tools read such a value as a line of CSV, so that a path may hold anything (RFC 4180).
    private static func field(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }

    private func mount(_ name: String, at target: String, isReadOnly: Bool) -> String {
        let source = Self.field("source=\(submission.folder)/\(name)")
        let label = hasLabels && tool == .podman ? ",relabel=private" : ""
        return "--mount=type=bind,\(source),target=\(target)\(isReadOnly ? ",readonly" : "")\(label)"
    }

    // MARK: Whom and what it may

    private var security: [String] {
        var all = ["--security-opt=no-new-privileges"]
        all += Self.texts(flags["security-opt"] ?? .array([])).map { "--security-opt=\($0)" }
        all.append("--cap-drop=ALL")
        all += Self.capabilities.map { "--cap-add=\($0)" }
        all += Self.texts(flags["cap-add"] ?? .array([])).map { "--cap-add=\($0)" }
        all.append("--user=\(flags["user"].map { Self.text($0) } ?? ownUser)")
        return all
    }

    /// Whoever of the container is the agent's user outside: what it writes is the agent's to read and to remove.
    private var ownUser: String { facts.isRootless ? "0:0" : "\(user.id):\(user.group)" }

    /// A user that is only a number has no home.
    var needsHome: Bool { flags["user"] == nil && ownUser != "0:0" }

    // MARK: Limits

    private var limits: [String] {
        var all: [String] = []
        if let cpus = flags["cpus"].map(Self.text) ?? submission.resources.cpu.map({ Self.cores($0.millicores) }) {
            all.append("--cpus=\(cpus)")
        }
        if let memory = flags["memory"].map(Self.text) ?? submission.resources.memory.map({ "\($0.bytes)" }) {
            all.append("--memory=\(memory)")
            // The limit is one of memory: swap beyond it would only be slow.
            if flags["memory-swap"] == nil, facts.limitsSwap { all.append("--memory-swap=\(memory)") }
        }
        if let processes = flags["pids-limit"].map(Self.text) ?? (facts.limitsProcesses ? "\(Self.processes)" : nil) {
            all.append("--pids-limit=\(processes)")
        }
        // Another's shared memory has its own size.
        if flags["ipc"] == nil || flags["shm-size"] != nil {
            all.append("--shm-size=\(flags["shm-size"].map(Self.text) ?? "\(Self.sharedMemory)")")
        }
        return all + gpus
    }

    private static func cores(_ millicores: Int64) -> String {
        let rest = String(millicores % 1000)
        return "\(millicores / 1000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
    }

    private var gpus: [String] {
        let wanted = flags["gpus"].map(Self.text) ?? "\(submission.resources.gpu)"
        guard wanted != "0" else { return [] }
        let devices: [String]? =
            wanted.hasPrefix("device=") ? wanted.dropFirst(7).split(separator: ",").map(String.init) : nil
        guard tool == .podman else {
            // A line of CSV, too.
            return ["--gpus=\(devices.map { "\"device=\($0.joined(separator: ","))\"" } ?? wanted)"]
        }
        let names = devices ?? Int(wanted).map { count in (0..<count).map { "\($0)" } } ?? [wanted]
        return names.map { "--device=nvidia.com/gpu=\($0)" }
    }

    /// Docker keeps what a command prints, and podman writes it into the attempt's folder.
    private var logging: [String] {
        switch tool {
        case .podman:
            ["--log-driver=k8s-file", "--log-opt=\(Self.field("path=\(ContainerFolder(submission.folder).rawLog)"))"]
        case .docker, .buildah: ["--log-driver=json-file", "--log-opt=max-size=1g", "--log-opt=max-file=4"]
        }
    }

    // MARK: Values

    private static func text(_ value: JSONValue) -> String { texts(value).first ?? "" }

    private static func texts(_ value: JSONValue) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap(texts)
        case .string(let text): [text]
        case .null, .bool, .int, .double, .object: [value.canonicalText]
        }
    }
}
