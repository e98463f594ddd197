import Support
import Testing

/// What `init --ci` writes, as a person gets it, and the script run for real.
@Suite(.timeLimit(.minutes(3))) struct CIScriptTests {
    @Test func initWritesOnlyWhatCINeeds() async throws {
        let sandbox = try await Sandbox()
        let written = try await sandbox.reconcile("init", "--ci", "github")
        #expect(written.status == 0 && written.output.hasPrefix("wrote .github/workflows/slipway.yaml\n"), "\(written)")
        #expect(written.output.contains("Before it works:") && !sandbox.exists("manifests"))
        let refused = try await sandbox.reconcile("init", "--ci", "github")
        #expect(refused.status == 1 && refused.errors.contains("[SLW8010]"), "\(refused)")
        #expect(try await sandbox.reconcile("init", "--ci", "github", "--force").status == 0)
        #expect(try await sandbox.reconcile("init", "--ci", "travis").status == 64)
        #expect(try await sandbox.reconcile("init").status == 0)
    }

    /// A clone that a machine keeps, and a repository that people push to.
    @Test func theScriptAppliesWhatWasPushed() async throws {
        let people = try await Sandbox.withJob()
        #expect(try await people.reconcile("init", "--ci", "plain").status == 0)
        try await people.commit("CI")
        try await people.git("clone", "--quiet", "--bare", people.repository, "\(people.path)/origin")
        try await people.git("remote", "add", "origin", "\(people.path)/origin")
        try await people.git("clone", "--quiet", "\(people.path)/origin", "\(people.path)/machine")
        func script(_ arguments: String...) async throws -> Outcome {
            try await people.run(
                "/usr/bin/env", ["-C", "\(people.path)/machine", "ci/slipway.sh"] + arguments,
                ["SLIPWAY_STATE": ".slipway/state.db", "PATH": Self.path])
        }
        #expect(try await script("drift", "main").status == 2)
        let first = try await script("apply", "main")
        #expect(first.status == 0 && first.output.contains("1 succeeded"), "\(first)")
        #expect(try await script("drift", "main").status == 0)

        try people.writeRun("two", lr: "0.2")
        try await people.commit(as: "ada")
        try await people.git("push", "--quiet", "origin", "main")
        #expect(try await script("drift", "main").status == 2)
        let second = try await script("apply", "main")
        #expect(second.status == 0 && second.output.contains("2 succeeded"), "\(second)")

        // What somebody left there is not thrown away.
        try people.write("../machine/notes", "mine")
        let stopped = try await script("apply", "main")
        #expect(stopped.status == 1 && stopped.errors.contains("not committed"), "\(stopped)")
        for arguments in [["apply"], ["apply", "a b"], ["apply", "x..y"], ["start", "main"], []] {
            let wrong = try await people.run(
                "/usr/bin/env", ["-C", "\(people.path)/machine", "ci/slipway.sh"] + arguments)
            #expect(wrong.status == 64 && wrong.errors.contains("ci/slipway.sh propose BRANCH"), "\(wrong)")
        }
    }

    /// With the `reconcile` that was built before all others.
    private static let path: String = {
        let folder = BuiltProgram.path.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder):\(BuiltProgram.environment["PATH"] ?? "/usr/bin:/bin")"
    }()
}
