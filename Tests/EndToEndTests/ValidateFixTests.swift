import Foundation
import Testing

/// `reconcile validate --fix`, as people and hooks call it.
@Suite struct ValidateFixTests {
    /// Mistakes of all kinds, and what is made of them.
    private static let broken = """
        # é模 the job
        apiversion: slipway/v1  # kept
        kind: Job
        metadata: {name: train, labels: {run: 7}}
        spec:
          source: {path: ../src}
          comand: [python3, 3.10, "${params.lr}"]   # the command
          env: {DATE: 2020-01-01}
          timeout: 30
          parameters: {lr: {type: number}}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: r}
        spec: {job: trian, queue: local, priorty: hihg, parameters: {lr: "0.1"}}

        """
    private static let mended = """
        # é模 the job
        apiVersion: slipway/v1  # kept
        kind: Job
        metadata: {name: train, labels: {run: "7"}}
        spec:
          source: {path: ../src}
          command: [python3, "3.10", "${parameters.lr}"]   # the command
          env: {DATE: "2020-01-01"}
          timeout: 30
          parameters: {lr: {type: number}}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: r}
        spec: {job: trian, queue: local, priority: high, parameters: {lr: "0.1"}}

        """
    private static let compute = """
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-proces}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local]}

        """

    private func sandbox() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write("src/train.py", "print(1)\n")
        try sandbox.write("manifests/b.yaml", Self.broken)
        try sandbox.write("shared.yaml", Self.compute)
        try sandbox.link("manifests/a.yaml", to: "../shared.yaml")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: "\(sandbox.repository)/manifests/b.yaml")
        return sandbox
    }

    @Test func whatIsCertainIsWrittenAndTheRestReported() async throws {
        let sandbox = try await sandbox()
        let said = try await sandbox.reconcile("validate", "--fix")
        #expect(said.status == 3 && said.output == "", "\(said)")
        #expect(said.errors.contains("fixed: manifests/b.yaml:7:3 SLW2003 spec has no field `comand`\n"), "\(said)")
        #expect(said.errors.contains("fixed: shared.yaml:4:18 SLW2006 "), "\(said)")
        #expect(said.errors.contains("\nfixed 9 findings in 2 files\n"), "\(said)")
        for left in [
            "b.yaml:9:12: error: spec.timeout", "b.yaml:15:13: error: there is no Job/trian", "\n2 errors in 1 file",
        ] {
            #expect(said.errors.contains(left), "\(said)")
        }
        #expect(try sandbox.read("manifests/b.yaml") == Self.mended)
        // A link stays one, rights stay, and nothing is left lying about.
        let manifests = "\(sandbox.repository)/manifests"
        #expect(try sandbox.read("shared.yaml") == Self.compute.replacing("-proces}", with: "-process}"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: manifests + "/a.yaml") == "../shared.yaml")
        let attributes = try FileManager.default.attributesOfItem(atPath: manifests + "/b.yaml")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(sandbox.files(below: "manifests") == ["a.yaml", "b.yaml"])

        // There is nothing more to do, and a person does the rest.
        let again = try await sandbox.reconcile("validate", "--fix")
        #expect(again.status == 3 && again.errors.hasPrefix("fixed nothing\n"), "\(again)")
        #expect(try sandbox.read("manifests/b.yaml") == Self.mended)
        try sandbox.edit("manifests/b.yaml", "timeout: 30", "timeout: 30s")
        try sandbox.edit("manifests/b.yaml", "trian", "train")
        try sandbox.edit("manifests/b.yaml", "queue: local", "queues: local")
        let last = try await sandbox.reconcile("validate", "--fix")
        #expect(last.status == 0 && last.output.hasPrefix("Valid: 1 jobs, 1 queues, "), "\(last)")
        // Now that there is a job, its parameter's value is looked at, too.
        #expect(last.errors.contains("fixed 2 findings in 1 file\n"), "\(last)")
        #expect(try sandbox.read("manifests/b.yaml").contains("parameters: {lr: 0.1}}"))
    }

    @Test func aDiffIsShownAndNothingWritten() async throws {
        let sandbox = try await sandbox()
        let said = try await sandbox.reconcile("validate", "--diff")
        #expect(said.status == 3, "\(said)")
        #expect(said.errors.contains("would fix 9 findings in 2 files\n"), "\(said)")
        #expect(try sandbox.read("manifests/b.yaml") == Self.broken)
        // What the diff says is what is done.
        try said.output.write(toFile: sandbox.path + "/fix.diff", atomically: true, encoding: .utf8)
        try await sandbox.git("apply", sandbox.path + "/fix.diff")
        #expect(try sandbox.read("manifests/b.yaml") == Self.mended)
        #expect(try await sandbox.reconcile("validate", "--diff").output == "")

        // As long as it is not written, it is as wrong as before.
        try sandbox.remove("manifests/b.yaml")
        try sandbox.write("shared.yaml", Self.compute)
        let all = try await sandbox.reconcile("validate", "--diff")
        #expect(all.status == 3 && !all.output.contains("Valid") && all.errors.contains("Valid: "), "\(all)")
        #expect(try await sandbox.reconcile("validate", "--diff", "-o", "json").status == 64)
    }

    @Test(arguments: ["json", "github", "sarif", "junit", "gitlab-codequality"])
    func programsHearWhatIsLeft(_ format: String) async throws {
        let sandbox = try await sandbox()
        let said = try await sandbox.reconcile("validate", "--fix", "-o", format)
        #expect(said.status == 3 && said.errors.contains("fixed 9 findings"), "\(said)")
        #expect(said.output.contains("SLW2041") && !said.output.contains("SLW2003"), "\(said)")
        #expect(try sandbox.read("manifests/b.yaml") == Self.mended)
    }

    @Test func whatIsOutsideStays() async throws {
        let sandbox = try await sandbox()
        let outside = "\(sandbox.path)/outside.yaml"
        try Self.compute.write(toFile: outside, atomically: true, encoding: .utf8)
        try sandbox.remove("manifests/a.yaml")
        let said = try await sandbox.reconcile("validate", "--fix", "-f", "manifests", "-f", outside)
        #expect(said.status == 3 && said.errors.contains("outside.yaml:4:18: error: "), "\(said)")
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == Self.compute)
        #expect(try sandbox.read("manifests/b.yaml") == Self.mended)
    }

    @Test func whatCannotBeWrittenIsSaidAndTheRestWritten() async throws {
        let sandbox = try await sandbox()
        // Beside a file with so long a name, none with a longer one can be written.
        let long = "manifests/\(String(repeating: "c", count: 245)).yaml"
        try sandbox.write(long, Self.compute)
        try sandbox.remove("manifests/a.yaml")
        let said = try await sandbox.reconcile("validate", "--fix")
        #expect(said.status == 1 && said.errors.contains("fixed 8 findings in 1 file\n"), "\(said)")
        #expect(said.errors.contains("ccc.yaml:4:18: error: spec.resource must be one of"), "\(said)")
        #expect(try sandbox.read("manifests/b.yaml") == Self.mended && sandbox.read(long) == Self.compute)
    }

    @Test func withoutFixItIsSaidThatThereIsOne() async throws {
        let sandbox = try await sandbox()
        let said = try await sandbox.reconcile("validate")
        #expect(said.status == 3 && said.errors.hasSuffix("`reconcile validate --fix` mends 4 of them\n"), "\(said)")
        #expect(try sandbox.read("manifests/b.yaml") == Self.broken)
    }
}
