import Foundation
import Manifests
import Support
import Testing
import YAML

/// `validate` for programs: the same exit status in every form, and documents that their readers take.
@Suite struct ValidateOutputTests {
    static let formats = ["json", "github", "sarif", "junit", "gitlab-codequality"]

    /// A repository with a valid set of manifests.
    private func sandbox() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        return sandbox
    }

    private static func run(_ spec: String, _ name: String = "bad") -> String {
        "apiVersion: slipway/v1\nkind: Run\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    @Test func whatIsValidIsAnEmptyDocument() async throws {
        let sandbox = try await sandbox()
        for format in Self.formats {
            let outcome = try await sandbox.reconcile("validate", "-o", format)
            #expect(outcome.status == 0 && outcome.errors == "", "\(format): \(outcome)")
            #expect(!outcome.output.contains("SLW"), "\(format): \(outcome)")
        }
        let log = try await sandbox.reconcile("validate", "-o", "github").output
        #expect(log.split(separator: "\n").dropFirst().first?.hasPrefix("Valid: 1 jobs, ") == true, "\(log)")
        #expect(try await sandbox.reconcile("validate", "-o", "xml").status == 64)
        #expect(try await sandbox.reconcile("plan", "-o", "sarif").status == 64, "the others keep their formats")
    }

    @Test func aNameThatIsMeantToDeceiveStaysAName() async throws {
        let sandbox = try await sandbox()
        let name = "manifests/::error::a%0A,b]]>\"<&\u{202E}\u{7}\n##[error]x模.yaml"
        try sandbox.write(name, Self.run("{job: gatde, queue: local, prioritee: \"x\"}"))
        for format in Self.formats {
            let outcome = try await sandbox.reconcile("validate", "-o", format)
            #expect(outcome.status == 3 && outcome.errors == "", "\(format): \(outcome)")
            #expect(outcome.output.contains("SLW2003"), "\(format): \(outcome)")
        }
        let text = try await sandbox.reconcile("validate")
        #expect(text.status == 3 && text.output == "", "\(text)")
        #expect(text.errors.split(separator: "\n").allSatisfy { !$0.hasPrefix("##") }, "\(text)")

        let github = try await sandbox.reconcile("validate", "-o", "github").output.split(separator: "\n")
        let escaped = "manifests/%3A%3Aerror%3A%3Aa%250A%2Cb]]>\"<&\u{202E}\u{7}%0A##[error]x模.yaml"
        #expect(github.first?.hasPrefix("::error file=\(escaped),line=4,") == true, "\(github)")
        #expect(github.dropFirst().first?.hasPrefix("::stop-commands::slipway-") == true, "\(github)")
        struct Entry: Decodable {
            struct Location: Decodable { var path: String }
            var location: Location
        }
        let quality = try await sandbox.reconcile("validate", "-o", "gitlab-codequality")
        #expect(try quality.decoded([Entry].self).allSatisfy { $0.location.path == name })
    }

    @Test(.enabled(if: Sandbox.canValidate, "jsonschema is not installed"))
    func jsonIsWhatItsSchemaSays() async throws {
        let sandbox = try await sandbox()
        #expect(try await valid(sandbox) == "")
        try sandbox.write("manifests/bad.yaml", Self.run("{job: gatde, queue: local}") + "---\n" + Self.run("{}"))
        #expect(try await valid(sandbox) == "")
        try sandbox.remove("manifests")
        #expect(try await valid(sandbox) == "")
        #expect(try await sandbox.violations(of: "diagnostics", in: "{\"formatVersion\": \"2\"}") != "")
    }

    private func valid(_ sandbox: Sandbox) async throws -> String {
        try await sandbox.violations(
            of: "diagnostics", in: try await sandbox.reconcile("validate", "-o", "json").output)
    }

    @Test func aFixOfTheJSONMendsTheFile() async throws {
        struct Report: Decodable {
            struct Location: Decodable { var file: String, line: Int, column: Int, endColumn: Int }
            struct Fix: Decodable { var location: Location, replacement: String }
            struct Diagnostic: Decodable { var code: String, fixes: [Fix] }
            var diagnostics: [Diagnostic]
        }
        let sandbox = try await sandbox()
        try sandbox.write("manifests/bad.yaml", Self.run("{job: gatde, queue: local} # é模"))
        let report = try await sandbox.reconcile("validate", "-o", "json").decoded(Report.self)
        let fix = try #require(report.diagnostics.first?.fixes.first)
        #expect(report.diagnostics.map(\.code) == ["SLW2041"] && fix.location.file == "manifests/bad.yaml")
        var lines = try sandbox.read(fix.location.file).components(separatedBy: "\n")
        var line = Array(lines[fix.location.line - 1].unicodeScalars)
        line.replaceSubrange(
            fix.location.column - 1..<fix.location.endColumn - 1, with: Array(fix.replacement.unicodeScalars))
        lines[fix.location.line - 1] = String(String.UnicodeScalarView(line))
        try sandbox.write(fix.location.file, lines.joined(separator: "\n"))
        #expect(try await sandbox.reconcile("validate").status == 0)
    }

    @Test func theStepsSummaryHasTheFindings() async throws {
        let sandbox = try await sandbox()
        try sandbox.write("manifests/bad.yaml", Self.run("{job: gatde, queue: local}"))
        let outcome = try await sandbox.reconcile(
            "validate", "-o", "github", environment: ["GITHUB_STEP_SUMMARY": "\(sandbox.path)/summary.md"])
        #expect(outcome.status == 3 && outcome.errors == "", "\(outcome)")
        let summary = try String(contentsOfFile: "\(sandbox.path)/summary.md", encoding: .utf8)
        #expect(summary.contains("manifests/bad.yaml:4:13: there is no Job/gatde [SLW2041]"), "\(summary)")
    }

    // MARK: What others copy

    private func document(_ text: String) throws -> Node {
        let file = YAMLFile.parse(SourceFile(path: "snippet", text: text))
        #expect(file.diagnostics.allSatisfy { $0.severity == .warning }, "\(file.diagnostics)")
        return try #require(file.documents.first)
    }

    @Test func theHookDoesWhatItSays() async throws {
        let published = try String(contentsOfFile: "\(BuiltProgram.checkout)/.pre-commit-hooks.yaml", encoding: .utf8)
        let hooks = Array(try document(published).elements)
        #expect(hooks.map { $0["id"]?.text } == ["reconcile-validate", "reconcile-fmt"])
        let hook = try #require(hooks.first)
        #expect(hook["language"]?.text == "system" && hook["pass_filenames"]?.text == "false")
        let files = try Regex(try #require(hook["files"]?.text))
        #expect("manifests/a.yaml".contains(files) && "b.yml".contains(files) && !"yaml/readme.md".contains(files))

        let entry = try #require(hook["entry"]?.text).split(separator: " ").map(String.init)
        #expect(entry.first == "reconcile")
        let sandbox = try await sandbox()
        #expect(try await sandbox.reconcile(Array(entry.dropFirst())).status == 0)
        try sandbox.write("manifests/bad.yaml", Self.run("{job: gatde, queue: local}"))
        #expect(try await sandbox.reconcile(Array(entry.dropFirst())).status == 3)

        // The page's own configuration says the same.
        let local = try document(try #require(try snippets("yaml").first { $0.contains("repo: local") }))
        let shown = try #require(local["repos"]?.elements.first { _ in true }?["hooks"]?.elements.first { _ in true })
        for field in ["id", "name", "entry", "language", "files", "pass_filenames"] {
            #expect(shown[field]?.text == hook[field]?.text, "\(field)")
        }
    }

    /// The blocks of `docs/validate.md` in one language.
    private func snippets(_ language: String) throws -> [String] {
        let page = try String(contentsOfFile: "\(BuiltProgram.checkout)/docs/validate.md", encoding: .utf8)
        return page.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    private static let checker = "\(BuiltProgram.checkout)/.build/tools/check-jsonschema/bin/check-jsonschema"
    private static let hasChecker = FileManager.default.isExecutableFile(atPath: checker)

    @Test(.enabled(if: hasChecker, "check-jsonschema is not installed"))
    func thePipelinesAreWhatTheirSystemsTake() async throws {
        let sandbox = try await Sandbox()
        let all = try snippets("yaml")
        for (mark, schema) in [("runs-on:", "vendor.github-workflows"), ("artifacts:", "vendor.gitlab-ci")] {
            try sandbox.write("pipeline.yaml", try #require(all.first { $0.contains(mark) }))
            let outcome = try await sandbox.run(
                Self.checker, ["--builtin-schema", schema, "\(sandbox.repository)/pipeline.yaml"])
            #expect(outcome.status == 0, "\(outcome)")
        }
    }

    @Test func everySnippetCanBeUsed() async throws {
        let sandbox = try await sandbox()
        let help = try await sandbox.reconcile("validate", "--help").output
        let yaml = try snippets("yaml")
        #expect(yaml.count == 4)
        var scripts = try snippets("sh")
        for text in yaml {
            let snippet = try document(text)
            scripts += snippet["jobs"]?["validate"]?["steps"]?.elements.compactMap { $0["run"]?.text } ?? []
            scripts += snippet["validate"]?["script"]?.elements.map(\.text) ?? []
        }
        var formats: Set<String> = []
        for script in scripts {
            #expect(!script.contains("${{"), "\(script)")
            try sandbox.write("script.sh", script)
            #expect(try await sandbox.run("/bin/sh", ["-n", "script.sh"]).status == 0, "\(script)")
            for command in script.components(separatedBy: "reconcile validate").dropFirst() {
                let words = command.prefix { !">|\n".contains($0) }.split(separator: " ").map(String.init)
                for option in words where option.hasPrefix("-") { #expect(help.contains(option), "\(option)") }
                if let index = words.firstIndex(of: "--output") { formats.insert(words[index + 1]) }
            }
        }
        #expect(formats == ["github", "sarif", "gitlab-codequality", "junit"])
        for text in try snippets("json") { _ = try JSONSerialization.jsonObject(with: Data(text.utf8)) }
        // The manifest of the editor's example is one.
        try sandbox.write("manifests/example.yaml", try #require(yaml.first { $0.contains("$schema") }))
        try sandbox.remove("manifests/setup.yaml")
        let outcome = try await sandbox.reconcile("validate", "-f", "manifests/example.yaml")
        #expect(outcome.status == 0, "\(outcome)")
    }
}
