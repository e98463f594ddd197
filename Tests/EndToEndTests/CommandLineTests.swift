import Testing

/// The command line itself.
@Suite struct CommandLineTests {
    static let commands = [
        "apply", "plan", "validate", "status", "get", "explain", "logs", "cancel", "retry", "history", "build", "fmt",
        "init",
    ]

    @Test func everyCommandHelps() async throws {
        let sandbox = try await Sandbox()
        let help = try await sandbox.reconcile("--help")
        #expect(help.status == 0 && help.output.contains("EXIT STATUS"))
        for command in Self.commands {
            #expect(help.output.contains("  \(command)"), "\(command) is listed")
            let own = try await sandbox.reconcile(command, "--help")
            #expect(own.status == 0 && own.output.contains("USAGE: reconcile \(command)"), "\(own)")
        }
        #expect(try await sandbox.reconcile("--version").output == "0.1.0\n")
    }

    @Test(arguments: [
        ["--no-such-flag"], ["apply", "--wait", "forever"], ["apply", "--timeout", "soon"], ["get"], ["logs"],
        ["plan", "--output", "xml"], ["no-such-command"], ["history", "--limit", "many"],
    ])
    func wrongUsageEndsWith64(_ arguments: [String]) async throws {
        let sandbox = try await Sandbox()
        let outcome = try await sandbox.reconcile(arguments)
        #expect(outcome.status == 64 && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.contains("Usage: reconcile"), "\(outcome)")
        #expect(!sandbox.exists(".slipway"))
    }

    @Test(arguments: [
        ["status"], ["get", "run"], ["logs", "one"], ["history"], ["cancel", "one"], ["explain", "one"],
    ])
    func aQuestionWithoutAStateWritesNone(_ arguments: [String]) async throws {
        let sandbox = try await Sandbox()
        let outcome = try await sandbox.reconcile(arguments)
        #expect(outcome.status == 1 && outcome.errors.contains("[SLW8012]"), "\(outcome)")
        #expect(!sandbox.exists(".slipway"))
    }
}
