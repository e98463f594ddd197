import Foundation
import Testing

/// Nobody changes what is recorded without being noticed.
@Suite struct AuditTrailTests {
    /// Makes copies of the state, each with one thing changed by someone who knows SQL, and names them.
    private static let tampering = """
        import json, sqlite3, sys
        source, folder = sys.argv[1:]
        original = sqlite3.connect(source)
        columns = [row[1] for row in original.execute("PRAGMA table_info(events)")]
        rows = [row[0] for row in original.execute("SELECT sequence FROM events ORDER BY sequence")]
        first, middle, last = rows[0], rows[len(rows) // 2], rows[-1]
        def changed(value):
            if isinstance(value, int):
                return value + 1
            place = len(value) // 2
            return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1:] if value else "x"
        def copy(name, statement, arguments=()):
            path = f"{folder}/{name}.db"
            target = sqlite3.connect(path)
            original.backup(target)
            target.execute(statement, arguments)
            target.commit()
            target.close()
            print(path)
        for column in columns:
            for sequence in (first, middle, last):
                value = original.execute(f"SELECT {column} FROM events WHERE sequence = ?", (sequence,)).fetchone()[0]
                if column == "sequence":
                    value = len(rows) + sequence
                copy(f"{column}-{sequence}", f"UPDATE events SET {column} = ? WHERE sequence = ?",
                     (changed(value), sequence))
        for sequence in (first, middle, last):
            copy(f"without-{sequence}", "DELETE FROM events WHERE sequence = ?", (sequence,))
        copy("swapped", "UPDATE events SET cause = (SELECT subject FROM events AS e WHERE e.sequence = 2) "
             "WHERE sequence = 1")
        """

    @Test func anyChangedByteOfAnyEventIsFound() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0, "\(applied)")
        let intact = try await sandbox.reconcile("history", "--verify")
        #expect(intact.status == 0, "\(intact)")

        let copies = sandbox.path + "/copies"
        try FileManager.default.createDirectory(atPath: copies, withIntermediateDirectories: true)
        let made = try await sandbox.python(Self.tampering, "\(sandbox.repository)/.slipway/state.db", copies)
        let paths = made.output.split(separator: "\n").map(String.init)
        #expect(paths.count == 34, "\(made)")
        for path in paths {
            let verified = try await sandbox.reconcile("history", "--verify", "--state", "sqlite:\(path)")
            #expect(verified.status == 1 && verified.errors.contains("SLW9005"), "\(path): \(verified)")
        }
    }

    @Test func everyEventSaysWhoFromWhichCommitAndWhy() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        try await sandbox.reconcile()
        let head = try await sandbox.git("rev-parse", "HEAD").output.trimmingCharacters(in: .newlines)
        struct Document: Decodable {
            struct Event: Decodable {
                var sequence: Int
                var kind: String
                var revision: String
                var actor: String
                var cause: String
            }
            var formatVersion: String
            var events: [Event]
        }
        let document = try await sandbox.reconcile("history", "--output", "json").decoded(Document.self)
        #expect(document.formatVersion == "1")
        #expect(document.events.map(\.sequence) == Array(1...document.events.count))
        #expect(document.events.allSatisfy { $0.revision == head && $0.actor.hasPrefix("ada@") })
        let kinds = document.events.map(\.kind)
        let life = ["run.queued", "attempt.claimed", "attempt.intended", "attempt.submitted", "attempt.ended"]
        #expect(kinds.filter { life.contains($0) } == life && kinds.contains("run.finished"))
        #expect(document.events.first { $0.kind == "run.queued" }?.cause.contains("manifests/one.yaml:1") == true)
    }
}

extension Sandbox {
    @discardableResult
    func reconcile() async throws -> Outcome { try await reconcile([]) }
}
