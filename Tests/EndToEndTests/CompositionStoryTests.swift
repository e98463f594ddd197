import Support
import Testing

/// A base, an overlay for production, and defaults of both, as `docs/composition.md` has them.
@Suite(.timeLimit(.minutes(5))) struct CompositionStoryTests {
    private static let overlaid = ["-f", "base", "-f", "overlays/prod"]

    private func repository() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write("jobs/train/train.py", "print('trained')\n")
        try sandbox.write(
            "base/defaults.yaml",
            """
            apiVersion: slipway/v1
            kind: Defaults
            metadata: {name: base}
            spec:
              namespace: vision
              labels: {team: vision, stage: dev}
              jobs:
                timeout: 30m
                retry: {limit: 2}

            """)
        try sandbox.write(
            "base/all.yaml",
            SampleManifests.stream([
                SampleManifests.job(), SampleManifests.queue(more: "concurrency: 2"), SampleManifests.pool(),
                SampleManifests.run("first"),
            ]))
        try sandbox.write(
            "overlays/prod/defaults.yaml",
            """
            apiVersion: slipway/v1
            kind: Defaults
            metadata: {name: prod}
            spec:
              namespace: vision
              labels: {stage: prod}

            """)
        try sandbox.write(
            "overlays/prod/queue.yaml",
            """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {concurrency: 16}

            """)
        try await sandbox.commit()
        return sandbox
    }

    @Test func renderPrintsWhatIsUsed() async throws {
        let sandbox = try await repository()
        let valid = try await sandbox.reconcile(["validate"] + Self.overlaid)
        #expect(
            valid.status == 0 && valid.output.contains("1 jobs, 1 queues, 1 agent pools, 1 runs in 4 files"), "\(valid)"
        )

        let rendered = try await sandbox.reconcile(["render", "--provenance"] + Self.overlaid)
        #expect(rendered.status == 0 && rendered.errors.isEmpty, "\(rendered)")
        #expect(
            rendered.output.contains(
                """
                apiVersion: slipway/v1     # base/all.yaml:11
                kind: Queue                # base/all.yaml:12
                metadata:
                  name: local              # base/all.yaml:13
                  namespace: vision        # overlays/prod/defaults.yaml:5
                  labels:
                    stage: prod            # overlays/prod/defaults.yaml:6
                    team: vision           # base/defaults.yaml:6
                spec:
                  resource: local-process  # base/all.yaml:15
                  concurrency: 16          # overlays/prod/queue.yaml:4

                """), "\(rendered.output)")
        #expect(rendered.output.contains("    path: jobs/train "), "\(rendered.output)")

        // What was printed says the same in a file at the root.
        let plain = try await sandbox.reconcile(["render"] + Self.overlaid)
        try sandbox.write("rendered.yaml", rendered.output)
        #expect(try await sandbox.reconcile("validate", "-f", "rendered.yaml").status == 0)
        #expect(try await sandbox.reconcile("render", "-f", "rendered.yaml").output == plain.output)

        let json = try await sandbox.reconcile(["render", "--output", "json"] + Self.overlaid)
        let file = try await sandbox.python(
            "import json,sys; i=json.loads(sys.argv[1])['items'][1]; "
                + "print(i['name'], i['manifest']['spec']['concurrency'], "
                + "i['provenance']['/spec/concurrency']['file'])",
            json.output)
        #expect(file.output == "local 16 overlays/prod/queue.yaml\n", "\(file)")
    }

    /// What another program prints is one of the paths.
    @Test func manifestsComeThroughAPipe() async throws {
        let sandbox = try await repository()
        func pipe(_ script: String) async throws -> Outcome {
            try await sandbox.run("/bin/sh", ["-c", script, BuiltProgram.path])
        }
        let plain = try await sandbox.reconcile(["render"] + Self.overlaid)
        let again = try await pipe(#""$0" render -f base -f overlays/prod | "$0" render -f -"#)
        #expect(again.status == 0 && again.output == plain.output, "\(again)")

        try sandbox.write(
            "patch",
            "apiVersion: slipway/v1\nkind: Queue\nmetadata: {name: local, namespace: vision}\nspec: {concurrency: 99}\n"
        )
        let patched = try await pipe(#""$0" render -f base -f - --provenance <patch"#)
        #expect(patched.output.contains("  concurrency: 99          # stdin:4\n"), "\(patched)")
        let first = try await pipe(#""$0" render -f - -f base <patch"#)
        #expect(first.output.contains("  concurrency: 2\n"), "\(first)")

        let wrong = try await pipe(#"sed s/concurrency/concurency/ patch | "$0" validate -f base -f -"#)
        #expect(wrong.status == 3 && wrong.errors.hasPrefix("stdin:4:8: error: spec has no field"), "\(wrong)")
        #expect(try await pipe(#""$0" validate -f base -f - <patch"#).status == 0)
        #expect(try await pipe(#""$0" validate --fix -f - <patch"#).status == 64)
        // What is applied is committed.
        #expect(try await pipe(#""$0" plan -f base -f - <patch"#).status == 3)
    }

    @Test func aChangeOfDefaultsIsAChangeOfWhatTheyReach() async throws {
        let sandbox = try await repository()
        let defaults = "base/defaults.yaml"
        try sandbox.write(
            "base/policy.yaml",
            "apiVersion: slipway/v1\nkind: Policy\nmetadata: {name: house}\nspec:\n"
                + "  protect: [{kinds: [Job], authors: [ops@example.com]}]\n")
        try await sandbox.commit(as: "ops")
        try await sandbox.git("update-ref", "refs/remotes/origin/main", "HEAD")
        let text = try sandbox.read(defaults)
        try sandbox.write(defaults, text.replacing("timeout: 30m", with: "timeout: 45m"))
        try await sandbox.commit(as: "eve")

        let planned = try await sandbox.reconcile(["plan", "--against-ref", "origin/main"] + Self.overlaid)
        #expect(planned.output.contains("Job/vision/train"), "\(planned)")
        #expect(planned.output.contains("base/defaults.yaml:8"), "\(planned)")
        #expect(!planned.output.contains("Defaults/"), "\(planned)")
        #expect(planned.status == 3 && planned.codes == ["SLW3046"], "\(planned)")
        let denied = try await sandbox.reconcile(["validate", "--policy-ref", "origin/main"] + Self.overlaid)
        #expect(denied.status == 3 && denied.errors.contains("Job/vision/train is protected"), "\(denied)")
    }

    @Test func aMistakeIsSaidOnceAndWhereItIs() async throws {
        let sandbox = try await repository()
        for number in 0..<5 {
            try sandbox.write(
                "base/job\(number).yaml",
                SampleManifests.job("job\(number)")
                    .replacing("../jobs/job\(number)", with: "../jobs/train"))
        }
        let text = try sandbox.read("base/defaults.yaml")
        try sandbox.write("base/defaults.yaml", text.replacing("30m", with: "soon"))
        let refused = try await sandbox.reconcile(["validate"] + Self.overlaid)
        #expect(refused.status == 3 && refused.codes == ["SLW2007"], "\(refused)")
        #expect(refused.errors.contains("base/defaults.yaml:8:14: error: spec.jobs.timeout must be"), "\(refused)")
        let patched = try await sandbox.reconcile("render", "-f", "overlays/prod")
        #expect(patched.status == 3 && patched.errors.contains("overlays/prod/queue.yaml:4:"), "\(patched)")
    }
}
