import Foundation
import Records
import Support
import Testing

@testable import Agents

/// `run.sh` repeats an attempt by hand: a shell reads from it exactly what the command got.
@Suite struct RunScriptTests {
    static let hostile: [[String]] = [
        [""],
        ["plain", "a.b/c-d_e=f,g:h@i%j+k"],
        ["two words", " ", "\t", "a\nb", "\n"],
        ["'", "''", "'\"'", "\"", "\\", "\\'", "a'b'c", "'; touch pwned; '"],
        ["$(touch pwned)", "`touch pwned`", "$HOME", "${x:-y}", "$1", "$$", "!x", "!!"],
        [";", "&", "|", ">", "<", "(", ")", "{a,b}", "*", "?", "[a]", "~", "~root", "#", "#x"],
        ["-", "--", "-c", "-n", "=", "a=b"],
        ["ä", "日本語", "🚢", "e\u{301}", "\u{1}\u{7F}\u{1B}[0m", "%s%n\\0"],
    ]

    private func script(_ run: RunRecord, in workspace: TestWorkspace, _ environment: [String: String]) throws -> String
    {
        let work = try workspace.folder("it's a $work")
        return try workspace.write(
            "run.sh",
            RunScript.text(
                run, attempt: 2, workingDirectory: work, environment: environment), mode: 0o755)
    }

    /// Runs a script with an environment of its own and returns what it printed.
    private func output(
        of script: String, environment: [String: String] = [:]
    ) async throws -> (text: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [script]
        process.environment = environment
        let printed = "\(script).printed"
        try Data().write(to: URL(fileURLWithPath: printed))
        process.standardOutput = FileHandle(forWritingAtPath: printed)
        process.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (try String(contentsOfFile: printed, encoding: .utf8), status)
    }

    @Test(arguments: hostile) func aShellReadsTheArgumentsBack(_ arguments: [String]) async throws {
        let workspace = try TestWorkspace("script")
        let given = ["/bin/cat", "/proc/self/cmdline", "--"] + arguments
        let path = try script(RunSample.claimed(.running, RunSample.specification(given)), in: workspace, [:])
        #expect(try await output(of: path).text == given.joined(separator: "\0") + "\0")
        #expect(try workspace.contents().allSatisfy { !$0.contains("pwned") })
    }

    @Test(arguments: hostile) func aShellReadsTheEnvironmentBack(_ values: [String]) async throws {
        let workspace = try TestWorkspace("script")
        let given = Dictionary(uniqueKeysWithValues: values.enumerated().map { ("VARIABLE_\($0.offset)", $0.element) })
        let run = RunSample.claimed(.running, RunSample.specification(["/usr/bin/env", "-0"]))
        let shown = try await output(of: try script(run, in: workspace, given)).text.split(separator: "\0").map(
            String.init)
        for (name, value) in given { #expect(shown.contains("\(name)=\(value)")) }
        #expect(try workspace.contents().allSatisfy { !$0.contains("pwned") })
    }

    @Test func itRunsInTheWorkingDirectoryAndEndsAsTheCommandDoes() async throws {
        let workspace = try TestWorkspace("script")
        let run = RunSample.claimed(.running, RunSample.specification(["/bin/sh", "-c", "pwd -P; exit 5"]))
        let result = try await output(of: try script(run, in: workspace, [:]))
        #expect(result.text == "\(workspace.path)/it's a $work\n")
        #expect(result.status == 5)
    }

    @Test func aSecretIsAskedForByItsNameAndNeverWritten() async throws {
        let workspace = try TestWorkspace("script")
        let environment = ["TOKEN": "s3cret-value", "PLAIN": "shown"]
        let run = RunSample.claimed(
            .running,
            RunSample.specification(
                ["/usr/bin/env"], environment: ["TOKEN": .secret("hf-token"), "PLAIN": .value("shown")]))
        let path = try script(run, in: workspace, environment)
        let texts = [workspace.text("run.sh") ?? "", RunScript.environmentText(run, environment)]
        for text in texts {
            #expect(!text.contains("s3cret-value"))
            #expect(text.contains("hf-token") && text.contains("shown"))
        }
        let without = try await output(of: path)
        #expect(without.status != 0, "without the secret it does not begin")
        let with = try await output(of: path, environment: ["TOKEN": "mine"])
        #expect(with.status == 0)
        #expect(with.text.contains("TOKEN=mine\n"))
    }
}
