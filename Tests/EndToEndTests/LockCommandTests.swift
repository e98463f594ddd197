import Foundation
import Support
import Testing

/// `reconcile lock` as a person and a CI job use it, with a folder of wheels and no index.
@Suite struct LockCommandTests {
    private func sandbox() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write(
            "manifests/jobs.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: fit}
            spec:
              source: {path: ../jobs/fit}
              build: {python: {requirements: requirements.txt}}
              command: [python3, fit.py]
            ---
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: plain}
            spec:
              source: {path: ../jobs/plain}
              command: [python3, plain.py]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [local]}
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: one}
            spec: {job: fit, queue: local}

            """)
        try sandbox.write("jobs/fit/requirements.txt", "apple\n")
        try sandbox.write("jobs/fit/fit.py", "import apple\nprint('apple', apple.version)\n")
        try sandbox.write("jobs/plain/plain.py", "print('plain')\n")
        try FileManager.default.createDirectory(atPath: wheels(sandbox), withIntermediateDirectories: true)
        try WheelSample("apple", "1.0").write(into: wheels(sandbox))
        try await sandbox.commit()
        return sandbox
    }

    private func wheels(_ sandbox: Sandbox) -> String { sandbox.path + "/wheels" }

    private func reconcile(_ sandbox: Sandbox, _ arguments: String...) async throws -> Outcome {
        try await sandbox.reconcile(
            arguments,
            environment: [
                "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels(sandbox),
                "PIP_INDEX_URL": "http://127.0.0.1:1/simple",
            ])
    }

    @Test func aLockIsWrittenCheckedAndRun() async throws {
        let sandbox = try await sandbox()
        let missing = try await reconcile(sandbox, "lock", "--check")
        #expect(missing.status == 2 && missing.output.hasPrefix("jobs/fit/requirements.lock is missing: "))
        #expect(!sandbox.exists("jobs/fit/requirements.lock"))
        let written = try await reconcile(sandbox, "lock", "fit")
        #expect(written.status == 0 && written.output.hasPrefix("Wrote jobs/fit/requirements.lock\n"))
        #expect(written.output.hasSuffix("  + apple==1.0\n"))
        #expect(try await reconcile(sandbox, "lock", "--check").status == 0)
        try await sandbox.commit("Lock")
        try WheelSample("apple", "2.0").write(into: wheels(sandbox))
        #expect(try await reconcile(sandbox).status == 0)
        #expect(try await reconcile(sandbox, "logs", "one").output == "apple 1.0\n")
    }

    @Test func aStaleLockEndsWithWhatToDo() async throws {
        let sandbox = try await sandbox()
        #expect(try await reconcile(sandbox, "lock").status == 0)
        try sandbox.write("jobs/fit/requirements.txt", "apple>=1\n")
        let check = try await reconcile(sandbox, "lock", "--check", "--output", "json")
        #expect(check.status == 2 && check.output.contains("\"stale\""))
        let build = try await reconcile(sandbox, "build", "fit")
        #expect(build.status == 1 && build.errors.contains("SLW5172") && build.errors.contains("`reconcile lock fit`"))
        #expect(try await reconcile(sandbox, "lock").status == 0)
        #expect(try await reconcile(sandbox, "build", "fit").status == 0)
    }

    @Test func aBuildWithoutALockSaysSo() async throws {
        let sandbox = try await sandbox()
        let build = try await reconcile(sandbox, "build", "fit")
        #expect(build.status == 0 && build.errors.contains("has no lock") && build.output.contains("  apple==1.0\n"))
    }

    @Test func whatCannotBeLockedIsSaidSo() async throws {
        let sandbox = try await sandbox()
        let plain = try await reconcile(sandbox, "lock", "plain")
        #expect(plain.status == 1 && plain.errors.contains("SLW8110"))
        let unknown = try await reconcile(sandbox, "lock", "fut")
        #expect(unknown.status == 1 && unknown.errors.contains("did you mean fit?"))
        try sandbox.edit("manifests/jobs.yaml", "requirements: requirements.txt", "requirements: environment.yml")
        let conda = try await reconcile(sandbox, "lock")
        #expect(conda.status == 3 && conda.errors.contains("SLW2121"))
    }

    @Test func anImageOfAnotherPlatformIsNotRunHere() async throws {
        let sandbox = try await sandbox()
        #if arch(arm64)
        let other = "linux/amd64"
        #else
        let other = "linux/arm64"
        #endif
        try sandbox.edit("manifests/jobs.yaml", "build: {", "build: {platforms: [\(other)], ")
        let apply = try await reconcile(sandbox)
        #expect(apply.status == 4 && apply.errors.contains("SLW5175") && apply.errors.contains("is for \(other)"))
    }
}
