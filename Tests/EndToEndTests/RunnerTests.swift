import Foundation
import Support
import Testing

/// Work that outlives the CI job that began it: machines that are there for one job only, a record that stays.
@Suite(.timeLimit(.minutes(5))) struct RunnerTests {
    /// Which record the runners share.
    enum Record: String, CaseIterable, Sendable {
        /// A server that all reach.
        case server
        /// A file that CI carries from one runner to the next.
        case carriedFile
    }

    static let records: [Record] = PostgresServer.isThere ? Record.allCases : [.carriedFile]

    @Test func anApplyThatOnlySubmitsLeavesTheRestToTheNext() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("long", gated: true)
        try await sandbox.commit()
        let first = try await sandbox.reconcile("apply", "--wait", "submitted")
        #expect(first.status == 0 && first.output == "Done: 1 running of 1 runs\n", "\(first)")
        let entry = try await job.begun("long")
        // A scheduled pipeline looks, and has nothing to wait for.
        let look = try await sandbox.reconcile("apply", "--wait", "submitted")
        #expect(look.status == 0 && look.output == "Done: 1 running of 1 runs\n", "\(look)")

        try sandbox.write("README.md", "the next commit")
        try await sandbox.commit()
        let next = try await sandbox.start()
        try await eventually("it is taken over") {
            try await sandbox.reconcile("history", "Run/long").output.contains("attempt.adopted")
        }
        try job.open("long")
        let end = try await next.end()
        #expect(end.status == 0 && end.output == "Done: 1 succeeded of 1 runs\n", "\(end)")
        #expect(job.entries() == [entry])
    }

    @Test(arguments: records) func whatWasCutOffWithItsRunnerIsLostAndRetriedByPolicy(_ record: Record) async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "retry: {limit: 1, on: [interruption]}")
        try sandbox.edit("manifests/setup.yaml", "replicas: 2}", "replicas: 2, leaseDuration: 1s}")
        try job.want("cut", gated: true)
        try await sandbox.commit()

        let one = try await Runner("runner-1", of: sandbox, record)
        let first = try await one.start("apply")
        try await job.begun("cut")
        try await eventually("it is recorded as running") { try await one.run("status").output.contains("1 running") }
        try one.vanish(first, with: job.entries())
        _ = try await first.end()

        try job.open("cut")
        let two = try await Runner("runner-2", of: sandbox, record, after: one)
        let second = try await two.run("apply")
        #expect(second.status == 0 && second.output == "Done: 1 succeeded of 1 runs\n", "\(second)")
        #expect(job.entries().map(\.attempt) == [1, 2])
        let run = try #require(
            try await two.run("get", "run", "cut", "--output", "json").decoded(GetDocument.self).items.first)
        #expect(run.attempts?.map(\.reason) == ["Lost", "Succeeded"])
        // The reason names the machine, or where on it the attempt was.
        let why = try #require(run.attempts?.first?.message)
        let place = one.hasOwnName ? "it was started on runner-1, and this is runner-2" : "\(one.folder)/.slipway/runs"
        #expect(why.contains(place) && second.errors.contains(why), "\(why)\n\(second)")
        let check = try await two.run("state", "check")
        #expect(check.status == 0, "\(check)")
        // What the first runner wrote is gone with it, and is not taken for nothing.
        let logs = try await two.run("logs", "cut", "--attempt", "1")
        #expect(logs.status == 1 && logs.output.isEmpty, "\(logs)")
        #expect(logs.errors.contains(one.hasOwnName ? "[SLW8018]" : "[SLW8091]"), "\(logs)")
    }

    /// What another run left was kept nowhere: whoever waits for it is told at once.
    @Test func inputsThatWentWithTheirRunnerAreSaid() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "outputs: [job.sh]")
        try job.want("first")
        try await sandbox.commit()
        let one = try await Runner("runner-1", of: sandbox, .carriedFile)
        let first = try await one.run("apply")
        #expect(first.status == 0, "\(first)")
        try one.disappear()

        try job.want("second", variant: 1)
        try sandbox.edit(
            "manifests/second.yaml", "  queue: local", "  queue: local\n  inputs: [{from: first, path: job.sh}]")
        try await sandbox.commit()
        let two = try await Runner("runner-2", of: sandbox, .carriedFile, after: one)
        let second = try await two.run("apply", "--timeout", "3s")
        #expect(second.status == 7, "\(second)")
        let said = second.errors.components(separatedBy: "Run/second waits for the machine that holds its inputs")
        #expect(said.count == 2, "once: \(second)")
    }
}

/// A machine that is there for one CI job: a clone of its own, and, where this user may do that, a name of its own and
/// no sight of the disk of the one before.
struct Runner {
    let name: String
    let folder: String
    let hasOwnName: Bool
    private let environment: [String: String]
    /// The folder of the one before.
    private let hidden: String

    /// - Parameters:
    ///   - own: more of its environment.
    ///   - earlier: whose record it goes on with.
    init(
        _ name: String, of sandbox: Sandbox, _ record: RunnerTests.Record, _ own: [String: String] = [:],
        after earlier: Runner? = nil
    ) async throws {
        self.name = name
        folder = "\(sandbox.path)/\(name)"
        try await sandbox.git("clone", "--quiet", sandbox.repository, folder)
        var environment = BuiltProgram.environment.merging(own) { _, own in own }
        switch record {
        case .server:
            if let earlier {
                environment["SLIPWAY_STATE"] = earlier.environment["SLIPWAY_STATE"]
            } else {
                let server = try PostgresServer.shared()
                environment["SLIPWAY_STATE"] = server.url(try server.makeDatabase())
            }
        case .carriedFile:
            environment["SLIPWAY_STATE"] = "\(sandbox.path)/record-\(name)/state.db"
            try FileManager.default.createDirectory(
                atPath: "\(sandbox.path)/record-\(name)", withIntermediateDirectories: true)
            if let earlier {
                for ending in ["", "-wal"] {
                    let file = "\(sandbox.path)/record-\(earlier.name)/state.db\(ending)"
                    guard FileManager.default.fileExists(atPath: file) else { continue }
                    try FileManager.default.copyItem(
                        atPath: file, toPath: "\(sandbox.path)/record-\(name)/state.db\(ending)")
                }
            }
        }
        self.environment = environment
        hidden = earlier?.folder ?? ""
        // Runners of one pool of machines may also all have one name: that is the other way in which it goes.
        let probe = try await RunningProgram.start(
            "/usr/bin/unshare", ["--uts", "true"], environment: environment, in: folder
        ).end()
        hasOwnName = record == .server && probe.status == 0
    }

    func start(_ arguments: String...) async throws -> RunningProgram { try await start(arguments) }

    func run(_ arguments: String...) async throws -> Outcome { try await start(arguments).end() }

    private func start(_ arguments: [String]) async throws -> RunningProgram {
        guard hasOwnName else {
            return try await RunningProgram.start(BuiltProgram.path, arguments, environment: environment, in: folder)
        }
        let script = """
            hostname "$0" || exit 99
            [ ! -d "$1" ] || mount -t tmpfs none "$1" || exit 99
            shift
            exec "$@"
            """
        return try await RunningProgram.start(
            "/usr/bin/unshare", ["--uts", "--mount", "sh", "-c", script, name, hidden, BuiltProgram.path] + arguments,
            environment: environment, in: folder)
    }

    /// Goes away as such machines do: all processes at once, then the disk.
    func vanish(_ reconciler: RunningProgram, with entries: [GatedJob.Entry]) throws {
        reconciler.signal(SIGKILL)
        for entry in entries {
            let group = getpgid(entry.process)
            if group > 1 { kill(-group, SIGKILL) }
        }
        try disappear()
    }

    func disappear() throws { try FileManager.default.removeItem(atPath: folder) }
}
