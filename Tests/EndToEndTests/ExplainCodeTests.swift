import Foundation
import Support
import Testing

/// What the command line says about the codes of its messages.
@Suite("Explaining codes")
struct ExplainCodeTests {
    @Test(arguments: ["SLW2003", "slw2003"])
    func `a code's page has its example`(code: String) async throws {
        let sandbox = try await Sandbox()
        let said = try await sandbox.reconcile("explain", code)
        #expect(said.status == 0 && said.errors.isEmpty)
        #expect(said.output.hasPrefix("SLW2003: A field that does not exist here\n"))
        #expect(said.output.contains("  Wrong:\n    | apiVersion: slipway/v1\n"))
        #expect(said.output.contains("|   comand: ["))
        #expect(said.output.contains("  Right:\n"))
        #expect(said.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `the beginning of a code lists those that begin so`() async throws {
        let sandbox = try await Sandbox()
        let lines = try await sandbox.reconcile("explain", "SLW100").output.split(separator: "\n")
        #expect(lines.first == "SLW1001  The file is too large")
        #expect(lines.count == 9 && lines.allSatisfy { $0.hasPrefix("SLW100") })
    }

    @Test func `for other programs there is JSON`() async throws {
        let sandbox = try await Sandbox()
        let said = try await sandbox.reconcile("explain", "SLW2010", "--output", "json")
        let object = try JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [String: Any]
        #expect(object?["formatVersion"] as? String == "1")
        let pages = object?["diagnostics"] as? [[String: Any]]
        #expect(pages?.count == 1 && pages?.first?["code"] as? String == "SLW2010")
        #expect((pages?.first?["example"] as? [String: String])?["right"]?.contains("train@v3") == true)
    }

    @Test(arguments: [("SLW1018", "SLW1017 and SLW1021"), ("slw0001", "`reconcile explain SLW`")])
    func `a code that does not exist is an error`(code: String, remedy: String) async throws {
        let sandbox = try await Sandbox()
        let said = try await sandbox.reconcile("explain", code)
        #expect(said.status == 1 && said.output.isEmpty)
        #expect(said.errors.contains("there is no diagnostic \(code.uppercased()) [SLW9070]"))
        #expect(said.errors.contains(remedy))
    }

    /// What only looks like a code is a run.
    @Test(arguments: ["run/slw2003", "slw-2003", "slw20031"])
    func `a run may be called so`(name: String) async throws {
        let sandbox = try await Sandbox()
        #expect(try await !sandbox.reconcile("explain", name).errors.contains("diagnostic"))
    }

    /// `SLIPWAY_UPDATE_GOLDEN=1` writes it anew.
    @Test func `the reference page is what the catalogue says`() async throws {
        let sandbox = try await Sandbox()
        let text = try await sandbox.reconcile("explain", "SLW", "--output", "markdown").output
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/reference/diagnostics.md")
        if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] != nil {
            try FileManager.default.createDirectory(
                at: page.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: page)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == text)
    }
}
