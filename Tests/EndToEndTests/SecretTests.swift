import Foundation
import Testing

/// The value of a secret reaches the command that needs it, and nothing else.
@Suite struct SecretTests {
    private static let value = "correct-horse-battery-staple"

    @Test func theValueIsInTheCommandsEnvironmentAlone() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "env: {API_TOKEN: {secret: api-token}}")
        // The job tells how long the value is, and not what.
        try sandbox.edit("jobs/gated/job.sh", "echo \"begun\"", "echo \"${#API_TOKEN} characters\"")
        try job.want("one", gated: true)
        try await sandbox.commit()
        let secret = ["SLIPWAY_SECRET_API_TOKEN": Self.value]
        let apply = try await sandbox.start(environment: secret)
        let entry = try await job.begun("one")
        let environment = try String(contentsOfFile: "/proc/\(entry.process)/environ", encoding: .utf8)
        #expect(environment.split(separator: "\0").contains("API_TOKEN=\(Self.value)"))
        #expect(!environment.contains("SLIPWAY_SECRET"), "the agent's own variable stays with the agent")
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int32(name) != nil {
            let arguments = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            #expect(arguments.range(of: Data(Self.value.utf8)) == nil, "the arguments of process \(name)")
        }
        try job.open("one")
        let end = try await apply.end()
        #expect(end.status == 0, "\(end)")

        var said = end.output + end.errors
        for arguments in [
            ["plan", "-o", "json"], ["get", "all", "-o", "json"], ["explain", "one"], ["history", "-o", "json"],
            ["logs", "one"], ["status"],
        ] {
            let outcome = try await sandbox.reconcile(arguments, environment: secret)
            said += outcome.output + outcome.errors
        }
        #expect(said.contains("\(Self.value.count) characters"))
        #expect(!said.contains(Self.value))
        let files = sandbox.files(below: ".slipway")
        #expect(files.contains("state.db") && files.contains { $0.hasSuffix("/env") })
        for file in files {
            let bytes = FileManager.default.contents(atPath: "\(sandbox.repository)/.slipway/\(file)") ?? Data()
            #expect(bytes.range(of: Data(Self.value.utf8)) == nil, ".slipway/\(file)")
        }
    }

    @Test func aSecretThatTheAgentHasNotFailsTheRun() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "env: {API_TOKEN: {secret: api-token}}")
        try job.want("one")
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4 && applied.errors.contains("[SLW7001]"), "\(applied)")
        #expect(applied.errors.contains("SLIPWAY_SECRET_API_TOKEN"), "it says where to put it")
        #expect(job.entries().isEmpty)
    }

    @Test func aSecretIsReadFromAFile() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "env: {API_TOKEN: {secret: api-token}}")
        try sandbox.edit("jobs/gated/job.sh", "echo \"begun\"", "echo \"${#API_TOKEN} characters\"")
        try job.want("one")
        try await sandbox.commit()
        let folder = sandbox.path + "/secrets"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("\(Self.value)\n".utf8).write(to: URL(fileURLWithPath: folder + "/api-token"))
        let applied = try await sandbox.reconcile([], environment: ["SLIPWAY_SECRETS_DIR": folder])
        #expect(applied.status == 0, "\(applied)")
        #expect(try await sandbox.reconcile("logs", "one").output.contains("\(Self.value.count) characters"))
    }
}
