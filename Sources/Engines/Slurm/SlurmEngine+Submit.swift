import Manifests
import Records
import YAML

extension SlurmEngine {
    public func submit(_ submission: Submission) async throws {
        let client = client(submission.target)
        let reference = reference(to: submission)
        let arguments = try SlurmArguments(submission)
        let container = try SlurmContainer(submission.target)
        // What cannot be handed on is refused before anything is written.
        _ = try SlurmArguments.words(submission, mark: SlurmMark("-"))
        switch await observe(reference) {
        case .absent: break
        case .unreachable(let why): throw Diagnostic.engineUnreachable("Slurm", why)
        default: return
        }
        try container?.demandProgram(of: submission)
        try await refuseForeign(reference, client)
        let kind = SlurmLine.Kind(
            settings: client.settings, options: arguments.options, container: container, location: submission.location)
        switch await line.stand(SlurmLine.Entry(submission: submission, arguments: arguments), kind) {
        case .done(let result): try result.get()
        case .submit(let waiters):
            let results = await send(waiters.map(\.entry), client)
            line.leave(kind)
            for (waiter, result) in zip(waiters, results).dropFirst() { waiter.resume(result) }
            try results[0].get()
        }
    }

    /// Submits some of one kind: one as a job, several as a job array.
    ///
    /// - Returns: what became of each, in their order.
    private func send(_ entries: [SlurmLine.Entry], _ client: SlurmClient) async -> [Result<Void, any Error>] {
        let batch = unique()
        var results = [Result<Void, any Error>](repeating: .success(()), count: entries.count)
        var sent: [(index: Int, mark: SlurmMark)] = []
        for (index, entry) in entries.enumerated() {
            let mark = SlurmMark(batch, task: entries.count > 1 ? UInt32(sent.count) : nil)
            do {
                if try await intend(entry.submission, mark) { sent.append((index, mark)) }
            } catch {
                results[index] = .failure(error)
            }
        }
        guard let first = sent.first else { return results }
        do {
            let leader = entries[first.index]
            var environment: [String: String] = [:]
            var words: [String] = []
            for (index, mark) in sent {
                words += try SlurmArguments.words(entries[index].submission, mark: mark)
                environment.merge(SlurmArguments.environment(of: entries[index].submission, mark: mark)) { $1 }
            }
            let identity = identity(of: leader.submission, first.mark)
            // An array of which all but one dropped out is one of a single task: its mark says so.
            let options = leader.arguments.submitting(
                identity, folder: leader.submission.folder, isArray: first.mark.task != nil, tasks: sent.count)
            let outcome = await client.submit(options + words, environment: environment)
            if case .refused = outcome, sent.count > 1 {
                // Each may hear for itself what is said against it, or against arrays.
                for (index, _) in sent { results[index] = await send([entries[index]], client)[0] }
                return results
            }
            for (index, mark) in sent {
                results[index] = await settle(outcome, entries[index].submission, mark, client)
            }
        } catch {
            for (index, _) in sent { results[index] = .failure(error) }
        }
        return results
    }

    private func identity(of submission: Submission, _ mark: SlurmMark) -> SlurmIdentity {
        SlurmIdentity(name: submission.name, location: submission.location, mark: mark)
    }

    /// Writes down that it is about to be submitted.
    ///
    /// - Returns: `false` where somebody has taken or sealed it.
    private func intend(_ submission: Submission, _ mark: SlurmMark) async throws -> Bool {
        let folder = AttemptFolder(submission.folder)
        return try await AttemptFence(submission.folder).pass(submission.token) {
            try folder.liftSeal(for: submission.token)
            guard !folder.isClaimed else { return false }
            let container = try SlurmContainer(submission.target)
            try container?.makeRoom(in: submission)
            try folder.intend(
                mark: mark, script: container == nil ? SlurmScript.text : SlurmScript.textInContainer)
            return true
        }
    }

    /// Draws the consequences of what `sbatch` said, for one of those that it was called for.
    private func settle(
        _ outcome: SlurmClient.Submitted, _ submission: Submission, _ mark: SlurmMark, _ client: SlurmClient
    ) async -> Result<Void, any Error> {
        let folder = AttemptFolder(submission.folder)
        switch outcome {
        case .job(let number):
            let id = SlurmJobID(number, task: mark.task)
            folder.note(id, mark: mark)
            // Sealed meanwhile, it would only stand back when its turn comes.
            if folder.isSealed(for: nil) { try? await client.cancel(id, .usual) }
            return .success(())
        case .refused(let why):
            do {
                // Slurm remembers some that it has refused, as jobs that have failed.
                let identity = identity(of: submission, mark)
                let jobs = try await client.find([identity.name], accounting: false)
                let isTaken = jobs.contains {
                    !$0.isOver && $0.bears(identity)
                }
                if isTaken { return .success(()) }
                try await AttemptFence(submission.folder).pass(submission.token) { folder.retract(mark: mark) }
                return .failure(Diagnostic.slurmRefused(why))
            } catch let silence as SlurmSilence {
                return .failure(Diagnostic.engineUnreachable("Slurm", silence.why))
            } catch {
                return .failure(error)
            }
        case .unclear(let why):
            // Where it was taken after all, it is found by its name as soon as Slurm answers.
            if await observe(reference(to: submission)).isKnown { return .success(()) }
            return .failure(Diagnostic.engineUnreachable("Slurm", why))
        }
    }

    /// Says so where a job of that name is there that is somebody else's. Only where an earlier submission may have
    /// been lost: else nobody has looked for it.
    private func refuseForeign(_ reference: SubmissionReference, _ client: SlurmClient) async throws {
        guard let identity = SlurmTrace(reference).identity else { return }
        do {
            let jobs = try await client.find([identity.name], accounting: false)
            let foreign = jobs.first { !$0.isOfPlace(identity) && !$0.isOver }
            if let foreign { throw Diagnostic.slurmForeignJob(identity.name, foreign.id) }
        } catch let silence as SlurmSilence {
            throw Diagnostic.engineUnreachable("Slurm", silence.why)
        }
    }
}

extension Observation {
    /// Whether the engine has, or had, it.
    var isKnown: Bool {
        switch self {
        case .absent, .unreachable, .elsewhere: false
        case .waiting, .running, .ended, .failed, .gone: true
        }
    }
}
