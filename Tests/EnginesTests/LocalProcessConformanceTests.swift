import Engines
import Foundation
import Support
import Testing

@Suite struct LocalProcessConformanceTests {
    @Test(.timeLimit(.minutes(3))) func conforms() async throws {
        try await verifyEngine { try Self.underTest() }
    }

    private static func underTest() throws -> EngineUnderTest {
        let attempts = try LocalAttempts()
        let workspace = attempts.workspace
        return EngineUnderTest(
            engine: attempts.engine(), host: LocalAttempts.host, now: { attempts.clock.now() },
            another: { attempts.engine() },
            submission: { name, workload in
                let started = "echo started >> ../starts; touch ../ready"
                return switch workload {
                case .ends(let status): try attempts.script(name, "\(started); exit \(status)")
                case .stays: try attempts.script(name, "\(started); exec sleep 300")
                case .resists:
                    try attempts.script(name, "trap '' TERM; \(started); while :; do sleep 1; done")
                case .impossible: try attempts.submission(name, ["no-such-command"])
                }
            },
            settled: { submission in
                try await eventually("\(submission.name) runs") { workspace.exists("\(submission.name)/ready") }
            },
            starts: { workspace.text("\($0.name)/starts")?.split(separator: "\n").count ?? 0 },
            lose: { if let group = attempts.supervisor(of: $0.name) { kill(-group, SIGKILL) } },
            isLeft: { attempts.supervisor(of: $0.name).map { !KernelProcess.members(of: $0).isEmpty } ?? false })
    }
}
