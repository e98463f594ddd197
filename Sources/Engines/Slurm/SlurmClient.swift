import Foundation
import Images
import Manifests
import YAML

/// Slurm cannot be asked now, or says what nobody understands: nothing is known, and nothing follows from it.
struct SlurmSilence: Error {
    var why: String
    /// Whether a command was started, so that it may have done something.
    var wasStarted = true
}

/// Slurm's own commands, each run with a limit of time and of output.
///
/// They are used instead of its library and of slurmrestd because every machine from which jobs are submitted has them,
/// and they speak with whatever version the cluster has.
struct SlurmClient: Sendable {
    let settings: SlurmSettings
    private let environment: [String: String]
    private let limits: Limits

    struct Limits: Sendable {
        /// For a question. Slurm's own commands give up after a minute or two.
        var question = Duration.seconds(20)
        /// For `sbatch`, which repeats by itself what a busy controller refuses.
        var submission = Duration.seconds(60)
        /// Bytes of an answer.
        var output = 64 << 20
    }

    /// - Parameter environment: of this process; only what says where things are is handed on.
    init(_ settings: SlurmSettings, environment: [String: String], limits: Limits = Limits()) {
        self.settings = settings
        self.limits = limits
        var own = environment.filter { Self.inherited.contains($0.key) }
        own["LC_ALL"] = "C"
        own["SLURM_CONF"] = settings.configuration ?? environment["SLURM_CONF"]
        own["PATH"] = own["PATH"] ?? "/usr/bin:/bin"
        self.environment = own
    }

    private static let inherited: Set<String> = ["HOME", "LOGNAME", "PATH", "TZ", "USER"]

    // MARK: Questions

    /// What the controller knows of jobs, by their numbers. What it does not mention it does not know.
    func jobs(_ ids: Set<SlurmJobID>) async throws -> [SlurmJobID: SlurmJob] {
        try await inParts(ids) { list in
            let answer = try await ask(
                "squeue",
                [
                    "--noheader", "--all", "--array", "--states=all", "--Format=\(SlurmListing.queueFormat)",
                    "--jobs=\(list)",
                ], with: SlurmListing.timeFormat)
            // Of several numbers the unknown ones are passed over, but a single one is an error.
            if answer.status != 0, answer.complaint.contains("Invalid job id") { return [] }
            return try read(answer, by: "squeue", SlurmListing.queue)
        }
    }

    /// What accounting knows of jobs.
    func accounts(_ ids: Set<SlurmJobID>) async throws -> [SlurmJobID: SlurmJob] {
        try await inParts(ids) { list in
            let format = SlurmListing.accountFields.joined(separator: ",")
            let arguments = ["--allocations", "--parsable2", "--noheader", "--format=\(format)", "--jobs=\(list)"]
            let answer = try await ask("sacct", arguments, with: SlurmListing.timeFormat)
            return try read(answer, by: "sacct", SlurmListing.accounts)
        }
    }

    /// What a user's jobs of a name are, with what others may have written into them, hence as JSON.
    ///
    /// - Parameter accounting: also those that the controller has forgotten.
    func find(_ names: [String], accounting: Bool) async throws -> [SlurmJob] {
        let list = "--name=\(names.joined(separator: ","))"
        // Slurm 22.05 passes over what limits a listing in JSON, so that it is limited here.
        let wanted = Set(names)
        var jobs = try await listing("squeue", ["--json", "--all", "--states=all", "--me", list])
        if accounting {
            // Its comment is kept there only where AccountingStoreFlags says so.
            jobs += try await listing("sacct", ["--json", "--allocations", "--starttime=now-30days", list])
        }
        return jobs.filter { wanted.contains($0.name ?? "") }
    }

    /// The cluster's configuration, as `scontrol show config` lists it.
    func configuration() async throws -> [String: String] {
        let answer = try await ask("scontrol", ["show", "config"])
        guard answer.status == 0 else { throw SlurmSilence(why: Self.complaint(answer, of: "scontrol")) }
        var settings: [String: String] = [:]
        for line in String(decoding: answer.output, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2 { settings[parts[0]] = parts[1] }
        }
        return settings
    }

    private func listing(_ tool: String, _ arguments: [String]) async throws -> [SlurmJob] {
        let answer = try await ask(tool, arguments)
        guard answer.status == 0 else { throw SlurmSilence(why: Self.complaint(answer, of: tool)) }
        guard let jobs = SlurmListing.json(answer.output) else {
            throw SlurmSilence(why: "`\(tool) --json` does not print a list of jobs: \(Self.beginning(answer.output))")
        }
        return jobs
    }

    private func inParts(
        _ ids: Set<SlurmJobID>, _ ask: (String) async throws -> [SlurmJob]
    ) async throws -> [SlurmJobID: SlurmJob] {
        var known: [SlurmJobID: SlurmJob] = [:]
        var rest = ids.sorted()[...]
        while !rest.isEmpty {
            // An argument has room for 128 KiB.
            let part = rest.prefix(5000)
            rest = rest.dropFirst(part.count)
            for job in try await ask(part.map(\.description).joined(separator: ",")) where ids.contains(job.id) {
                known[job.id] = job
            }
        }
        return known
    }

    private func read(
        _ answer: ToolProcess.Answer, by tool: String, _ parse: ([UInt8]) -> (jobs: [SlurmJob], nonsense: String?)
    ) throws -> [SlurmJob] {
        guard answer.status == 0 else { throw SlurmSilence(why: Self.complaint(answer, of: tool)) }
        let (jobs, nonsense) = parse(answer.output)
        if let nonsense, jobs.isEmpty {
            throw SlurmSilence(why: "`\(tool)` does not print a list of jobs: \(nonsense.debugDescription)")
        }
        return jobs
    }

    // MARK: Acts

    enum Submitted: Sendable {
        case job(UInt32)
        /// What it says against it.
        case refused(String)
        /// It may have been taken, or not.
        case unclear(String)
    }

    func submit(_ arguments: [String], environment: [String: String]) async -> Submitted {
        let answer: ToolProcess.Answer
        do {
            answer = try await ask(
                "sbatch", ["--parsable"] + arguments, with: environment, within: limits.submission, most: 4096)
        } catch {
            return error.wasStarted ? .unclear(error.why) : .refused(error.why)
        }
        let words = Self.complaint(answer, of: "sbatch")
        guard answer.status == 0 else { return Self.isPassing(words) ? .unclear(words) : .refused(words) }
        // `123`, or `123;cluster`.
        let text = String(decoding: answer.output, as: UTF8.self)
        guard let id = text.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first.flatMap({ UInt32($0) }) else {
            return .unclear("`sbatch` does not print the number of a job: \(Self.beginning(answer.output))")
        }
        return .job(id)
    }

    /// What Slurm would say to a submission; `nil` where it would take it.
    func test(_ arguments: [String]) async throws -> String? {
        let answer = try await ask("sbatch", ["--test-only"] + arguments)
        let words = Self.complaint(answer, of: "sbatch")
        guard answer.status != 0 else { return nil }
        if Self.isPassing(words) { throw SlurmSilence(why: words) }
        return words
    }

    enum Ending: Sendable {
        /// As Slurm does it: what waits leaves the queue.
        case usual
        /// Asks all its processes, the batch script's children among them.
        case asking
        case forcing
    }

    func cancel(_ id: SlurmJobID, _ ending: Ending) async throws {
        let how: [String] =
            switch ending {
            case .usual: []
            case .asking: ["--signal=TERM", "--full"]
            case .forcing: ["--signal=KILL"]
            }
        let answer = try await ask("scancel", how + ["\(id)"])
        // What has ended meanwhile is no error: whether it has is asked for afterwards.
        let words = Self.complaint(answer, of: "scancel")
        if answer.status != 0, Self.isPassing(words) { throw SlurmSilence(why: words) }
    }

    // MARK: Running them

    func ask(
        _ tool: String, _ arguments: [String], with more: [String: String] = [:], within limit: Duration? = nil,
        most: Int? = nil
    ) async throws(SlurmSilence) -> ToolProcess.Answer {
        guard let path = path(of: tool) else {
            let place = settings.commands.map { "in \($0)" } ?? "on the agent's PATH"
            throw SlurmSilence(why: "`\(tool)` is not \(place)", wasStarted: false)
        }
        let process = ToolProcess(
            executable: path, arguments: arguments, environment: environment.merging(more) { _, more in more },
            workingFolder: "/", deadline: limit ?? limits.question)
        let most = most ?? limits.output
        // In a task of its own: whoever gives up waiting does not cut a command off, which has a limit of its own.
        let answer: ToolProcess.Answer
        switch await Task(operation: { try await process.answer(most: most) }).result {
        case .success(let said): answer = said
        case .failure(let error):
            let why = (error as? Diagnostic)?.message ?? "\(error)"
            throw SlurmSilence(why: "`\(tool)` could not be run: \(why)", wasStarted: false)
        }
        if answer.timedOut { throw SlurmSilence(why: "`\(tool)` did not answer within \(limit ?? limits.question)") }
        if answer.isCut { throw SlurmSilence(why: "`\(tool)` prints more than anybody can want") }
        return answer
    }

    /// Where a command is; `nil` where there is none.
    func path(of tool: String) -> String? {
        let folders =
            settings.commands.map { [$0] }
            ?? (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
        return folders.map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
    }

    /// What a command says in its last lines, without its own name and `error:` in each.
    static func complaint(_ answer: ToolProcess.Answer, of tool: String) -> String {
        let lines = answer.complaint.split(whereSeparator: \.isNewline).map { line in
            var text = line[...]
            for prefix in ["\(tool): ", "error: ", "slurm_load_jobs error: "] where text.hasPrefix(prefix) {
                text = text.dropFirst(prefix.count)
            }
            return String(text)
        }
        return lines.isEmpty ? "`\(tool)` ended with status \(answer.status)" : lines.joined(separator: "; ")
    }

    /// Whether a refusal is about the moment and not about what was asked for.
    ///
    /// After some of them Slurm has perhaps taken the job: that is found out by its name.
    static func isPassing(_ words: String) -> Bool {
        [
            "Unable to contact slurm controller", "Socket timed out", "Connection refused", "Connection timed out",
            "Connection reset", "Unable to establish", "Zero Bytes were transmitted",
            "Communication connection failure",
            "temporarily unable to accept job", "Resource temporarily unavailable", "authentication error",
            "authentication credential", "Munge encode failed", "Munge decode failed", "Unexpected message received",
            "Slurm backup controller in standby mode", "Transport endpoint is not connected",
            "Unable to resolve", "Could not establish a configuration source",
        ].contains { words.localizedStandardContains($0) }
    }

    private static func beginning(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(200), as: UTF8.self).debugDescription
    }
}
