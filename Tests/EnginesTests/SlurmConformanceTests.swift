import Engines
import Foundation
import Manifests
import Support
import Testing

@Suite(.serialized) struct SlurmConformanceTests {
    @Test(.enabled(if: SlurmCluster.isThere, "Slurm is not installed"), .timeLimit(.minutes(5)))
    func `conforms without accounting`() async throws {
        try await verifyEngine { try Self.underTest(accounting: false) }
    }

    @Test(.enabled(if: SlurmCluster.hasAccounting, "Slurm's accounting is not installed"), .timeLimit(.minutes(5)))
    func `conforms with accounting`() async throws {
        try await verifyEngine { try Self.underTest(accounting: true) }
    }

    private static func underTest(accounting: Bool) throws -> EngineUnderTest {
        let attempts = try SlurmAttempts(accounting: accounting)
        return EngineUnderTest(
            engine: attempts.engine(), host: SlurmAttempts.host, now: { attempts.clock.now() },
            another: { attempts.engine() },
            submission: { name, workload in
                let started = "echo started >> ../starts; touch ../ready"
                return switch workload {
                case .ends(let status): try attempts.script(name, "\(started); exit \(status)")
                case .stays: try attempts.script(name, "\(started); exec sleep 300")
                // One process, which inherits what is ignored: of a loop, Slurm without cgroups may miss the command
                // that is started while it kills the others.
                case .resists: try attempts.script(name, "trap '' TERM; \(started); exec sleep 300")
                case .impossible:
                    try attempts.script(name, started, config: ["partition": .string("no-such-partition")])
                }
            },
            settled: { submission in
                try await eventually("\(submission.name) runs") { attempts.text(submission, "ready") != nil }
            },
            starts: { attempts.starts($0) },
            lose: { if let process = attempts.batch($0.folder) { kill(-process, SIGKILL) } },
            isLeft: { attempts.batch($0.folder).map { !KernelProcess.members(of: $0).isEmpty } ?? false })
    }
}
