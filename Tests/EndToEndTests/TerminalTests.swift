import Foundation
import Support
import Testing

/// What `reconcile` looks like on a terminal.
@Suite struct TerminalTests {
    private static let width = 60

    /// Gives a command a terminal of its own and copies what it writes there, to a file and to standard output.
    private static let terminal = """
        import fcntl, os, pty, struct, sys, termios
        columns, command = int(sys.argv[1]), sys.argv[3:]
        copy = open(sys.argv[2], "wb", buffering=0)
        process, terminal = pty.fork()
        if process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.execv(command[0], command)
        while True:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            copy.write(data)
            sys.stdout.buffer.write(data)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        """

    private func onTerminal(
        _ sandbox: Sandbox, _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> RunningProgram {
        try await sandbox.startPython(
            Self.terminal, ["\(Self.width)", copy(sandbox), BuiltProgram.path] + arguments,
            ["TERM": "xterm-256color"].merging(environment) { _, own in own })
    }

    private func copy(_ sandbox: Sandbox) -> String { sandbox.path + "/terminal" }

    @Test func progressIsRedrawnAndLeavesACleanScreen() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        // Longer than the terminal is wide: a line that wraps takes two rows to erase.
        let long = "a-run-with-a-name-that-is-longer-than-the-terminal-is-wide"
        try job.want(long, gated: true)
        try job.want("short", gated: true)
        try await sandbox.commit()
        let apply = try await onTerminal(sandbox, [])
        try await job.begun(long)
        try await job.begun("short")
        try await eventually("it is redrawn") {
            let shown = try String(contentsOfFile: copy(sandbox), encoding: .utf8)
            return "⠋⠹⠼".allSatisfy(shown.contains)
        }
        try job.open("short")
        try await eventually("one has ended") { try await sandbox.phases()["short"] == "succeeded" }
        try job.open(long)
        let end = try await apply.end()
        #expect(end.status == 0, "\(end)")
        #expect(end.output.contains("⠋") && end.output.contains("Run/short  running"), "progress was shown")
        let screen = TerminalScreen(width: Self.width, showing: end.output)
        #expect(screen.isColoured)
        #expect(!screen.text.contains { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏?".contains($0) }, "\(screen.text)")
        #expect(!screen.text.contains("running") && !screen.text.contains("building"), "\(screen.text)")
        #expect(screen.text.components(separatedBy: "✔ Run/").count == 3, "\(screen.text)")
        #expect(screen.text.hasSuffix("Done: 2 succeeded of 2 runs\n"), "\(screen.text)")
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func coloursCanBeRefused(_ environment: [String: String]) async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        let plan = try await onTerminal(sandbox, ["plan"], environment).end()
        #expect(plan.status == 0 && !plan.output.contains("\u{1B}"), "\(plan)")
        let coloured = try await onTerminal(sandbox, ["plan"]).end()
        #expect(coloured.output.contains("\u{1B}[36m"), "\(coloured)")
    }

    @Test func aHostileManifestCannotWriteToTheTerminal() async throws {
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/bad.yaml", "apiVersion: slipway/v1\nkind: \"\\e[2Jgone\"\n")
        let outcome = try await onTerminal(sandbox, ["validate"], ["NO_COLOR": "1"]).end()
        #expect(outcome.status == 3 && !outcome.output.contains("\u{1B}"), "\(outcome)")
    }
}
