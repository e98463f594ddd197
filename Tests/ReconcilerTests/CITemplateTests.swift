import Foundation
import Reconciler
import Support
import Testing
import YAML

/// What `init --ci` writes is what each CI system takes, by that system's own schema and by shellcheck.
@Suite(.timeLimit(.minutes(3))) struct CITemplateTests {
    private static let files: [CISystem: String] = [
        .github: ".github/workflows/slipway.yaml", .gitlab: ".gitlab-ci.yml", .jenkins: "Jenkinsfile",
        .plain: "ci/slipway.sh",
    ]

    @Test(arguments: CISystem.allCases) func whatIsThereStays(_ system: CISystem) throws {
        let folder = try TestWorkspace("ci")
        let file = try #require(Self.files[system])
        #expect(try Starter.write(system, into: folder.path) == [file])
        let text = folder.text(file)
        try folder.write(file, "mine")
        #expect(throws: Diagnostic.self) { try Starter.write(system, into: folder.path) }
        #expect(folder.text(file) == "mine")
        #expect(try Starter.write(system, into: folder.path, replaces: true) == [file])
        #expect(folder.text(file) == text)
        #expect(!system.remainingSteps.isEmpty)
    }

    @Test(arguments: CISystem.allCases) func aLinkThatLeadsNowhereStaysToo(_ system: CISystem) throws {
        let folder = try TestWorkspace("ci")
        let file = "\(folder.path)/\(try #require(Self.files[system]))"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "\(folder.path)/elsewhere")
        #expect(throws: Diagnostic.self) { try Starter.write(system, into: folder.path) }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/elsewhere"))
    }

    // MARK: Schemas

    private static let checker = BuiltProgram.schemaChecker
    private static let hasChecker = FileManager.default.isExecutableFile(atPath: checker)

    @Test(
        .enabled(if: hasChecker, "check-jsonschema is not installed"),
        arguments: [(CISystem.github, "vendor.github-workflows"), (.gitlab, "vendor.gitlab-ci")])
    func aPipelineIsWhatItsSystemTakes(_ system: CISystem, _ schema: String) async throws {
        let folder = try TestWorkspace("ci")
        let file = "\(folder.path)/\(try Starter.write(system, into: folder.path)[0])"
        // GitLab's own tags are no part of its schema.
        let arguments = ["--builtin-schema", schema, "--data-transform", "gitlab-ci", file]
        let outcome = try await run(Self.checker, system == .gitlab ? arguments : ["--builtin-schema", schema, file])
        #expect(outcome.status == 0, "\(outcome.output)")

        // The check can fail.
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try Data(text.replacing(system == .github ? "runs-on:" : "script:", with: "scripts:").utf8)
            .write(to: URL(fileURLWithPath: file))
        #expect(try await run(Self.checker, ["--builtin-schema", schema, file]).status == 1)
    }

    @Test func actionsArePinnedAndMayLittle() throws {
        let workflow = try document(.github)
        #expect(workflow["permissions"]?.count == 0)
        let jobs = try #require(workflow["jobs"]).entries.map(\.value)
        #expect(jobs.count == 3)
        var writes: [String] = []
        for job in jobs {
            let permissions = try #require(job["permissions"]).entries
            writes += permissions.filter { $0.value.text == "write" }.map { $0.key.text }
            for step in try #require(job["steps"]).elements {
                guard let action = step["uses"]?.text else { continue }
                let parts = action.split(separator: "@")
                #expect(parts.count == 2 && parts[1].count == 40 && parts[1].allSatisfy(\.isHexDigit), "\(action)")
            }
        }
        #expect(writes.sorted() == ["contents", "pull-requests"])
        let apply = try #require(workflow["jobs"]?["apply"])
        #expect(apply["concurrency"]?["cancel-in-progress"]?.text == "false")
        #expect(apply["env"]?["SLIPWAY_STATE"]?.text == "git")
        let pipeline = try document(.gitlab)
        #expect(pipeline["apply"]?["resource_group"]?.text == "slipway")
        #expect(pipeline["apply"]?["interruptible"]?.text == "false")
    }

    /// Findings are shown where a proposal is reviewed, and not only in a log.
    @Test func findingsAreShownAtTheirLines() throws {
        let steps = try #require(try document(.github)["jobs"]?["propose"]?["steps"]?.elements)
        let validating = steps.compactMap { $0["run"]?.text }.filter { $0.contains("reconcile validate") }
        #expect(validating == ["reconcile validate --output github"])

        // GitLab takes a file, also of a job that has failed, and compares it with that of the default branch.
        let pipeline = try document(.gitlab)
        for (job, rule) in [("propose", "merge_request_event"), ("findings", "$CI_DEFAULT_BRANCH")] {
            let job = try #require(pipeline[job])
            #expect(job["rules"]?.elements.contains { $0["if"]?.text.contains(rule) == true } == true)
            let file = try #require(job["artifacts"]?["reports"]?["codequality"]?.text)
            let command = "reconcile validate --output gitlab-codequality >\(file) || [ $? -eq 3 ]"
            #expect(job["script"]?.elements.contains { $0.text.contains(command) } == true)
        }
        #expect(pipeline["propose"]?["artifacts"]?["when"]?.text == "always")
    }

    // MARK: Shell

    private static let shellcheck = "/usr/bin/shellcheck"
    private static let hasShellcheck = FileManager.default.isExecutableFile(atPath: shellcheck)

    @Test(.enabled(if: hasShellcheck, "shellcheck is not installed"), arguments: CISystem.allCases)
    func shellcheckHasNothingToSay(_ system: CISystem) async throws {
        let steps = try shellSteps(system)
        #expect(steps.count >= (system == .plain ? 1 : 3))
        let folder = try TestWorkspace("ci")
        for (index, step) in steps.enumerated() {
            let file = "\(folder.path)/\(index).sh"
            try folder.write("\(index).sh", step)
            let shell = system == .github ? "bash" : "sh"
            let outcome = try await run(
                Self.shellcheck, ["--norc", "--shell", shell, "--enable", "quote-safe-variables", file])
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(try await run("/bin/sh", ["-n", file]).status == 0)
        }
    }

    private static let hasClients = ["/usr/bin/curl", "/usr/bin/jq"]
        .allSatisfy(FileManager.default.isExecutableFile)

    /// The steps as they are written, against a server that does what the real one does with comments.
    @Test(.enabled(if: hasClients, "curl or jq is not installed"), arguments: [CISystem.github, .gitlab])
    func thePlanIsOneCommentThatIsUpdated(_ system: CISystem) async throws {
        let server = try CommentServer()
        let folder = try TestWorkspace("ci")
        let step = try #require(try shellSteps(system).first { $0.contains("ask()") })
        try folder.write("step.sh", step)
        let environment = [
            "PATH": "/usr/bin:/bin", "RUNNER_TEMP": folder.path, "TMPDIR": folder.path, "NUMBER": "12",
            "TOKEN": "t0ken", "GITHUB_API_URL": server.address, "GITHUB_REPOSITORY": "team/repository",
            "CI_API_V4_URL": server.address, "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "12",
            "SLIPWAY_COMMENT_TOKEN": "t0ken",
        ]
        let marker = try #require(step.split(separator: "'").first { $0.hasPrefix("<!-- slipway") })
        for plan in ["Plan: 1 `create` & \"2\" run\n", "$(touch pwned) é %s 'x'\n"] {
            try folder.write("plan.md", plan)
            let outcome = try await run(
                "/bin/bash", ["-e", "\(folder.path)/step.sh"], in: folder.path, environment: environment)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(try server.comments() == ["\(marker)\n\(plan)"])
        }
        // Neither the token nor what it was written into is left.
        #expect(!(try folder.contents().contains { folder.text($0)?.contains("t0ken") == true }))
        #expect(folder.text("pwned") == nil)
        // A refusal is not passed over.
        let refused = environment.merging(["TOKEN": "other", "SLIPWAY_COMMENT_TOKEN": "other"]) { $1 }
        let outcome = try await run(
            "/bin/bash", ["-eo", "pipefail", "\(folder.path)/step.sh"], in: folder.path, environment: refused)
        #expect(outcome.status != 0 && outcome.output.contains("401"), "\(outcome.output)")
    }

    /// What a proposal names itself must never become a part of a command: it comes as environment, in quotes.
    @Test(arguments: CISystem.allCases) func nothingIsPutIntoAShellsText(_ system: CISystem) throws {
        for step in try shellSteps(system) {
            #expect(!step.contains("${{") && !step.contains("eval "), "\(step)")
        }
    }

    @Test func theJenkinsfileIsADeclarativePipeline() throws {
        let text = try text(.jenkins)
        // Outside of texts and comments, every brace and parenthesis is closed by its like.
        var open: [Character] = []
        let code = Self.withoutTexts(text)
        for character in code {
            switch character {
            case "{", "(", "[": open.append(character)
            case "}", ")", "]": #expect(open.popLast() == ["}": "{", ")": "(", "]": "["][character])
            default: break
            }
        }
        #expect(open.isEmpty)
        let known: Set<String> = [
            "pipeline", "options", "triggers", "stages", "stage", "when", "allOf", "not", "steps", "environment",
        ]
        let directives = code.split(separator: "\n").filter { $0.contains("{") }.compactMap { line in
            line.split { !$0.isLetter }.first.map(String.init)
        }
        #expect(directives.first == "pipeline" && Set(directives).subtracting(["agent"]) == known, "\(directives)")
        // Groovy reads into texts in double quotes, so there is none.
        #expect(!code.contains("\""))
    }

    private static func withoutTexts(_ groovy: String) -> String {
        var code = ""
        var rest = groovy[...]
        while let character = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { $0 != "\n" }
            } else if rest.hasPrefix("'''") {
                rest = rest.dropFirst(3)
                rest = rest.firstRange(of: "'''").map { rest[$0.upperBound...] } ?? ""
            } else if character == "'" {
                rest = rest.dropFirst().drop { $0 != "'" }.dropFirst()
            } else {
                code.append(character)
                rest = rest.dropFirst()
            }
        }
        return code
    }

    // MARK: Reading

    private func text(_ system: CISystem) throws -> String {
        let folder = try TestWorkspace("ci")
        let file = try Starter.write(system, into: folder.path)[0]
        return try #require(folder.text(file))
    }

    private func document(_ system: CISystem) throws -> Node {
        let file = YAMLFile.parse(SourceFile(path: "pipeline", text: try text(system)))
        #expect(file.diagnostics.allSatisfy { $0.severity == .warning }, "\(file.diagnostics)")
        return try #require(file.documents.first)
    }

    /// Every piece of shell that a pipeline runs.
    private func shellSteps(_ system: CISystem) throws -> [String] {
        switch system {
        case .github:
            return try #require(try document(.github)["jobs"]).entries.flatMap { job in
                job.value["steps"]?.elements.compactMap { $0["run"]?.text } ?? []
            }
        case .gitlab:
            return try document(.gitlab).entries.flatMap { $0.value["script"]?.elements.map(\.text) ?? [] }
        case .jenkins:
            let text = try text(.jenkins)
            let long = text.components(separatedBy: "sh '''").dropFirst().compactMap { part in
                part.components(separatedBy: "'''").first
            }
            let short = text.components(separatedBy: "sh '").dropFirst().filter { !$0.hasPrefix("''") }.compactMap {
                $0.components(separatedBy: "'").first
            }
            return long + short
        case .plain: return [try text(.plain)]
        }
    }

    private func run(
        _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil
    ) async throws -> (status: Int32, output: String) {
        let process = Process()
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        if let environment { process.environment = environment }
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
