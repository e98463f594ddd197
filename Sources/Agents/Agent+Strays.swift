import Engines
import Manifests
import Records
import Store
import YAML

extension Agent {
    /// Ends what is left on this machine of attempts that count as lost: while nobody could look here, the run went on
    /// elsewhere, and what goes on here computes for nobody.
    func reapStrays(as provenance: Provenance) async throws {
        let host = settings.record.host
        for (attempt, name) in try await store.read({ try $0.attemptsToConfirm(onHost: host) }) {
            guard !Task.isCancelled else { return }
            guard let run = try await store.read({ try $0.run(attempt.run) }) else { continue }
            let reference = workspace.reference(to: attempt, of: run)
            var wasRunning = false
            switch await engine.observe(reference) {
            // Another machine of the same name, or another folder: it is not here to be seen.
            case .elsewhere: continue
            // Another look will tell.
            case .unreachable: continue
            case .running, .waiting:
                wasRunning = true
                // What cannot be ended now is tried again with the next look; the attempt stays unconfirmed until then.
                try? await engine.cancel(reference, grace: settings.grace)
                if await engine.observe(reference).isLive { continue }
            case .absent, .ended, .failed, .gone: break
            }
            let isReaped = wasRunning
            try await store.write(as: provenance, at: time.now()) { transaction in
                guard var current = try transaction.snapshot.attempt(attempt.number, of: attempt.run),
                    current.confirmedAt == nil
                else { return }
                current.confirmedAt = transaction.now
                try transaction.write(current)
                guard isReaped else { return }
                try transaction.append([
                    EventDraft(
                        .attemptReaped, of: ObjectKey(.run, name),
                        cause: "it counted as lost, and was found running on \(host)",
                        details: ["attempt": .int(Int64(attempt.number))])
                ])
            }
            if attempt.engine != nil { await engine.discard(reference) }
        }
    }
}
