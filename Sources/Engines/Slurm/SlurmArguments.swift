import Manifests
import YAML

/// What `sbatch` is called with. Every value is an argument of its own, as `--name=value`, so that none can be taken
/// for an option or for two.
struct SlurmArguments {
    /// The options, without the script and what it is called with.
    var options: [String]

    /// What the queue's document, the job's resources and its timeout ask for.
    ///
    /// What the document says of something counts; the job's own wishes fill what it leaves open.
    ///
    /// - Throws: a `Diagnostic` for what `sbatch` is not to be given.
    init(_ submission: Submission) throws {
        let document = submission.target?.document.object ?? [:]
        var options: [String] = []
        for (name, value) in document.sorted(by: { $0.key < $1.key }) {
            guard SlurmOptions.allowed.contains(name) else { throw Diagnostic.slurmOptionRefused(name) }
            if let option = try Self.option(name, value) { options.append(option) }
        }
        let resources = submission.resources
        func leavesOpen(_ names: String...) -> Bool { !names.contains { document[$0] != nil } }
        if let cpu = resources.cpu, leavesOpen("cpus-per-task", "cpus-per-gpu") {
            options.append("--cpus-per-task=\(max(1, (cpu.millicores + 999) / 1000))")
        }
        if let memory = resources.memory, leavesOpen("mem", "mem-per-cpu", "mem-per-gpu") {
            options.append("--mem=\(max(1, (memory.bytes + (1 << 20) - 1) >> 20))M")
        }
        if resources.gpu > 0, leavesOpen("gres", "gpus", "gpus-per-node", "gpus-per-task", "gpus-per-socket") {
            options.append("--gres=gpu:\(resources.gpu)")
        }
        if let timeout = submission.timeout, leavesOpen("time") {
            // Slipway's own end comes first.
            options.append("--time=\(timeout.components.seconds / 60 + 5)")
        }
        // Slipway tries again itself, as the job's retry policy says.
        if document["requeue"] != .bool(true) { options.append("--no-requeue") }
        self.options = options
    }

    private static func option(_ name: String, _ value: JSONValue) throws -> String? {
        switch value {
        // `requeue: false` is what holds without it.
        case .bool(let isOn): return isOn ? "--\(name)" : nil
        case .int(let number): return "--\(name)=\(number)"
        case .string(let text):
            guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
                throw Diagnostic.slurmValueRefused(name)
            }
            return "--\(name)=\(text)"
        case .null, .double, .array, .object: throw Diagnostic.slurmValueRefused(name)
        }
    }

    /// The words by which the batch script knows what to do for an attempt.
    static func words(_ submission: Submission, mark: SlurmMark) throws -> [String] {
        let names = submission.environment.keys.sorted().joined(separator: " ")
        var words = [submission.folder, "\(mark)", names]
        if let container = try SlurmContainer(submission.target) {
            words += ["/"] + (try container.arguments(submission))
        } else {
            words += [submission.workingDirectory, try program(submission)] + submission.arguments.dropFirst()
        }
        return ["\(words.count)"] + words
    }

    /// The variables of an attempt, under names that mean nothing to `sbatch` and to the node's daemon.
    static func environment(of submission: Submission, mark: SlurmMark) -> [String: String] {
        let prefix = "\(SlurmScript.prefix)\(mark.task ?? 0)_"
        return Dictionary(submission.environment.map { (prefix + $0.key, $0.value) }) { first, _ in first }
    }

    /// All options that `sbatch` gets: the queue's, and Slipway's own.
    ///
    /// What the batch script prints itself goes to a file that it opens: a path that `sbatch` is given is a pattern.
    func submitting(_ identity: SlurmIdentity, folder: String, isArray: Bool, tasks: Int) -> [String] {
        let array = isArray ? ["--array=0-\(tasks - 1)"] : []
        return options + array + [
            "--job-name=\(identity.name)", "--comment=\(identity.comment)", "--chdir=\(folder)",
            "--output=/dev/null", "--input=/dev/null", "--export=ALL", "--", "\(folder)/slurm.sh",
        ]
    }

    /// The command as the node's shell is to find it: a path absolute, a bare name on the PATH of the command.
    private static func program(_ submission: Submission) throws -> String {
        let program = try Supervisor.checked(submission)
        for name in submission.environment.keys where SlurmScript.readOnly.contains(name) {
            throw Diagnostic.variableNotPassedOn(name)
        }
        if program.contains("/") { return try Supervisor.located(program, submission) }
        guard !program.hasPrefix("-") else { throw Diagnostic.commandNotFound(program) }
        return program
    }
}
