import Foundation
import Manifests
import Records
import Support
import Testing

@testable import Engines

@Suite(needsKubernetes) struct KubernetesConformanceTests {
    @Test(.timeLimit(.minutes(10))) func conforms() async throws {
        try await verifyEngine { try Self.underTest() }
    }

    private static func underTest() throws -> EngineUnderTest {
        let attempts = try KubernetesAttempts()
        return EngineUnderTest(
            engine: attempts.engine(), host: KubernetesAttempts.host, now: { attempts.clock.now() },
            another: { attempts.engine() },
            submission: { name, workload in
                let folder = try attempts.workspace.folder("runs/\(name)/1")
                let started = "echo started >> \(folder)/starts; echo $$ > \(folder)/pid; touch \(folder)/ready"
                return switch workload {
                case .ends(let status): try attempts.submission(name, "\(started); exit \(status)")
                case .stays: try attempts.submission(name, "\(started); exec sleep 300")
                case .resists: try attempts.submission(name, "trap '' TERM; \(started); while :; do sleep 1; done")
                case .impossible:
                    try attempts.submission(
                        name, "", document: ["spec": ["template": ["spec": ["containers": [["name": "NO_NAME"]]]]]])
                }
            },
            settled: { submission in
                try await eventually("\(submission.name) runs") { attempts.file("ready", of: submission) != nil }
                let reference = attempts.reference(to: submission)
                let engine = attempts.engine()
                try await eventually("\(submission.name) is said to run") {
                    await engine.observe(reference).isRunning
                }
            },
            starts: { attempts.file("starts", of: $0)?.split(separator: "\n").count ?? 0 },
            lose: { reference in
                let jobs = "/apis/batch/v1/namespaces/\(attempts.namespace.name)/jobs"
                try attempts.server.delete("\(jobs)/\(KubernetesIdentity(reference).object)", grace: 1)
            },
            isLeft: { submission in
                let process = attempts.file("pid", of: submission).flatMap { pid_t($0.dropLast()) }
                return try !attempts.pods(of: submission).isEmpty || process.map(KernelProcess.isAlive) ?? false
            })
    }
}
