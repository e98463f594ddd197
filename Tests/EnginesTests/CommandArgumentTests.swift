import Engines
import Foundation
import Support
import Testing
import YAML

/// Nothing that a manifest says is ever read by a shell: arguments arrive byte for byte, and any file can be the
/// command, whatever it is called.
@Suite struct CommandArgumentTests {
    static let hostile: [[String]] = [
        [],
        [""],
        ["", "", ""],
        ["two words", " leading", "trailing ", "\t"],
        ["'", "\"", "'\"'", "\\", "\\'", "a\\"],
        ["$(touch pwned)", "`touch pwned`", "$HOME", "${PATH}", "$1", "$@", "$$", "$?"],
        ["; touch pwned", "&& touch pwned", "| touch pwned", "& touch pwned", "> pwned", "< /etc/passwd", "2>&1"],
        ["\n", "line\nline", "\r\n", "\ntouch pwned\n"],
        ["-", "--", "-c", "-e", "--help", "-n"],
        ["*", "?", "[a-z]", "~", "~root", "{a,b}", "!!", "#", "a#b"],
        ["ärger", "日本語", "🚢", "e\u{301}", "\u{202E}reversed", "\u{FEFF}"],
        ["\u{1}\u{7}\u{1B}[31m\u{7F}", "%s%n", "a=b", "PATH=/nowhere", "IFS=x"],
        [String(repeating: "long ", count: 20_000)],
        Array(repeating: "many", count: 5_000),
    ]

    @Test(arguments: hostile.indices) func argumentsArriveAsTheyAre(_ index: Int) async throws {
        let attempts = try LocalAttempts()
        let given = ["/bin/cat", "/proc/self/cmdline", "--"] + Self.hostile[index]
        // `cat` shows its own arguments first; that it then finds no files of those names does not matter.
        _ = try await attempts.end(of: try attempts.submission("a", given))
        let shown = attempts.workspace.text("a/stdout.log") ?? ""
        #expect(shown.utf8.elementsEqual((given.joined(separator: "\0") + "\0").utf8))
        #expect(try attempts.workspace.contents().filter { $0.contains("pwned") } == [])
    }

    static let programs = [
        "exit", "eval", "cd", "exec", ":", "[", "true", "export", "set", "trap", "if", "}", "-c", "--", "a=b",
        "two words", "$(touch pwned)", "`touch pwned`", "; touch pwned", "*", "~", "#", "'", "\"", "\n", "é", "%n",
    ]

    @Test(arguments: programs) func aProgramMayBeCalledLikeAnything(_ name: String) async throws {
        let attempts = try LocalAttempts()
        let path = try attempts.workspace.folder("bin")
        try attempts.workspace.script("bin/\(name)", "echo \"ran with $1\"; exit 3")
        let found = try attempts.submission("p", [name, "it"], environment: ["PATH": "\(path):/usr/bin:/bin"])
        #expect(try await attempts.end(of: found).status == 3)
        #expect(attempts.workspace.text("p/stdout.log") == "ran with it\n")

        let relative = try attempts.submission("r", ["./\(name)", "it"])
        try attempts.workspace.script("r/work/\(name)", "echo \"ran with $1\"; exit 4")
        #expect(try await attempts.end(of: relative).status == 4)
        #expect(attempts.workspace.text("r/stdout.log") == "ran with it\n")
        #expect(try attempts.workspace.contents().filter { $0.hasSuffix("/pwned") } == [])
    }

    @Test func aWorkingDirectoryMayBeCalledLikeAnything() async throws {
        let attempts = try LocalAttempts()
        for (index, name) in ["-P", "a b", "$(touch pwned)", "x\ny", "'", "é", "~"].enumerated() {
            var submission = try attempts.submission("w\(index)", ["/bin/pwd", "-P"])
            submission.workingDirectory = try attempts.workspace.folder("w\(index)/\(name)")
            #expect(try await attempts.end(of: submission).status == 0)
            #expect(attempts.workspace.text("w\(index)/stdout.log") == "\(submission.workingDirectory)\n")
        }
    }

    @Test func theCommandIsLookedForOnThePathOfTheCommand() async throws {
        let attempts = try LocalAttempts()
        let workspace = attempts.workspace
        try workspace.folder("folder/tool")
        try workspace.write("plain/tool", "no program", mode: 0o644)
        try workspace.script("good/tool", "echo good")
        try workspace.script("later/tool", "echo later")
        let folders = ["folder", "plain", "missing", "good", "later"].map { "\(workspace.path)/\($0)" }
        let path = ["", "relative"].joined(separator: ":") + ":" + folders.joined(separator: ":")
        let submission = try attempts.submission("s", ["tool"], environment: ["PATH": path])
        try workspace.script("s/work/relative/tool", "echo relative")
        try workspace.script("s/work/tool", "echo here")
        #expect(try await attempts.end(of: submission).status == 0)
        #expect(workspace.text("s/stdout.log") == "good\n")
    }

    static let refusals: [(arguments: [String], code: DiagnosticCode)] = [
        ([], "SLW6001"),
        ([""], "SLW6001"),
        (["no-such-command"], "SLW6001"),
        (["./missing"], "SLW6001"),
        (["/no/such/program"], "SLW6001"),
        (["./plain"], "SLW6002"),
        (["./folder"], "SLW6002"),
        (["/bin/true", "a\0b"], "SLW6005"),
        (["/bin/true", String(repeating: "x", count: 3 << 20)], "SLW6003"),
    ]

    @Test(arguments: refusals.indices) func whatCannotBeStartedIsRefused(_ index: Int) async throws {
        let (arguments, code) = Self.refusals[index]
        let attempts = try LocalAttempts()
        let submission = try attempts.submission("r", arguments)
        try attempts.workspace.write("r/work/plain", "no program")
        try attempts.workspace.folder("r/work/folder")
        let engine = attempts.engine()
        let error = await #expect(throws: Diagnostic.self) { try await engine.submit(submission) }
        #expect(error?.code == code)
        #expect(await engine.observe(attempts.reference(to: submission)) == .absent)
    }

    @Test func aFolderThatIsMissingIsRefused() async throws {
        let attempts = try LocalAttempts()
        var submission = try attempts.submission("m", ["/bin/true"])
        submission.folder += "/missing"
        let error = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(error?.code == "SLW6003")
    }

    @Test func aMissingInterpreterOrWorkingDirectoryIsAFailureWithAReason() async throws {
        let attempts = try LocalAttempts()
        let script = try attempts.submission("i", ["./run"])
        try attempts.workspace.write("i/work/run", "#!/no/such/interpreter\n", mode: 0o755)
        #expect([126, 127].contains(try await attempts.end(of: script).status))
        #expect(attempts.workspace.text("i/stderr.log")?.contains("run") == true)

        var lost = try attempts.submission("d", ["/bin/true"])
        lost.workingDirectory += "/missing"
        let status = try await attempts.end(of: lost).status
        #expect(status != nil && status != 0)
        #expect(attempts.workspace.text("d/stderr.log")?.contains("missing") == true)
    }
}
