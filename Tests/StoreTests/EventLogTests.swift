import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite struct EventLogTests {
    private static let events = 6

    private struct Log {
        let state: TestState
        let store: StateStore
    }

    /// A state with a few events in it.
    private func filled(_ backend: StateBackend) async throws -> Log {
        let state = try TestState(backend)
        let store = try state.open()
        try await store.write { transaction in
            try transaction.append(
                (1...Self.events).map { number in
                    EventDraft(
                        .runQueued, of: ObjectKey(.run, ObjectName(name: "run-\(number % 2)")),
                        cause: "manifests/runs.yaml:\(number)", details: ["message": "naïve “quoted”"])
                })
        }
        return Log(state: state, store: store)
    }

    private func verify(_ store: StateStore) async throws -> (Int64, ChainFault?) {
        try await store.read { try $0.verifyEvents() }
    }

    @Test(arguments: StateBackend.all) func eventsAreFoundByWhatTheyAreAbout(_ backend: StateBackend) async throws {
        let log = try await filled(backend)
        #expect(try await log.store.read { try $0.events() }.map(\.sequence) == [1, 2, 3, 4, 5, 6])
        #expect(try await log.store.read { try $0.events(newest: 2) }.map(\.sequence) == [5, 6])
        #expect(try await log.store.read { try $0.events(of: "Run/default/run-1") }.map(\.sequence) == [1, 3, 5])
        #expect(try await log.store.read { try $0.events(ofKind: .runQueued, newest: 1) }.map(\.sequence) == [6])
        #expect(try await log.store.read { try $0.events(ofKind: .agentLost, newest: 9) }.isEmpty)
        let event = try #require(try await log.store.read { try $0.events(newest: 1) }.first)
        #expect(event.actor == "ada@laptop" && event.at == .start && event.cause == "manifests/runs.yaml:6")
        #expect(event.revision == Provenance.sample.revision.commit)
    }

    @Test(arguments: StateBackend.all) func anUntouchedLogIsWhole(_ backend: StateBackend) async throws {
        let log = try await filled(backend)
        let (count, fault) = try await verify(log.store)
        #expect(count == Int64(Self.events) && fault == nil)
    }

    /// Each byte of one event, in the file itself, through a connection that is not the store's.
    @Test(arguments: ["kind", "subject", "cause", "revision", "actor", "details", "previous", "hash"])
    func everyByteOfEveryTextCounts(column: String) async throws {
        let log = try await filled(.sqlite)
        let original = try await log.store.read { try $0.events() }[2]
        let text =
            switch column {
            case "kind": original.kind
            case "subject": original.subject
            case "cause": original.cause
            case "revision": original.revision
            case "actor": original.actor
            case "details": original.details
            case "previous": original.previous
            default: original.hash
            }
        let database = try log.state.database()
        for index in text.utf8.indices {
            var bytes = Array(text.utf8)
            bytes[text.utf8.distance(from: text.startIndex, to: index)] ^= 1
            let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            _ = try database.writeTogether([
                { try $0.execute("UPDATE events SET \(column) = CAST(x'\(hex)' AS TEXT) WHERE sequence = 3", []) }
            ])
            if try await verify(log.store).1 == nil { Issue.record("byte \(index) of \(column)") }
        }
        for other in ["", "\(text) ", "\(text)\0hidden"] {
            let hex = other.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            _ = try database.writeTogether([
                { try $0.execute("UPDATE events SET \(column) = CAST(x'\(hex)' AS TEXT) WHERE sequence = 3", []) }
            ])
            #expect(try await verify(log.store).1 != nil, "\(column) as \(other.debugDescription)")
        }
        _ = try database.writeTogether([
            { try $0.execute("UPDATE events SET \(column) = ? WHERE sequence = 3", [.text(text)]) }
        ])
        #expect(try await verify(log.store).1 == nil)
    }

    @Test(
        arguments: StateBackend.all,
        [
            ("UPDATE events SET at = at + 1 WHERE sequence = 4", ChainFault.altered(sequence: 4)),
            ("UPDATE events SET at = 'then' WHERE sequence = 4", .altered(sequence: 4)),
            ("UPDATE events SET sequence = 9 WHERE sequence = 6", .broken(sequence: 9)),
            ("UPDATE events SET actor = 'mallory' WHERE sequence = 1", .altered(sequence: 1)),
            ("UPDATE events SET details = NULLIF('', '') || details", nil),
            ("DELETE FROM events WHERE sequence = 1", .broken(sequence: 2)),
            ("DELETE FROM events WHERE sequence = 3", .broken(sequence: 4)),
            ("DELETE FROM events WHERE sequence = 6", .truncated(expected: 6, found: 5)),
            ("DELETE FROM events", .truncated(expected: 6, found: 0)),
            ("DELETE FROM slipway_meta WHERE name = 'chain'", .truncated(expected: 0, found: 6)),
            (
                "UPDATE slipway_meta SET value = '5 ' || substr(value, 3) WHERE name = 'chain'",
                .truncated(expected: 5, found: 6)
            ),
            (
                "INSERT INTO events SELECT 7, at, kind, subject, cause, revision, actor, details, hash, hash "
                    + "FROM events WHERE sequence = 6", .altered(sequence: 7)
            ),
        ] as [(String, ChainFault?)])
    func whatIsChangedIsFound(_ backend: StateBackend, _ change: (sql: String, fault: ChainFault?)) async throws {
        let log = try await filled(backend)
        let (sql, expected) = change
        do {
            try log.state.tamper(sql)
        } catch {
            // The table itself forbids it; PostgreSQL's has types.
            #expect((expected == nil || sql.contains("'then'")) && (error as? Diagnostic)?.code == "SLW4007")
            return
        }
        #expect(try await verify(log.store).1 == expected)
    }

    @Test(arguments: StateBackend.all) func reorderedEventsAreFound(_ backend: StateBackend) async throws {
        let log = try await filled(backend)
        try log.state.tamper("UPDATE events SET sequence = 100 WHERE sequence = 2")
        try log.state.tamper("UPDATE events SET sequence = 2 WHERE sequence = 3")
        try log.state.tamper("UPDATE events SET sequence = 3 WHERE sequence = 100")
        #expect(try await verify(log.store).1 == .broken(sequence: 2))
    }

    @Test(arguments: StateBackend.databases) func aDamagedHeadIsSaidToBe(_ backend: StateBackend) async throws {
        let log = try await filled(backend)
        try log.state.tamper("UPDATE slipway_meta SET value = 'nonsense' WHERE name = 'chain'")
        #expect(await code { _ = try await verify(log.store) } == "SLW4014")
        // Nothing is chained to what cannot be read.
        #expect(await code { try await log.store.write { try $0.append([EventDraft(.applyStarted)]) } } == "SLW4014")
        #expect(try await log.store.read { try $0.events() }.count == Self.events)
    }

    @Test(arguments: StateBackend.all) func theLogGoesOnAfterReopening(_ backend: StateBackend) async throws {
        let log = try await filled(backend)
        let again = try log.state.open()
        try await again.write { try $0.append([EventDraft(.applyStarted), EventDraft(.applyFinished)]) }
        let (count, fault) = try await verify(log.store)
        #expect(count == Int64(Self.events) + 2 && fault == nil)
    }
}
