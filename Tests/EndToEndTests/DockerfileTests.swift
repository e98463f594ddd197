import Foundation
import Support
import Testing

/// A job with a Dockerfile, from the commit to the run: `buildah` builds, and the rest is as with any other job.
@Suite(.timeLimit(.minutes(5)), .enabled(if: ContainerStorage.hasBuildah, "there is no buildah on this machine"))
struct DockerfileTests {
    private static func manifests(builder: String) -> String {
        """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: greet}
        spec:
          source: {path: ../jobs/greet}
          build: {dockerfile: Dockerfile}
          command: [cat, greeting]
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-process}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local]\(builder)}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: hello}
        spec: {job: greet, queue: local}

        """
    }

    @Test func aJobIsBuiltFromADockerfileAndRun() async throws {
        let storage = try TestWorkspace("storage")
        let tools = try ContainerStorage.environment(in: storage.path)
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/all.yaml", Self.manifests(builder: ""))
        try sandbox.write(
            "jobs/greet/Dockerfile", "FROM scratch\nCOPY busybox /bin/busybox\nCOPY . /app\nWORKDIR /app\n")
        try sandbox.write("jobs/greet/greeting", "hello\n")
        let busybox = "\(sandbox.repository)/jobs/greet/busybox"
        try FileManager.default.copyItem(atPath: ContainerStorage.busybox, toPath: busybox)
        try await sandbox.commit()
        let refused = try await sandbox.reconcile("validate")
        #expect(refused.status == 3 && refused.errors.contains("SLW2128"), "\(refused)")

        try sandbox.write("manifests/all.yaml", Self.manifests(builder: ", builder: {type: buildah}"))
        try await sandbox.commit()
        let applied = try await sandbox.reconcile("apply", environment: tools)
        #expect(applied.status == 0, "\(applied)")
        #expect(try await sandbox.reconcile("logs", "hello").output == "hello\n")
        // Any of the tools' images is in the layout, where `build` finds it again.
        let built = try await sandbox.reconcile("build", "greet", environment: tools)
        #expect(built.status == 0 && built.output.hasPrefix("Unchanged"), "\(built)")
        let verified = try await sandbox.reconcile("image", "verify", "greet")
        #expect(verified.output.contains("not checked  content     a Dockerfile made the image"), "\(verified)")
        #expect(!verified.output.contains("\nfailed"), "\(verified)")

        try sandbox.write("jobs/greet/Dockerfile", "FROM scratch\nCOPY missing /app\n")
        try await sandbox.commit()
        let failed = try await sandbox.reconcile("apply", environment: tools)
        #expect(failed.status == 4, "\(failed)")
        #expect(try await sandbox.reconcile("explain", "run/hello").output.contains("SLW5221"))
    }
}
