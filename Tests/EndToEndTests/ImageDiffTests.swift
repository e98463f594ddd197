import Foundation
import Support
import Testing

/// What differs between two versions of a job.
@Suite(.timeLimit(.minutes(5))) struct ImageDiffTests {
    @Test func twoVersionsOfAJob() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try sandbox.write("jobs/gated/old.txt", "old\n")
        try job.want("one")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        try sandbox.remove("jobs/gated/old.txt")
        try sandbox.write("jobs/gated/new.txt", "new\n")
        try sandbox.write("jobs/gated/job.sh", try sandbox.read("jobs/gated/job.sh") + "# longer\n")
        try sandbox.edit("manifests/setup.yaml", "kind: Job", "kind: Job # changed")
        try sandbox.edit("manifests/setup.yaml", "command: [sh,", "env: {MODE: fast}\n  command: [sh,")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)

        let text = try await sandbox.reconcile("image", "diff", "gated@v1", "gated")
        #expect(text.status == 0, "\(text)")
        for line in [
            "+ /app/new.txt  0644  4 B", "- /app/old.txt  0644  4 B", "~ /app/job.sh", "+ spec.env.MODE  fast",
        ] {
            #expect(text.output.contains(line), "\(line): \(text)")
        }
        #expect(!text.output.contains("Python packages"))
        let json = try await sandbox.reconcile("image", "diff", "gated@v1", "gated@v2", "-o", "json", "--exit-code")
        #expect(json.status == 4)
        if Sandbox.canValidate { #expect(try await sandbox.violations(of: "image-diff", in: json.output) == "") }
        let same = try await sandbox.reconcile("image", "diff", "gated@latest", "default/gated@v2", "--exit-code")
        #expect(same.status == 0 && same.output.contains("The same image"), "\(same)")

        for (word, code) in [
            ("gated@v3", "SLW8132"), ("gated@x", "SLW8132"), ("gatet", "SLW8005"),
            ("sha256:" + String(repeating: "0", count: 64), "SLW8134"),
        ] {
            let refused = try await sandbox.reconcile("image", "diff", "gated@v1", word)
            #expect(refused.status == 1 && refused.errors.contains(code), "\(word): \(refused)")
        }
    }
}
