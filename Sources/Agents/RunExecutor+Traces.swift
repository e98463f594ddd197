import Images
public import Manifests
import Records
import Store
public import YAML

extension RunExecutor {
    /// How often a store is tried where nobody waits for what goes into it.
    private static let fewTries = 3
    private static let pause = (first: Duration.seconds(1), most: Duration.seconds(30))

    /// Puts what an attempt left into its pool's store, and notes in the attempt what came of it.
    ///
    /// It is done before the end is recorded, under the lease: whoever takes over after a crash does it again, and it
    /// comes out the same. A store that cannot be used costs a run nothing but time, and the record says so, unless
    /// another run is to read its outputs: those would wait for what is nowhere to be had.
    ///
    /// - Returns: the sentence with which the run fails; `nil` where it may end as it did.
    /// - Throws: `Diagnostic.leaseLost`, and what the state throws.
    func keepTraces(_ work: inout Work, _ outcome: AttemptOutcome) async throws -> String? {
        guard let location = work.location else { return nil }
        let (run, outputs) = (work.run, outcome == .succeeded ? work.outputs : [:])
        let (commit, isRead) = try await store.read { snapshot in
            (
                try snapshot.commit(ofJobVersion: run.specification.jobDigest),
                try !outputs.isEmpty && snapshot.isRead(run)
            )
        }
        let traces = AttemptTraces(attempt: work.attempt, run: run, outputs: outputs, commit: commit)
        let start = time.now()
        var pause = Self.pause.first
        var tries = 0
        while true {
            tries += 1
            let fault: Diagnostic
            do {
                let kept = try await workspace.keep(traces, in: location)
                work.attempt.artifact = AttemptArtifact(
                    location: location, digest: kept.digest, warning: kept.warning)
                return nil
            } catch let diagnostic as Diagnostic {
                fault = diagnostic
            } catch is CancellationError {
                return nil
            }
            // Told to stop, it lets go: the attempt is taken over as one that has ended.
            guard !Task.isCancelled else { return nil }
            let standing = standing.of(run.id, token: work.token)
            if standing == .lost { throw Diagnostic.leaseLost(run.id) }
            let isHopeless = fault.code == .outputLeaves || standing == .cancelled
            let mayWait = isRead ? time.now() + pause <= start + patience : tries < Self.fewTries
            guard !isHopeless, mayWait else {
                work.attempt.artifact = AttemptArtifact(location: location, digest: nil, warning: fault.sentence)
                return isRead ? fault.reasonNotKept(in: location) : nil
            }
            try? await time.sleep(for: pause)
            pause = min(pause * 2, Self.pause.most)
        }
    }
}

extension Diagnostic {
    /// Why a success whose outputs others are to read does not count as one.
    public func reasonNotKept(in location: ArtifactLocation) -> String {
        "the command ended with status 0, but what others are to read of it could not be put into \(location): "
            + sentence
    }
}
