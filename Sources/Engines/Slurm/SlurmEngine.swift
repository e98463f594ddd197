public import Manifests
public import Records
import Synchronization
import YAML

/// Runs attempts as batch jobs of a Slurm cluster, from a machine on which `sbatch` works.
///
/// The attempt's folder has to be on a file system that the cluster's nodes share: there the batch script
/// (`SlurmScript`) claims the attempt, and there it leaves how the command ended. Slurm is asked for the rest: where it
/// waits and why, and what became of a job that could not say so itself. Of two jobs of one attempt one starts the
/// command, whatever was submitted twice.
public final class SlurmEngine: Engine {
    public let kind = EngineKind.slurm
    public func hasQueue(for target: EngineTarget?) -> Bool { true }
    public func form(for target: EngineTarget?) -> AttemptForm { SlurmContainer.isWanted(target) ? .root : .unpacked }

    let host: String
    let now: @Sendable () -> Timestamp
    let environment: [String: String]
    private let limits: SlurmClient.Limits
    let unique: @Sendable () -> String
    private let interval: Duration
    /// How long after the end of a job its last words may still be on their way through a shared file system.
    private let settling: Duration
    let line = SlurmLine()
    private let memory = Mutex(Memory())
    private let boards = Mutex<[SlurmSettings: StatusBoard]>([:])

    private struct Memory {
        /// When a job without its last words was first seen to be over, by the attempt's folder.
        var seenOver: [String: Timestamp] = [:]
        /// Whether a cluster keeps accounts.
        var accounting: [SlurmSettings: Bool] = [:]
        var traces = SlurmTraces()
    }

    /// - Parameters:
    ///   - host: the name under which this machine is recorded.
    ///   - environment: of this process: where Slurm's commands and its configuration are.
    ///   - now: the clock.
    ///   - unique: a text of letters and digits that nobody else has.
    ///   - interval: between two questions to a cluster.
    ///   - settling: how long a job that is over may take to show its exit status on the shared file system.
    public convenience init(
        host: String, environment: [String: String], now: @escaping @Sendable () -> Timestamp,
        unique: @escaping @Sendable () -> String, interval: Duration = .seconds(5), settling: Duration = .seconds(10)
    ) {
        self.init(
            host: host, environment: environment, now: now, unique: unique, interval: interval, settling: settling,
            limits: SlurmClient.Limits())
    }

    init(
        host: String, environment: [String: String], now: @escaping @Sendable () -> Timestamp,
        unique: @escaping @Sendable () -> String, interval: Duration, settling: Duration, limits: SlurmClient.Limits
    ) {
        self.host = host
        self.environment = environment
        self.now = now
        self.unique = unique
        self.interval = interval
        self.settling = settling
        self.limits = limits
    }

    func client(_ target: EngineTarget?) -> SlurmClient { client(SlurmSettings(target?.settings)) }

    private func client(_ settings: SlurmSettings) -> SlurmClient {
        SlurmClient(settings, environment: environment, limits: limits)
    }

    /// Whether there is a `sacct` to ask. Asked for once.
    func hasAccounting(_ client: SlurmClient) async throws -> Bool {
        if let known = memory.withLock({ $0.accounting[client.settings] }) { return known }
        let setting = try await client.configuration()["AccountingStorageType"] ?? ""
        let has = setting.hasSuffix("/slurmdbd")
        memory.withLock { $0.accounting[client.settings] = has }
        return has
    }

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: host, location: submission.location,
            token: submission.token, target: submission.target)
    }

    // MARK: Observing

    public func observe(_ reference: SubmissionReference) async -> Observation {
        await observe([reference]).first ?? .unreachable("Slurm was not asked")
    }

    public func observe(_ references: [SubmissionReference]) async -> [Observation] {
        var found = [Observation?](repeating: nil, count: references.count)
        var open: [SlurmSettings: [(index: Int, trace: SlurmTrace)]] = [:]
        var places = AttemptPlaces()
        for (index, reference) in references.enumerated() {
            if let elsewhere = elsewhere(reference, &places) {
                found[index] = elsewhere
                continue
            }
            let trace = trace(of: reference)
            found[index] = trace.decided
            if found[index] == nil {
                open[SlurmSettings(reference.target?.settings), default: []].append((index, trace))
            }
        }
        for (settings, entries) in open {
            let observations: [Observation]
            do {
                observations = try await ask(client(settings), entries.map(\.trace))
            } catch {
                let why = (error as? SlurmSilence)?.why ?? "\(error)"
                observations = entries.map { _ in .unreachable(why) }
            }
            for (entry, observation) in zip(entries, observations) { found[entry.index] = observation }
        }
        return found.map { $0 ?? .unreachable("Slurm did not say") }
    }

    /// What the folder of an attempt says, which is read again only when something has changed in it.
    private func trace(of reference: SubmissionReference) -> SlurmTrace {
        let known = memory.withLock { $0.traces[reference.folder] }
        let now = now()
        let next = SlurmTraceMemory(of: reference, after: known, at: now)
        memory.withLock { $0.traces.keep(next, at: now) }
        return next.trace
    }

    /// Any machine that sees the very folder in which it was submitted can ask for it.
    private func elsewhere(_ reference: SubmissionReference, _ places: inout AttemptPlaces) -> Observation? {
        if let location = reference.location, places.holds(reference.folder, id: location) { return nil }
        guard reference.host == host else {
            return .elsewhere("it was submitted on \(reference.host), and this is \(host)")
        }
        guard reference.location == nil else {
            return .elsewhere("\(reference.folder) on \(host) is not the folder in which it was submitted")
        }
        return nil
    }

    /// What a cluster says of attempts: with one `squeue` for all, another for those whose number nobody noted, and one
    /// `sacct` for those that the controller has forgotten.
    private func ask(_ client: SlurmClient, _ traces: [SlurmTrace]) async throws -> [Observation] {
        var known: [SlurmJobID: SlurmJob] = [:]
        var traces = traces
        let nameless = traces.indices.filter { traces[$0].job == nil && traces[$0].mark != nil }
        if !nameless.isEmpty {
            let names = Set(nameless.compactMap { traces[$0].identity?.name }).sorted()
            let jobs = try await client.find(names, accounting: try await hasAccounting(client))
            for index in nameless {
                guard let identity = traces[index].identity else { continue }
                guard let job = jobs.last(where: { $0.bears(identity) }) else {
                    continue
                }
                guard let mark = traces[index].mark else { continue }
                let id = SlurmJobID(job.id.job, task: mark.task)
                traces[index].job = id
                AttemptFolder(traces[index].reference.folder).note(id, mark: mark)
            }
        }
        let ids = Set(traces.compactMap(\.job))
        if !ids.isEmpty { known = try await client.jobs(ids) }
        let forgotten = Set(traces.filter { !isKnown($0, in: known) }.compactMap(\.job))
        var hasAccounting = false
        if !forgotten.isEmpty {
            hasAccounting = try await self.hasAccounting(client)
            if hasAccounting { known.merge(try await client.accounts(forgotten)) { _, accounted in accounted } }
        }
        return traces.map { earlier in
            if let job = earlier.job.flatMap({ known[$0] }), isKnown(earlier, in: known), !job.isOver {
                memory.withLock { $0.seenOver[earlier.reference.folder] = nil }
                return earlier.observation(of: job, isSettled: false)
            }
            // It may have written its last words between the two looks.
            var trace = SlurmTrace(earlier.reference)
            if trace.mark == earlier.mark { trace.job = trace.job ?? earlier.job }
            if let decided = trace.decided { return settled(trace, decided) }
            guard let job = trace.job.flatMap({ known[$0] }), isKnown(trace, in: known) else {
                let observation = trace.observationWithoutJob(
                    hasAccounting: hasAccounting, isSettled: isSettled(trace))
                return settled(trace, observation)
            }
            return settled(trace, trace.observation(of: job, isSettled: job.isOver && isSettled(trace)))
        }
    }

    private func isKnown(_ trace: SlurmTrace, in known: [SlurmJobID: SlurmJob]) -> Bool {
        guard let job = trace.job.flatMap({ known[$0] }), let identity = trace.identity else { return false }
        return job.bears(identity)
    }

    /// Whether it was seen without its job long enough ago.
    private func isSettled(_ trace: SlurmTrace) -> Bool {
        let folder = AttemptFolder(trace.reference.folder)
        if folder.isSlurmOver { return true }
        let now = now()
        let first = memory.withLock { memory -> Timestamp in
            let first = memory.seenOver[trace.reference.folder] ?? now
            memory.seenOver[trace.reference.folder] = first
            return first
        }
        guard now - first >= settling else { return false }
        folder.noteSlurmOver()
        return true
    }

    private func settled(_ trace: SlurmTrace, _ observation: Observation) -> Observation {
        if !observation.isLive {
            memory.withLock { memory in
                memory.seenOver[trace.reference.folder] = nil
                memory.traces.forget(trace.reference.folder)
            }
        }
        return observation
    }

    // MARK: Waiting

    public func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        var known = await observe(reference)
        while known.isLive {
            if let deadline, now() >= deadline { return known }
            if Task.isCancelled { return known }
            known = await change(of: reference, from: known, until: deadline)
        }
        return known
    }

    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        let settings = SlurmSettings(reference.target?.settings)
        let board = boards.withLock { boards -> StatusBoard in
            if let board = boards[settings] { return board }
            let board = StatusBoard(interval: interval, now: now) { [weak self] references in
                guard let self else { return [:] }
                let observations = await self.observe(references)
                return Dictionary(zip(references.map(\.name), observations)) { _, last in last }
            }
            boards[settings] = board
            return board
        }
        return await board.change(of: reference, from: seen, until: deadline)
    }

    // MARK: Ending

    public func seal(_ reference: SubmissionReference) async throws -> Observation {
        let known = await observe(reference)
        switch known {
        // The seal is in the folder, and binds every job that comes: Slurm need not answer.
        case .absent, .unreachable: break
        default: return known
        }
        let isSealed = try await AttemptFence(reference.folder).pass(reference.token) {
            try AttemptFolder(reference.folder).seal(by: reference.token)
        }
        return isSealed ? .absent : await observe(reference)
    }

    public func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        switch await observe(reference) {
        case .waiting, .running: break
        case .unreachable(let why): throw Diagnostic.engineUnreachable("Slurm", why)
        case .absent, .ended, .failed, .gone, .elsewhere: return
        }
        let client = client(reference.target)
        do {
            // Looked up again by number, name and comment: what is not ours is left alone.
            guard let job = try await ownJob(reference, client), !job.isOver else { return }
            if job.meaning == .waiting {
                try await client.cancel(job.id, .usual)
            } else {
                try await client.cancel(job.id, .asking)
                if try await isOver(reference, client, within: grace) { return }
                try await client.cancel(job.id, .forcing)
            }
            if try await isOver(reference, client, within: .seconds(60)) { return }
            let words = try await ownJob(reference, client)?.words ?? ""
            throw Diagnostic.slurmNotCancelled(reference.name, job.id, words)
        } catch let silence as SlurmSilence {
            throw Diagnostic.engineUnreachable("Slurm", silence.why)
        }
    }

    private func ownJob(_ reference: SubmissionReference, _ client: SlurmClient) async throws -> SlurmJob? {
        let trace = SlurmTrace(reference)
        guard let id = trace.job, let identity = trace.identity else { return nil }
        let job = try await client.jobs([id])[id]
        return job.flatMap { $0.bears(identity) ? $0 : nil }
    }

    /// Waits until Slurm has nothing left of a job: it cleans up what a command leaves running.
    private func isOver(
        _ reference: SubmissionReference, _ client: SlurmClient, within time: Duration
    ) async throws -> Bool {
        let deadline = now() + time
        var pause = 50
        while true {
            guard let job = try await ownJob(reference, client), !job.isOver else { return true }
            guard now() < deadline else { return false }
            await Engines.pause(milliseconds: pause)
            pause = min(pause * 2, 1000)
        }
    }
}
