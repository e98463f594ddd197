import Support
import Testing

/// A proposal is judged by the policies of the branch that it is for.
@Suite(.timeLimit(.minutes(5))) struct ProposalPolicyTests {
    private static let owners = "protect: [{kinds: [Policy], authors: [ops@example.com]}]"

    /// `main` allows one run. On the branch `proposal`, which is checked out, somebody else wants two.
    private func proposal(_ change: (Sandbox) throws -> Void = { _ in }) async throws -> Sandbox {
        let sandbox = try await Sandbox.withJob()
        try sandbox.writePolicy("limits: [{runs: 1}]", Self.owners)
        try await sandbox.commit(as: "ops")
        try await sandbox.git("update-ref", "refs/remotes/origin/main", "HEAD")
        try await sandbox.git("switch", "--quiet", "--create", "proposal")
        try sandbox.writeRun("two", lr: "0.2")
        try change(sandbox)
        try await sandbox.commit(as: "eve")
        return sandbox
    }

    @Test func itsOwnPolicyDoesNotFreeIt() async throws {
        let sandbox = try await proposal { try $0.writePolicy("limits: [{runs: 100}]") }
        let denied = try await sandbox.reconcile("validate", "--policy-ref", "main")
        #expect(denied.status == 3 && denied.output == "", "\(denied)")
        #expect(denied.codes == ["SLW3040", "SLW3046"], "\(denied)")
        #expect(denied.errors.contains("manifests/two.yaml:3:"), "\(denied)")
        #expect(
            denied.errors.contains("note: manifests/policy.yaml:5:12: Policy/house says so in spec.limits[0], on main"))
        #expect(denied.errors.contains("Policy/house is protected, and was changed by eve@example.com"))
        #expect(try await sandbox.reconcile("validate").status == 0)

        let planned = try await sandbox.reconcile("plan", "--policy-ref", "main")
        #expect(planned.status == 3 && planned.output.contains("Run/two"), "\(planned)")
        #expect(planned.codes == ["SLW3040", "SLW3046"], "\(planned)")
        #expect(!sandbox.exists(".slipway"))
    }

    @Test(arguments: ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET"])
    func theEnvironmentOfCISaysWhatItIsFor(_ variable: String) async throws {
        let sandbox = try await proposal { try $0.remove("manifests/policy.yaml") }
        for command in ["validate", "plan"] {
            let denied = try await sandbox.reconcile(command, environment: [variable: "main"])
            #expect(denied.status == 3 && denied.codes == ["SLW3040", "SLW3046"], "\(denied)")
            // As on a push, where it is there and empty.
            #expect(try await sandbox.reconcile(command, environment: [variable: ""]).status == 0)
        }
        let json = try await sandbox.reconcile("validate", "--output", "json", environment: [variable: "main"])
        #expect(json.status == 3 && json.output.contains("\"SLW3046\"") && json.output.contains("on origin/main"))
    }

    /// Git would take the tag for it.
    @Test func aTagByTheNameOfTheBranchIsNotTheBranch() async throws {
        let sandbox = try await proposal { try $0.writePolicy("limits: [{runs: 100}]") }
        for tag in ["origin/main", "main", "refs/remotes/origin/main"] { try await sandbox.git("tag", tag) }
        for reference in ["origin/main", "main", "refs/remotes/origin/main"] {
            let denied = try await sandbox.reconcile("validate", "--policy-ref", reference)
            #expect(denied.status == 3 && denied.codes == ["SLW3040", "SLW3046"], "\(denied)")
        }
        let denied = try await sandbox.reconcile("validate", environment: ["GITHUB_BASE_REF": "main"])
        #expect(denied.status == 3 && denied.codes == ["SLW3040", "SLW3046"], "\(denied)")
    }

    @Test func whatItsOwnPolicyAddsHolds() async throws {
        let sandbox = try await proposal { sandbox in
            try sandbox.remove("manifests/two.yaml")
            try sandbox.writePolicy("labels: [{kinds: [Run], required: {team: '.+'}}]", file: "manifests/more.yaml")
            try sandbox.edit("manifests/more.yaml", "name: house", "name: labels")
        }
        let denied = try await sandbox.reconcile("validate", "--policy-ref", "main")
        #expect(denied.status == 3 && Set(denied.codes) == ["SLW3044", "SLW3046"], "\(denied)")
        #expect(denied.errors.contains("Policy/labels is protected"), "\(denied)")
    }

    @Test func aProposalOfWhoMayIsAllowed() async throws {
        let sandbox = try await proposal()
        try sandbox.writePolicy("limits: [{runs: 2}]", Self.owners)
        try sandbox.remove("manifests/two.yaml")
        try await sandbox.commit(as: "ops")
        let allowed = try await sandbox.reconcile("validate", "--policy-ref", "main")
        #expect(allowed.status == 0 && allowed.output.contains("1 policies"), "\(allowed)")
    }

    /// Only what the proposal has changed counts, not what has happened on the branch that it is for.
    @Test func itIsComparedWithWhereItBegan() async throws {
        let sandbox = try await proposal { sandbox in
            try sandbox.remove("manifests/two.yaml")
            try sandbox.write("notes", "x")
        }
        try await sandbox.git("switch", "--quiet", "main")
        try sandbox.writePolicy("limits: [{runs: 5}]", Self.owners)
        try await sandbox.commit(as: "ops")
        try await sandbox.git("switch", "--quiet", "proposal")
        let allowed = try await sandbox.reconcile("validate", "--policy-ref", "main")
        #expect(allowed.status == 0, "\(allowed)")
    }

    // MARK: Failing closed

    @Test(arguments: [
        ("no-such-branch", "SLW8060"), ("--upload-pack=touch pwned", "SLW8061"), ("-x", "SLW8061"),
        ("main\nmain", "SLW8061"), ("main:manifests", "SLW8060"), ("$(touch pwned)", "SLW8060"),
        ("HEAD^{tree}", "SLW8060"),
        ("main..proposal", "SLW8060"), ("^main", "SLW8060"),
    ])
    func aReferenceThatNamesNoCommitAllowsNothing(_ name: String, _ code: String) async throws {
        let sandbox = try await proposal()
        for command in ["validate", "plan"] {
            let outcome = try await sandbox.reconcile(command, "--policy-ref=\(name)")
            #expect(outcome.status == 1 && outcome.codes == [code], "\(outcome)")
        }
        #expect(!sandbox.exists("pwned"))
        let json = try await sandbox.reconcile("validate", "--output=json", "--policy-ref=\(name)")
        #expect(json.status == 1 && json.output.contains("\"\(code)\""), "\(json)")
    }

    @Test func withoutTheBranchNothingIsAllowed() async throws {
        let sandbox = try await proposal()
        let outcome = try await sandbox.reconcile("validate", environment: ["GITHUB_BASE_REF": "release"])
        #expect(outcome.status == 1 && outcome.codes == ["SLW8060"], "\(outcome)")
        #expect(outcome.errors.contains("fetch-depth: 0"), "\(outcome)")
    }

    /// CI checks out a proposal alone; then the branch is fetched.
    @Test func theBranchIsFetchedWhereItIsMissing() async throws {
        let sandbox = try await proposal()
        try await sandbox.git("update-ref", "-d", "refs/remotes/origin/main")
        try await sandbox.git("remote", "add", "origin", sandbox.repository)
        let denied = try await sandbox.reconcile("validate", environment: ["GITHUB_BASE_REF": "main"])
        #expect(denied.status == 3 && denied.codes == ["SLW3040"], "\(denied)")
    }

    @Test(arguments: ["requireSigned: maybe", "kind: Polici", "a: [", "\tx: y"])
    func aPolicyThatCannotBeReadAllowsNothing(_ fault: String) async throws {
        let sandbox = try await proposal()
        try await sandbox.git("switch", "--quiet", "main")
        try sandbox.edit("manifests/policy.yaml", "kind: Policy", fault.hasPrefix("kind") ? fault : "kind: Policy")
        if !fault.hasPrefix("kind") {
            try sandbox.write(
                "manifests/policy.yaml",
                try sandbox.read("manifests/policy.yaml") + (fault.hasPrefix("req") ? "  commits: {\(fault)}\n" : fault)
            )
        }
        try await sandbox.commit(as: "ops")
        try await sandbox.git("switch", "--quiet", "proposal")
        let outcome = try await sandbox.reconcile("validate", "--policy-ref", "main")
        #expect(outcome.status == 1 && outcome.codes == ["SLW8062"], "\(outcome)")
        #expect(outcome.errors.contains("note: manifests/policy.yaml:"), "\(outcome)")
    }

    @Test func whoseHistoryIsCutOffAllowsNothing() async throws {
        let sandbox = try await proposal()
        try await sandbox.git(
            "clone", "--quiet", "--depth", "1", "--no-single-branch", "file://\(sandbox.repository)",
            "\(sandbox.path)/clone")
        let outcome = try await sandbox.run(
            "/usr/bin/env",
            ["-C", "\(sandbox.path)/clone", BuiltProgram.path, "validate", "--policy-ref", "origin/main"])
        #expect(outcome.status == 1 && outcome.codes == ["SLW8064"], "\(outcome)")
    }
}
