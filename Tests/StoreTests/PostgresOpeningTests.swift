import Foundation
import Records
import Store
import Support
import Testing
import YAML

/// What a machine without PostgreSQL leaves out.
let needsServer: any SuiteTrait & TestTrait = .enabled(
    if: PostgresServer.isThere, "there is no PostgreSQL server on this machine to start one from")

/// All that somebody is told: message, notes and remedy.
func words(_ body: () async throws -> Void) async -> (code: DiagnosticCode?, text: String) {
    do {
        try await body()
        return (nil, "")
    } catch let diagnostic as Diagnostic {
        let all = [diagnostic.message, diagnostic.remedy ?? ""] + diagnostic.notes.map(\.message)
        return (diagnostic.code, all.joined(separator: "\n"))
    } catch {
        return (nil, "\(error)")
    }
}

@Suite(needsServer) struct PostgresOpeningTests {
    private let server: PostgresServer
    private let database: String
    private var url: String { server.url(database) }

    init() throws {
        server = try PostgresServer.shared()
        database = try server.makeDatabase()
    }

    private func open(_ url: String, _ access: StateAccess = .readWrite) async throws {
        let store = try StateStore(.postgres(url: url), access: access)
        _ = try await store.read { (try $0.recordedState(), try $0.verifyEvents()) }
    }

    /// Every table of the database with its number of rows: what a refusal must leave as it was.
    private func contents() throws -> String {
        try server.sql(
            """
            SELECT n.nspname, c.relname, (xpath('/row/n/text()', query_to_xml(
                format('SELECT count(*) AS n, md5(string_agg(t::text, '','' ORDER BY t::text)) AS d FROM %I.%I t',
                n.nspname, c.relname), false, true, '')))[1]::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2
            """, in: database)
    }

    // MARK: Being let in

    @Test func aWrongPasswordIsRefusedAtOnceAndNotShown() async throws {
        let url = "postgres://guarded:hunter2hunter2@127.0.0.1:\(server.port)/\(database)"
        let told = await words { try await open(url) }
        #expect(told.code == "SLW4021" && told.text.contains("password authentication failed"))
        #expect(told.text.contains("postgres://guarded@127.0.0.1:\(server.port)/\(database)"))
        #expect(!told.text.contains("hunter2"), "\(told.text)")
    }

    @Test func aPasswordComesFromTheURLOrAFile() async throws {
        let folder = try TestWorkspace("pgpass")
        let (role, password) = PostgresServer.guardedRole
        let encoded = try #require(password.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        try await open("postgres://\(role):\(encoded)@127.0.0.1:\(server.port)/\(database)")
        let file = try folder.write("pass", "127.0.0.1:*:*:\(role):\(password)\n", mode: 0o600)
        try await open(server.url(database, role: role) + "?passfile=\(file)")
        let none = await words { try await open(server.url(database, role: role) + "?passfile=/dev/null") }
        #expect(none.text.contains("no password supplied"), "\(none.text)")
    }

    @Test(
        arguments: [
            "postgres://u:secret1@a:secret2@127.0.0.1/db", "postgres://u:sec/ret1@127.0.0.1/db",
            "postgres://u:12/secret@127.0.0.1/db", "postgres://u:sec?ret@127.0.0.1/db",
            "postgres://u:12?secret@127.0.0.1/db", "postgres://u:secret%zz@127.0.0.1/db",
            "postgres://u:secret@[::1/db", "postgres://u:secret@127.0.0.1/db?nonsense=secret",
            "postgres://127.0.0.1:1/db?password=secret", "postgres://u:secret@127.0.0.1:1/db",
            "postgresql://u:secret@127.0.0.1:1/db?sslpassword=secret",
        ])
    func noPartOfAPasswordIsEverShown(_ url: String) async throws {
        let shown = StateAddress.postgres(url: url).description
        let told = await words { try await open(url) }
        #expect(told.code == "SLW4029" || told.code == "SLW4020", "\(told)")
        for part in ["secret", "ret1", "ret@", "12/", "ret2"] {
            #expect(!told.text.contains(part) && !shown.contains(part), "\(part) in \(told.text), \(shown)")
        }
    }

    @Test func whatLibpqSaysIsPassedOn() async throws {
        let noTLS = await words { try await open(url + "?sslmode=require") }
        #expect(noTLS.code == "SLW4020" && noTLS.text.contains("server does not support SSL"), "\(noTLS.text)")
        let nobody = await words { try await open("postgres://postgres@127.0.0.1:1/x") }
        #expect(nobody.code == "SLW4020" && nobody.text.contains("Connection refused"), "\(nobody.text)")
        let missing = await words { try await open(server.url("no_such_database")) }
        #expect(missing.code == "SLW4022" && missing.text.contains("no_such_database"), "\(missing.text)")
        let role = await words { try await open(server.url(database, role: "nobody_at_all")) }
        #expect(role.code == "SLW4021" && role.text.contains("nobody_at_all"), "\(role.text)")
        #expect(!role.text.contains("LOCATION") && !role.text.contains("28000"), "\(role.text)")
    }

    @Test func aServerThatSaysNothingIsNotWaitedForLong() async throws {
        let (socket, port) = try SilentServer.listen()
        defer { close(socket) }
        let told = await words { try await open("postgres://u@127.0.0.1:\(port)/x?connect_timeout=1") }
        #expect(told.code == "SLW4020" && told.text.contains("no answer within 1 seconds"), "\(told.text)")
    }

    @Test func rightsThatAreMissingAreNamed() async throws {
        let role = "bare_\(database)"
        try server.sql("CREATE ROLE \(role) LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC", in: database)
        let told = await words { try await open(server.url(database, role: role)) }
        #expect(told.code == "SLW4024" && told.text.contains("permission denied for schema public"), "\(told.text)")
        try await open(url)
        try server.sql(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(role)", in: database)
        try await open(server.url(database, role: role))
    }

    @Test func anotherEncodingIsRefused() async throws {
        let latin = try server.makeDatabase("ENCODING 'LATIN1' TEMPLATE template0")
        let told = await words { try await open(server.url(latin)) }
        #expect(told.code == "SLW4025" && told.text.contains("LATIN1"))
    }

    // MARK: What is there already

    @Test func somebodyElsesDatabaseIsRefusedAndLeftAlone() async throws {
        try server.sql("CREATE TABLE accounts (id int); INSERT INTO accounts VALUES (1)", in: database)
        let before = try contents()
        for access in [StateAccess.readWrite, .readOnly] {
            #expect(await code { try await open(url, access) } == "SLW4009")
        }
        let lock = await code {
            _ = try StateLock(.postgres(url: url), holder: .sample("ada"), unique: "1")
        }
        #expect(lock == "SLW4009")
        #expect(try contents() == before)
    }

    @Test func aNewerStateIsRefusedAndLeftAlone() async throws {
        try await open(url)
        try server.sql("UPDATE slipway_meta SET value = '99' WHERE name = 'schema'", in: database)
        let before = try contents()
        for access in [StateAccess.readWrite, .readOnly] {
            #expect(await code { try await open(url, access) } == "SLW4008")
        }
        let lock = await code {
            _ = try StateLock(.postgres(url: url), holder: .sample("ada"), unique: "1")
        }
        #expect(lock == "SLW4008")
        #expect(try contents() == before)
    }

    @Test func whoOnlyReadsMakesNothing() async throws {
        let address = StateAddress.postgres(url: url)
        #expect(try StateStore.ifThere(address) == nil)
        #expect(try !StateStore.isThere(address))
        #expect(try StateLock.holder(of: address) == nil)
        #expect(await code { try await open(url, .readOnly) } == "SLW4017")
        #expect(try contents() == "")
        try await open(url)
        let store = try #require(try StateStore.ifThere(address))
        #expect(await code { try await store.start([.sample(1)]) } == "SLW4003")
        #expect(try await store.read { try $0.runs() }.isEmpty)
    }

    @Test func whatAnExtensionBringsIsNobodysData() async throws {
        try server.sql("CREATE TABLE lookups (x int); CREATE SCHEMA other", in: database)
        // The way in which an extension owns a table, without one that would have to be installed.
        try server.sql(
            """
            INSERT INTO pg_depend SELECT 'pg_class'::regclass, 'lookups'::regclass, 0, 'pg_extension'::regclass,
                oid, 0, 'e' FROM pg_extension WHERE extname = 'plpgsql'
            """, in: database)
        try await open(url)
    }

    @Test func schemasAreStatesOfTheirOwn() async throws {
        try server.sql("CREATE SCHEMA red; CREATE SCHEMA \"Blue Team\"", in: database)
        let red = try StateStore(.postgres(url: url + "?options=-csearch_path%3Dred"))
        let blue = try StateStore(.postgres(url: url + "?options=-csearch_path%3D%22Blue%5C%20Team%22"))
        try await red.start([.sample(1)])
        try await blue.start([.sample(2), .sample(3)])
        #expect(try await red.read { try $0.runs() }.count == 1)
        #expect(try await blue.read { try $0.runs() }.count == 2)
        // Neither's lock is the other's.
        let locks = try ["red", "%22Blue%5C%20Team%22"].map { schema in
            try StateLock(
                .postgres(url: url + "?options=-csearch_path%3D\(schema)"), holder: .sample(schema), unique: schema)
        }
        #expect(locks.count == 2)
        let missing = await words { try await open(url + "?options=-csearch_path%3Dgreen") }
        #expect(missing.code == "SLW4023" && missing.text.contains("green"), "\(missing.text)")
    }

    @Test func manyMayMakeItAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { [url] in _ = try StateStore(.postgres(url: url)) } }
            try await group.waitForAll()
        }
        try await open(url, .readOnly)
    }
}
