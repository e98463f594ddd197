import Foundation
import Testing

/// `reconcile fmt`, as people, hooks and editors call it.
@Suite struct FormatCommandTests {
    private static let ugly =
        "kind:   Queue\napiVersion: slipway/v1   # first\nmetadata: { name: q }\nspec:\n    resource: local-process\n"
    private static let tidy =
        "apiVersion: slipway/v1  # first\nkind: Queue\nmetadata: {name: q}\nspec:\n  resource: local-process\n"

    @Test func checkDiffAndWrite() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/b.yaml", Self.ugly)
        try sandbox.write("manifests/a.yaml", Self.tidy)
        try sandbox.write("shared.yaml", Self.ugly)
        let manifests = sandbox.repository + "/manifests"
        try FileManager.default.createSymbolicLink(atPath: manifests + "/c.yaml", withDestinationPath: "../shared.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: manifests + "/b.yaml")

        let check = try await sandbox.reconcile("fmt", "--check")
        #expect(check.status == 2 && check.output == "manifests/b.yaml\nshared.yaml\n", "\(check)")
        #expect(check.errors.contains("2 of 3 files would change"), "\(check)")
        let diff = try await sandbox.reconcile("fmt", "--diff", "manifests/b.yaml")
        #expect(
            diff.status == 0
                && diff.output.hasPrefix("--- a/manifests/b.yaml\n+++ b/manifests/b.yaml\n@@ -1,5 +1,5 @@\n"))
        #expect(try text(manifests + "/b.yaml") == Self.ugly)
        // What the diff says is what is done.
        try diff.output.write(toFile: sandbox.path + "/b.diff", atomically: true, encoding: .utf8)
        try await sandbox.git("apply", "--check", sandbox.path + "/b.diff")

        let written = try await sandbox.reconcile("fmt")
        #expect(written.status == 0 && written.output == check.output, "\(written)")
        #expect(try text(manifests + "/b.yaml") == Self.tidy)
        let attributes = try FileManager.default.attributesOfItem(atPath: manifests + "/b.yaml")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try text(sandbox.repository + "/shared.yaml") == Self.tidy)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: manifests + "/c.yaml") == "../shared.yaml")
        #expect(try await sandbox.reconcile("fmt", "--check").status == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: manifests).sorted() == ["a.yaml", "b.yaml", "c.yaml"])
    }

    @Test func aFileWithErrorsIsReportedAndTheOthersAreWritten() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/a.yaml", "a: [1\n")
        try sandbox.write("manifests/b.yaml", Self.ugly)
        let outside = sandbox.path + "/outside.yaml"
        try Self.ugly.write(toFile: outside, atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.repository + "/manifests/c.yaml", withDestinationPath: outside)
        let outcome = try await sandbox.reconcile("fmt")
        #expect(outcome.status == 3 && outcome.output == "manifests/b.yaml\n", "\(outcome)")
        #expect(outcome.errors.contains("manifests/a.yaml:") && outcome.errors.contains("[SLW2074]"), "\(outcome)")
        #expect(try text(sandbox.repository + "/manifests/a.yaml") == "a: [1\n")
        #expect(try text(sandbox.repository + "/manifests/b.yaml") == Self.tidy)
        #expect(try text(outside) == Self.ugly)
    }

    @Test func whatInitWritesIsFormatted() async throws {
        let sandbox = try await Sandbox()
        #expect(try await sandbox.reconcile("init").status == 0)
        let outcome = try await sandbox.reconcile("fmt", "--check")
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome)")
    }

    @Test func nothingToFormatIsAnError() async throws {
        let sandbox = try await Sandbox()
        try FileManager.default.createDirectory(
            atPath: sandbox.repository + "/manifests", withIntermediateDirectories: true)
        #expect(try await sandbox.reconcile("fmt").status == 3)
        #expect(try await sandbox.reconcile("fmt", "-", "x").status == 64)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
