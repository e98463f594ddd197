import Engines
import Foundation
import Support
import Testing
import YAML

/// A command gets what it was given and nothing of whoever submitted it: no variable, descriptor, signal or terminal.
@Suite struct CommandEnvironmentTests {
    @Test func theEnvironmentIsExact() async throws {
        let attempts = try LocalAttempts()
        let given = [
            "PATH": "/usr/bin:/bin", "HOME": "/nowhere", "EMPTY": "", "SPACES": " a  b ", "LINES_": "a\nb\n",
            "QUOTES": "'\"`$(touch pwned)$HOME\\", "EQUALS": "a=b=c", "UTF8": "日本語", "_": "underscore", "_x": "1",
            "PS1": "> ", "PS4": "$(touch pwned)", "ENV": "/no/such/profile", "BASH_ENV": "/no/such/profile",
            "CDPATH": "/usr:/", "MAIL": "x", "TERM": "dumb", "SHELL": "/bin/false", "LC_ALL": "C",
            "SLIPWAY_RUN": "r", "MALLOC_CHECK_": "0", "POSIXLY_CORRECT": "1", "path": "lower", "A": "1", "a": "2",
        ]
        let submission = try attempts.submission("e", ["/usr/bin/env", "-0"], environment: given)
        #expect(try await attempts.end(of: submission).status == 0)
        let shown = (attempts.workspace.text("e/stdout.log") ?? "").split(separator: "\0").map { entry in
            entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        #expect(Dictionary(shown.map { ($0[0], $0.last ?? "") }) { first, _ in first } == given)
        #expect(shown.count == given.count)
        #expect(try attempts.workspace.contents().filter { $0.contains("pwned") } == [])
    }

    @Test func noEnvironmentIsNoEnvironment() async throws {
        let attempts = try LocalAttempts()
        _ = try await attempts.end(of: try attempts.submission("e", ["/usr/bin/env"], environment: [:]))
        #expect(attempts.workspace.text("e/stdout.log") == "")
    }

    /// The shell between engine and command would set or drop these, so the command would not get what it was given.
    @Test(arguments: [
        "IFS", "OPTIND", "PPID", "PWD", "OLDPWD", "SLIPWAY_BOOT", "SLIPWAY_SUPERVISOR", "a.b", "a-b", "1a", "a b", "",
        "A=B", "é",
    ])
    func whatCannotBePassedOnIsRefused(_ name: String) async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.submission("e", ["/bin/true"], environment: [name: "value"])
        let error = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(error?.code == "SLW6006")
        #expect(error?.message.contains("value") == false)
    }

    @Test func aValueWithNULIsRefusedWithoutBeingShown() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.submission("e", ["/bin/true"], environment: ["TOKEN": "s3cret\0"])
        let error = await #expect(throws: Diagnostic.self) { try await attempts.engine().submit(submission) }
        #expect(error?.code == "SLW6005")
        #expect(error.map { "\($0)".contains("s3cret") } == false)
    }

    @Test func outputsAreKeptApartAndWhole() async throws {
        let attempts = try LocalAttempts()
        let submission = try attempts.script(
            "o", "head -c 1000000 /dev/zero; printf 'e\\377rr' >&2; readlink /proc/self/fd/0 >&2; cat; exit 9")
        #expect(try await attempts.end(of: submission).status == 9)
        let folder = URL(fileURLWithPath: submission.folder)
        #expect(try Data(contentsOf: folder.appending(path: "stdout.log")) == Data(count: 1_000_000))
        let errors = try Data(contentsOf: folder.appending(path: "stderr.log"))
        #expect(errors == Data("e".utf8) + [0xFF] + Data("rr/dev/null\n".utf8))
        #expect(attempts.workspace.text("o/supervisor.log") == "", "the supervisor itself has nothing to complain of")
    }

    @Test func noDescriptorAndNoSignalSettingIsInherited() async throws {
        let leak = open("/dev/zero", O_RDONLY)
        defer { close(leak) }
        signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, SIG_DFL) }
        let attempts = try LocalAttempts()
        let submission = try attempts.script("d", "ls /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status")
        _ = try await attempts.end(of: submission)
        let lines = (attempts.workspace.text("d/stdout.log") ?? "").split(separator: "\n")
        // `ls` itself has 3 open to read the folder.
        #expect(lines.prefix(4) == ["0", "1", "2", "3"])
        let masks = lines.dropFirst(4).map { $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } }
        // The signals above 31 are for the C library's own use, and it sees to them itself.
        #expect(masks.map { $0.map { $0 & 0x7FFF_FFFF } } == [0, 0])
    }

    @Test func itRunsInASessionOfItsOwn() async throws {
        let attempts = try LocalAttempts()
        _ = try await attempts.end(of: try attempts.submission("s", ["/bin/cat", "/proc/self/stat"]))
        let process = try #require(KernelProcess(attempts.workspace.text("s/stdout.log") ?? ""))
        #expect(process.session == attempts.supervisor(of: "s"))
        #expect(process.group == process.session)
        #expect(process.session != getsid(0))
        #expect(process.terminal == 0)
    }
}
