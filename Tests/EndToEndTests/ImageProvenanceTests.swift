import Foundation
import Support
import Testing

/// From a commit to an image that somebody else verifies, through the built program alone.
@Suite(.timeLimit(.minutes(5))) struct ImageProvenanceTests {
    private static let openssl = "/usr/bin/openssl"
    private static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: openssl)
    private static let skopeo = "/usr/bin/skopeo"

    struct Verification: Decodable {
        struct Check: Decodable {
            var subject: String
            var outcome: String
            var detail: String
        }

        var formatVersion: String
        var image: String
        var valid: Bool
        var signer: String?
        var checks: [Check]

        func outcome(_ subject: String) -> String? { checks.first { $0.subject == subject }?.outcome }
    }

    private func sandbox() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write("jobs/train/train.sh", "echo trained\n")
        try sandbox.write(
            "manifests/setup.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: ../jobs/train}
              command: [sh, train.sh]
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
            metadata: {name: train}
            spec: {job: train, queue: local}

            """)
        try await sandbox.commit()
        return sandbox
    }

    /// Makes a key, and returns the environment of whoever signs with it.
    private func makeKey(_ name: String, in sandbox: Sandbox) async throws -> [String: String] {
        let key = "\(sandbox.path)/\(name).pem"
        _ = try await sandbox.run(Self.openssl, ["genpkey", "-algorithm", "ed25519", "-out", key])
        _ = try await sandbox.run(
            Self.openssl, ["pkey", "-in", key, "-pubout", "-out", "\(sandbox.path)/\(name).pub"])
        return ["SLIPWAY_SIGNING_KEY": key]
    }

    private func verify(
        _ image: String, _ more: [String] = [], in sandbox: Sandbox, environment: [String: String] = [:]
    ) async throws -> (document: Verification, outcome: Outcome) {
        let outcome = try await sandbox.reconcile(
            ["image", "verify", image, "--output", "json"] + more, environment: environment)
        let document = try JSONDecoder().decode(Verification.self, from: Data(outcome.output.utf8))
        #expect(outcome.status == (document.valid ? 0 : 1), "\(outcome)")
        return (document, outcome)
    }

    @Test(.enabled(if: hasOpenSSL, "there is no openssl"))
    func whatAnAgentBuiltAndSignedIsVerified() async throws {
        let sandbox = try await sandbox()
        let signing = try await makeKey("ada", in: sandbox)
        _ = try await makeKey("eve", in: sandbox)
        let applied = try await sandbox.reconcile("apply", environment: signing)
        #expect(applied.status == 0, "\(applied)")
        let (found, outcome) = try await verify("train@v1", ["--key", "\(sandbox.path)/ada.pub"], in: sandbox)
        #expect(found.valid, "\(outcome)")
        #expect(
            found.checks.map(\.outcome) == Array(repeating: "ok", count: found.checks.count), "\(outcome)")
        let subjects = [
            "manifest", "config", "layer", "referrers", "provenance", "signature", "sbom", "packages", "commit",
            "source", "content",
        ]
        #expect(found.checks.map(\.subject) == subjects)
        if Sandbox.canValidate {
            #expect(try await sandbox.violations(of: "image-verification", in: outcome.output) == "")
        }
        let strange = try await verify(found.image, ["--key", "\(sandbox.path)/eve.pub"], in: sandbox).document
        #expect(!strange.valid && strange.outcome("signature") == "failed")

        // What is there already is not said again, by a build as little as by an agent.
        let built = try await sandbox.reconcile("build", "train", environment: signing)
        #expect(built.status == 0 && !built.output.contains("Provenance"), "\(built)")

        // A commit that nobody has is named.
        try await sandbox.git("checkout", "--quiet", "--orphan", "other")
        try await sandbox.git("rm", "-r", "--quiet", "--cached", ".")
        try await sandbox.git("commit", "--quiet", "--allow-empty", "--message", "Another history")
        try await sandbox.git("branch", "--quiet", "-D", "main")
        try await sandbox.git("reflog", "expire", "--expire=now", "--all")
        try await sandbox.git("gc", "--quiet", "--prune=now")
        let lost = try await verify("train@v1", in: sandbox).document
        #expect(lost.outcome("commit") == "failed" && lost.outcome("source") == "not checked")
    }

    @Test func anImageOfChangesThatNoCommitHasSaysSoUntilOneHasThem() async throws {
        let sandbox = try await sandbox()
        try sandbox.write("jobs/train/train.sh", "echo changed\n")
        #expect(try await sandbox.reconcile("build", "train").output.contains("Provenance"))
        let (before, outcome) = try await verify("train", in: sandbox)
        #expect(!before.valid && before.outcome("source") == "failed", "\(outcome)")
        #expect(outcome.output.contains("changes that no commit has"))
        try await sandbox.commit()
        let built = try await sandbox.reconcile("build", "train")
        #expect(built.output.hasPrefix("Unchanged") && built.output.contains("Provenance"), "\(built)")
        let (after, second) = try await verify("train", in: sandbox)
        #expect(after.valid && after.outcome("content") == "ok", "\(second)")
        #expect(try await sandbox.reconcile("build", "train").output.contains("Provenance") == false)
    }

    /// A process that dies between the build and the words about it leaves an image of which nothing is said.
    @Test func whatWasNotSaidIsSaidByTheNextBuild() async throws {
        let sandbox = try await sandbox()
        let first = try await sandbox.reconcile("build", "train")
        let image = try #require(first.output.split(separator: "\n").first?.split(separator: " ").last).description
        try sandbox.remove(".slipway/images/index.json")
        let silent = try await verify(image, in: sandbox).document
        #expect(silent.outcome("provenance") == "failed")
        let built = try await sandbox.reconcile("build", "train")
        #expect(built.output.hasPrefix("Unchanged") && built.output.contains("Provenance"), "\(built)")
        let (found, outcome) = try await verify("train", in: sandbox)
        #expect(found.valid && found.outcome("content") == "ok", "\(outcome)")
    }

    /// The same commit gives the same image and the same bill of materials in another clone, by another person.
    @Test func theImageAndItsBillAreTheSameInAnotherClone() async throws {
        let sandbox = try await sandbox()
        let clone = "\(sandbox.repository)/other"
        func build(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> [String] {
            let outcome = try await sandbox.reconcile(["build", "train", "-f"] + arguments, environment: environment)
            #expect(outcome.status == 0, "\(outcome)")
            return outcome.output.split(separator: "\n").map(String.init)
        }
        let here = try await build(["manifests"])
        try await sandbox.git("clone", "--quiet", ".", clone)
        let there = try await build(
            ["\(clone)/manifests"], ["USER": "somebody", "TZ": "Pacific/Auckland", "LC_ALL": "C"])
        #expect(here[0] == there[0] && here[2] == there[2], "\(here) \(there)")
        #expect(here[2].hasPrefix("SBOM ") && here[3] != there[3])
        let epoch = try await sandbox.run(
            "/usr/bin/env", ["SOURCE_DATE_EPOCH=soon", BuiltProgram.path, "build", "train"])
        #expect(epoch.status == 0, "nothing is said anew, so nobody looks: \(epoch)")
        try sandbox.write("jobs/train/train.sh", "echo more\n")
        let wrong = try await sandbox.reconcile(
            "build", "train", environment: ["SOURCE_DATE_EPOCH": "soon"])
        #expect(wrong.status == 1 && wrong.errors.contains("SLW8140"), "\(wrong)")
    }

    @Test func aKeyThatIsNoneEndsTheBuild() async throws {
        let sandbox = try await sandbox()
        let outcome = try await sandbox.reconcile(
            "build", "train", environment: ["SLIPWAY_SIGNING_KEY": "\(sandbox.repository)/manifests/setup.yaml"])
        #expect(outcome.status == 1 && outcome.errors.contains("SLW5190"), "\(outcome)")
    }

    @Test(arguments: [
        ("--help-me", 64), ("oci:", 1), ("train@3", 1), ("train@v9", 1), ("r.example.com/Team:x", 1), ("", 1),
        ("sha256:00", 1), ("oci:nowhere:tag", 1), ("a@v1@v2", 1),
    ]) func whatNamesNoImageIsSaid(_ name: String, _ status: Int32) async throws {
        let sandbox = try await sandbox()
        let outcome = try await sandbox.reconcile("image", "verify", name)
        #expect(outcome.status == status, "\(outcome)")
        #expect(status == 64 || outcome.errors.contains("SLW814"), "\(outcome)")
    }

    /// skopeo carries image and list to a registry without the referrers API; from there everything is verified.
    @Test(
        .enabled(
            if: RegistryServer.isThere && hasOpenSSL && FileManager.default.isExecutableFile(atPath: skopeo),
            "there is no docker-registry, openssl or skopeo"))
    func aRegistryHasItToo() async throws {
        let sandbox = try await sandbox()
        let signing = try await makeKey("ada", in: sandbox)
        let built = try await sandbox.reconcile("build", "train", environment: signing)
        let image = try #require(built.output.split(separator: "\n").first?.split(separator: " ").last).description
        let registry = try RegistryServer()
        let login = ["DOCKER_CONFIG": try registry.writeLogin(into: "\(sandbox.path)/docker")]
        let layout = "oci:\(sandbox.repository)/.slipway/images"
        let list = image.replacingOccurrences(of: ":", with: "-")
        // Of an image skopeo would compress the layers; a list it takes only with leave to write it anew.
        for (from, to, options) in [("default.train", "v1", ["--preserve-digests"]), (list, list, ["--all"])] {
            let copied = try await sandbox.run(
                Self.skopeo,
                [
                    "copy", "--quiet", "--dest-tls-verify=false", "\(layout):\(from)",
                    "docker://\(registry.host)/team/app:\(to)",
                ] + options, login)
            #expect(copied.status == 0, "\(copied)")
        }
        for name in ["\(registry.host)/team/app:v1", "\(registry.host)/team/app@\(image)"] {
            let (found, outcome) = try await verify(
                name, ["--key", "\(sandbox.path)/ada.pub"], in: sandbox, environment: login)
            #expect(found.valid && found.image == image, "\(outcome)")
            #expect(found.outcome("signature") == "ok" && found.outcome("content") == "ok", "\(outcome)")
            #expect(found.checks.contains { $0.detail == "2 found by the referrers tag" }, "\(outcome)")
        }
    }
}
