import Foundation
import Images
import Manifests
import YAML

/// How a queue says that its commands run in containers, and what they see there of the nodes' files.
///
/// Charliecloud's `ch-run` makes a user and a mount namespace, takes the image's files in the attempt's folder for its
/// root, and executes the command in its own place. So the command stays the job's own process: what Slurm limits, asks
/// to end and kills is the command. It needs no rights and no daemon. It is not a sandbox: the network, the processes
/// and the devices are the node's.
struct SlurmContainer: Sendable, Hashable {
    var binds: [SlurmBind]

    static func isWanted(_ target: EngineTarget?) -> Bool { target?.settings["container"] != nil }

    /// `nil` where the queue wants none.
    ///
    /// - Throws: a `Diagnostic` for what this version does not know: without it a command would see more than it is to.
    init?(_ target: EngineTarget?) throws {
        guard Self.isWanted(target), let settings = target?.settings else { return nil }
        guard let word = settings["container"]?.string, EngineDocument.slurmContainers.contains(word) else {
            throw Diagnostic.slurmContainerUnknown("container", settings["container"])
        }
        let entries = settings["bind"] ?? .array([])
        let binds = entries.array?.compactMap { $0.string.flatMap(SlurmBind.init) } ?? []
        guard binds.count == entries.array?.count else { throw Diagnostic.slurmContainerUnknown("bind", entries) }
        self.binds = binds
    }

    // MARK: What ch-run is told

    /// The arguments of `ch-run`. Every word that comes from a manifest is the value of an option, in one argument with
    /// it, or stands behind `--`.
    ///
    /// - Throws: a `Diagnostic` for what cannot be handed on.
    func arguments(_ submission: Submission) throws -> [String] {
        _ = try Supervisor.checked(submission)
        for path in [submission.folder, submission.workingDirectory] where path.utf8.contains(0) {
            throw Diagnostic.argumentUnusable("the path \(path.debugDescription)")
        }
        guard !submission.folder.contains(":") else { throw Diagnostic.slurmFolderUnusable(submission.folder) }
        // The variables have got their own names by then.
        var options = ["--unset-env=\(SlurmScript.prefix)*", "--write", "--private-tmp"]
        // Unless told otherwise, it makes files that have the user's name and no other.
        if !(try Self.users.allSatisfy(ImageRoot(submission.root).mayHoldFile)) { options.append("--no-passwd") }
        options.append("--cd=\(workingDirectory(of: submission))")
        let paths = own(submission).map { ($0.source, $0.target) } + binds.map { ($0.source, $0.target) }
        options += paths.map { "--bind=\($0):\($1)" }
        return options + [submission.root, "--"] + submission.arguments
    }

    private static let users = ["/etc/passwd", "/etc/group"]

    /// What of the attempt's folder is mounted in the container, and where.
    private func own(_ submission: Submission) -> [(source: String, target: String, isFolder: Bool)] {
        let folder = submission.folder
        let always = [
            ("\(folder)/outputs", ContainerPaths.outputs, true),
            ("\(folder)/parameters.json", ContainerPaths.parameters, false),
            ("\(folder)/metrics.jsonl", ContainerPaths.metrics, false),
        ]
        let inputs = "\(folder)/inputs"
        return access(inputs, F_OK) == 0 ? always + [(inputs, ContainerPaths.inputs, true)] : always
    }

    private func workingDirectory(of submission: Submission) -> String {
        let path = submission.workingDirectory
        return path.hasPrefix("/") ? path : "/\(path)"
    }

    // MARK: The image's files

    /// Makes in the image's files what is mounted on, and the folder in which the command starts. To be called behind
    /// the `AttemptFence`.
    func makeRoom(in submission: Submission) throws {
        let root = ImageRoot(submission.root)
        for path in ["/dev", "/proc", "/sys", "/tmp"] { try root.makeMountPoint(path, isFolder: true) }
        for place in own(submission) { try root.makeMountPoint(place.target, isFolder: place.isFolder) }
        for bind in binds {
            // What only the nodes have is taken for a folder.
            var isFolder: ObjCBool = true
            let isHere = FileManager.default.fileExists(atPath: bind.source, isDirectory: &isFolder)
            try root.makeMountPoint(bind.target, isFolder: !isHere || isFolder.boolValue)
        }
        // The node's hosts are shown where there are such files, so that names are found as they are there.
        for path in Self.users + ["/etc/hosts", "/etc/resolv.conf"] where try root.mayHoldFile(path) {
            try root.makeMountPoint(path, isFolder: false)
        }
        try root.makeFolder(workingDirectory(of: submission))
    }

    /// Refuses a command that the image has not: `ch-run` would end with a status that may be the command's.
    func demandProgram(of submission: Submission) throws {
        let program = submission.arguments.first ?? ""
        let start = workingDirectory(of: submission)
        let candidates: [String]
        if program.contains("/") {
            candidates = [program.hasPrefix("/") ? program : "\(start)/\(program)"]
        } else {
            guard let list = submission.environment["PATH"] else { return }
            candidates = list.split(separator: ":", omittingEmptySubsequences: false).map { folder in
                folder.hasPrefix("/") ? "\(folder)/\(program)" : "\(start)/\(folder)/\(program)"
            }
        }
        let root = ImageRoot(submission.root)
        let isThere = try candidates.contains { try isElsewhere($0) || root.hasProgram($0) }
        guard isThere else { throw Diagnostic.slurmProgramNotInImage(program) }
    }

    /// Whether what is there is not the image's: nothing is known of it here.
    private func isElsewhere(_ path: String) -> Bool {
        let mounts = ["/dev", "/proc", "/sys", "/tmp", ContainerPaths.root] + binds.map(\.target)
        return mounts.contains { path.utf8.starts(with: "\($0)/".utf8) }
    }
}
