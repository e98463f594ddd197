import Foundation
import Support
import Testing

/// The record is checked, written out, and moved to another place, by the built program.
@Suite struct StateCommandTests {
    private let sandbox: Sandbox
    private let job: GatedJob
    private var state: String { sandbox.repository + "/.slipway/state.db" }
    private var elsewhere: String { sandbox.path + "/elsewhere.db" }

    /// A repository with a run that has succeeded and one that has failed.
    init() async throws {
        sandbox = try await Sandbox()
        job = try GatedJob(in: sandbox)
        try job.want("good")
        try job.want("bad", status: 3)
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4, "\(applied)")
    }

    struct CheckDocument: Decodable {
        struct Finding: Decodable, Equatable {
            var rule: String
            var table: String
            var row: String
        }
        var formatVersion: String
        var valid: Bool
        var count: Int
        var checked: [String: Int]
        var findings: [Finding]
    }

    private func edit(_ statement: String) async throws {
        let edited = try await sandbox.python(
            "import sqlite3, sys; s = sqlite3.connect(sys.argv[1]); s.execute(sys.argv[2]); s.commit()", state,
            statement)
        #expect(edited.status == 0, "\(edited)")
    }

    // MARK: Check

    @Test func anUntouchedRecordIsRight() async throws {
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0 && checked.errors == "", "\(checked)")
        #expect(checked.output.hasPrefix("Checked 5 objects, 2 runs, 2 attempts, "), "\(checked)")
        #expect(checked.output.hasSuffix(" events: nothing is wrong\n"), "\(checked)")
        let document = try await sandbox.reconcile("state", "check", "--output", "json").decoded(CheckDocument.self)
        #expect(document.formatVersion == "1" && document.valid && document.findings.isEmpty)
        #expect(document.checked["runs"] == 2 && document.checked["attempts"] == 2)
    }

    @Test(arguments: [
        ("UPDATE runs SET phase = 'succeeded' WHERE name = 'bad'", "runs", "reason"),
        ("UPDATE runs SET queue = 'default/other' WHERE name = 'bad'", "runs", "placement"),
        ("UPDATE attempts SET exit_code = 4 WHERE exit_code = 3", "attempts", "trail"),
        ("DELETE FROM attempts WHERE exit_code = 3", "runs", "attempts"),
        ("UPDATE objects SET content = replace(content, 'gated', 'other') WHERE name = 'bad'", "objects", "content"),
        ("UPDATE events SET actor = 'mallory' WHERE sequence = 4", "events", "chain"),
        ("DELETE FROM events WHERE sequence = 4", "events", "chain"),
        ("UPDATE slipway_meta SET value = '1' WHERE name = 'token'", "slipway_meta", "counter"),
        ("UPDATE job_versions SET number = 2", "job_versions", "numbering"),
        ("UPDATE images SET manifest = 'latest'", "images", "image"),
        ("UPDATE agents SET state = 'active'", "agents", "trail"),
    ])
    func whatIsEditedIsNamedWithRowAndRule(_ statement: String, _ table: String, _ rule: String) async throws {
        try await edit(statement)
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 1, "\(checked)")
        let lines = checked.output.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("\(table) ") && $0.contains(": \(rule): ") }, "\(checked)")
        #expect(lines.last?.hasPrefix("Checked ") == true && lines.last?.contains(" finding") == true, "\(checked)")
        let outcome = try await sandbox.reconcile("state", "check", "--output", "json")
        let document = try outcome.decoded(CheckDocument.self)
        #expect(outcome.status == 1 && !document.valid && document.count == document.findings.count)
        #expect(document.findings.contains { $0.table == table && $0.rule == rule }, "\(outcome)")
    }

    // MARK: Export

    @Test func anExportIsJSONLinesToStdoutOrAFile() async throws {
        let exported = try await sandbox.reconcile("state", "export")
        #expect(exported.status == 0 && exported.errors == "")
        let lines = exported.output.split(separator: "\n")
        let objects = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(objects.first?["formatVersion"] as? String == "1")
        #expect(objects.dropFirst().allSatisfy { $0["table"] is String && $0["row"] is [String: Any] })
        #expect(objects.last?["table"] as? String == "events")

        let file = sandbox.path + "/export.jsonl"
        let written = try await sandbox.reconcile("state", "export", "--output", file)
        #expect(written.status == 0 && written.output == "", "\(written)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == exported.output)
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path).allSatisfy { !$0.hasSuffix(".part") })
    }

    @Test(arguments: ["/dev/full", "/proc/slipway/export.jsonl"])
    func anExportThatCannotBeWrittenSaysSo(_ place: String) async throws {
        let written = try await sandbox.reconcile("state", "export", "--output", place)
        #expect(written.status == 1 && written.errors.contains("[SLW9010]"), "\(written)")
        let piped = try await sandbox.run("/bin/sh", ["-c", "'\(BuiltProgram.path)' state export > /dev/full"])
        #expect(piped.status == 1 && piped.errors.contains("[SLW9010]"), "\(piped)")
    }

    // MARK: Migrate

    @Test func aMovedStateGoesOnInItsNewPlaceOnly() async throws {
        let moved = try await sandbox.reconcile("state", "migrate", state, "sqlite:\(elsewhere)")
        #expect(moved.status == 0 && moved.output.hasPrefix("Moved 5 objects, 2 runs, "), "\(moved)")
        #expect(moved.output.hasSuffix("from \(state) to \(elsewhere)\n"), "\(moved)")
        let checked = try await sandbox.reconcile("state", "check", "--state", elsewhere)
        #expect(checked.status == 0, "\(checked)")
        let refused = try await sandbox.reconcile()
        #expect(refused.status == 1 && refused.errors.contains("[SLW4030]"), "\(refused)")
        #expect(refused.errors.contains(elsewhere), "\(refused)")
        let before = try await sandbox.reconcile("history", "--state", elsewhere)
        try job.want("next", variant: 1)
        try await sandbox.commit()
        let applied = try await sandbox.reconcile("apply", "--state", elsewhere)
        #expect(applied.status == 4 && job.entries().map(\.run).sorted() == ["bad", "good", "next"], "\(applied)")
        let after = try await sandbox.reconcile("history", "--state", elsewhere)
        #expect(after.output.hasPrefix(before.output))
    }

    @Test func whatCannotBeMovedIsLeftAlone() async throws {
        try FileManager.default.createSymbolicLink(atPath: sandbox.path + "/link.db", withDestinationPath: state)
        for (arguments, status, code) in [
            ([sandbox.path + "/nowhere.db", elsewhere], 1, "SLW8012"), ([state, state], 1, "SLW4032"),
            ([state, sandbox.path + "/link.db"], 1, "SLW4032"), ([state, "/proc/slipway/new.db"], 1, "SLW4012"),
            ([state, "postgres://127.0.0.1:1/db"], 1, "SLW4020"), ([state, "git:origin"], 1, "SLW4044"),
            ([state, ""], 64, "empty"), ([state], 64, "to"),
        ] {
            let refused = try await sandbox.reconcile(["state", "migrate"] + arguments)
            #expect(refused.status == Int32(status) && refused.errors.contains(code), "\(arguments): \(refused)")
        }
        #expect(!FileManager.default.fileExists(atPath: elsewhere))
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 4, "\(applied)")
    }

    @Test func aStateAtWorkIsNotMoved() async throws {
        try job.want("long", gated: true)
        try await sandbox.commit()
        let apply = try await sandbox.start()
        try await job.begun("long")
        let locked = try await sandbox.reconcile("state", "migrate", state, elsewhere)
        #expect(locked.status == 5 && locked.errors.contains("[SLW4011]"), "\(locked)")
        apply.signal(SIGKILL)
        _ = try await apply.end()
        // Nobody has seen yet that its agents are gone.
        let living = try await sandbox.reconcile("state", "migrate", state, elsewhere)
        #expect(living.status == 1 && living.errors.contains("[SLW4033]"), "\(living)")
        #expect(living.errors.contains("here-1-"), "\(living)")
        try job.open("long")
        let next = try await sandbox.reconcile()
        #expect(next.status == 4, "\(next)")
        let moved = try await sandbox.reconcile("state", "migrate", state, elsewhere)
        #expect(moved.status == 0, "\(moved)")
    }

    /// What can be seen of a move from outside, in its order.
    enum Moment: String, CaseIterable, Sendable {
        case targetIsThere, rowsAreWritten
    }

    @Test(arguments: Moment.allCases) func aMoveThatIsKilledIsWholeOrNothing(_ moment: Moment) async throws {
        let count = 1200
        try sandbox.write("manifests/many.yaml", (0..<count).map(Self.waiting).joined(separator: "---\n"))
        try await sandbox.commit()
        let applied = try await sandbox.reconcile("apply", "--wait", "none")
        #expect(applied.status == 4, "\(applied)")

        let move = try await sandbox.start("state", "migrate", state, elsewhere)
        try await eventually(moment.rawValue) {
            switch moment {
            case .targetIsThere: size("") != nil
            case .rowsAreWritten: size("-wal") ?? 0 > 200_000 || size("") ?? 0 > 200_000
            }
        }
        move.signal(SIGKILL)
        let killed = try await move.end()
        let again = try await sandbox.reconcile("state", "migrate", state, elsewhere)
        if killed.status == 0 {
            #expect(again.errors.contains("[SLW4030]"), "\(again)")
        } else {
            #expect(
                again.status == 0 && again.output.hasPrefix("Moved \(count + 5) objects, \(count + 2) runs"), "\(again)"
            )
        }
        let checked = try await sandbox.reconcile("state", "check", "--state", elsewhere)
        #expect(checked.status == 0, "\(checked)")
    }

    private func size(_ suffix: String) -> Int? {
        try? FileManager.default.attributesOfItem(atPath: elsewhere + suffix)[.size] as? Int
    }

    private static func waiting(_ number: Int) -> String {
        "apiVersion: slipway/v1\nkind: Run\nmetadata: {name: run-\(number)}\n"
            + "spec: {job: gated, queue: local, parameters: {variant: \(number + 1)}}\n"
    }
}
