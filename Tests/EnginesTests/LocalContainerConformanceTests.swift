import Engines
import Foundation
import Images
import Manifests
import Support
import Testing

/// The engine of containers, with a real Docker Engine and a real podman.
@Suite(.serialized) struct LocalContainerConformanceTests {
    @Test(.timeLimit(.minutes(10)), arguments: ContainerHost.tools) func conforms(_ tool: BuildTool) async throws {
        let containers = try ContainerHost(tool)
        try await verifyEngine { try Self.underTest(containers) }
    }

    private static func underTest(_ containers: ContainerHost) throws -> EngineUnderTest {
        let attempts = try ContainerAttempts(containers)
        return EngineUnderTest(
            engine: attempts.engine(), host: ContainerAttempts.host, now: { attempts.clock.now() },
            another: { attempts.engine() },
            submission: { name, workload in
                let started = "echo started >> /slipway/outputs/starts; touch /slipway/outputs/ready"
                return switch workload {
                case .ends(let status): try attempts.script(name, "\(started); exit \(status)")
                case .stays: try attempts.script(name, "trap 'exit 143' TERM; \(started); sleep 300 & wait")
                case .resists: try attempts.script(name, "trap '' TERM; \(started); while :; do sleep 1; done")
                // Nothing stands between the tool and the program, which it looks for itself then.
                case .impossible: try attempts.submission(name, ["no-such-command"], config: ["init": false])
                }
            },
            settled: { submission in
                try await eventually("\(submission.name) runs") { attempts.text(submission, "outputs/ready") != nil }
            },
            starts: { attempts.text($0, "outputs/starts")?.split(separator: "\n").count ?? 0 },
            lose: { reference in
                let names = try containers.run("ps", "--all", "--format", "{{.Names}}").split(separator: "\n")
                let name = names.first { $0.hasPrefix("slipway-\(reference.name)-") }
                if let name { try containers.run("rm", "--force", String(name)) }
            },
            isLeft: { submission in
                let running = try containers.run("ps", "--format", "{{.Names}}").split(separator: "\n")
                return running.contains { $0.hasPrefix("slipway-\(submission.name)-") }
            })
    }
}
