import Foundation
import Support
import Synchronization
import Testing

@testable import Images

/// Against a server on this machine: what is sent, what comes back, and what goes wrong.
@Suite(.timeLimit(.minutes(1)))
struct HTTPTests {
    let transport = CurlTransport()

    func address(_ server: HTTPServer, _ path: String = "/") throws -> HTTPAddress {
        try #require(HTTPAddress(server.url + path))
    }

    @Test func sendsWhatItIsToldAndHandsBackTheAnswer() async throws {
        let server = try HTTPServer { request, _ in
            .answer(201, headers: ["Location: /there", "X-Empty:"], body: Array("got \(request.body.count)".utf8))
        }
        let response = try await transport.send(
            HTTPRequest(
                "POST", try address(server, "/a?b=c%20d"),
                headers: [HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Nothing", "")],
                body: .bytes(Array("{}".utf8))))
        #expect(response.status == 201)
        #expect(response["location"] == "/there")
        #expect(response["x-empty"]?.isEmpty == true)
        #expect(response.body == Array("got 2".utf8))
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/a?b=c%20d")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["x-nothing"]?.isEmpty == true)
        #expect(request.headers["expect"] == nil)
        #expect(request.body == Array("{}".utf8))
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"])
    func everyMethodWorksWithoutABody(method: String) async throws {
        let server = try HTTPServer { _, _ in .answer(method == "HEAD" ? 200 : 204) }
        let response = try await transport.send(HTTPRequest(method, try address(server)))
        #expect(response.isSuccess)
        #expect(server.requests.map(\.method) == [method])
        if ["PUT", "POST", "PATCH"].contains(method) {
            #expect(server.requests.first?.headers["content-length"] == "0")
        }
    }

    @Test func filesGoAndComeWithoutBeingHeld() async throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/up"))
        let server = try HTTPServer { request, _ in .answer(200, body: request.body) }
        let response = try await transport.send(
            HTTPRequest(
                "PUT", try address(server), body: .file("\(folder.path)/up"),
                sink: .file("\(folder.path)/down", limit: 4_000_000)))
        #expect(response.body.isEmpty)
        #expect(try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/down"))) == bytes)

        let streamed = Mutex(0)
        _ = try await transport.send(
            HTTPRequest(
                "PUT", try address(server), body: .bytes(bytes),
                sink: .stream { part in streamed.withLock { $0 += part.count } }))
        #expect(streamed.withLock { $0 } == bytes.count)
    }

    @Test func anAnswerThatIsNoSuccessIsNotTakenForTheFile() async throws {
        let folder = try TemporaryFolder()
        let server = try HTTPServer { _, _ in .answer(404, body: Array("no such blob".utf8)) }
        let response = try await transport.send(
            HTTPRequest("GET", try address(server), sink: .file("\(folder.path)/blob", limit: 100)))
        #expect(response.status == 404)
        #expect(response.body == Array("no such blob".utf8))
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/blob")).isEmpty)
    }

    @Test func whatGoesWrongHasAKind() async throws {
        let closed = try SilentServer.listen()
        close(closed.socket)
        let nobody = try #require(HTTPAddress("http://127.0.0.1:\(closed.port)/"))
        await expect("unreachable", isPassing: true) { try await transport.send(HTTPRequest("GET", nobody)) }

        let rude = try HTTPServer { _, _ in .hangUp }
        let rudeAddress = try address(rude)
        await expect("broken", isPassing: true) { try await transport.send(HTTPRequest("GET", rudeAddress)) }

        let short = try HTTPServer { _, _ in .partly(100, [1, 2, 3]) }
        let shortAddress = try address(short)
        await expect("broken", isPassing: true) { try await transport.send(HTTPRequest("GET", shortAddress)) }

        let silent = try HTTPServer { _, _ in .silence }
        let silentAddress = try address(silent)
        await expect("timedOut", isPassing: true) {
            try await transport.send(HTTPRequest("GET", silentAddress, timeout: .milliseconds(300)))
        }

        let large = try HTTPServer { _, _ in .answer(200, body: [UInt8](repeating: 7, count: 5000)) }
        let largeAddress = try address(large)
        await expect("tooLarge", isPassing: false) {
            try await transport.send(HTTPRequest("GET", largeAddress, sink: .memory(limit: 4999)))
        }
    }

    @Test(arguments: [
        HTTPHeader("X-A", "1\r\nX-B: 2"), HTTPHeader("X A", "1"), HTTPHeader("", "1"), HTTPHeader("X-A", "\0"),
    ])
    func aHeaderCannotBeginAnotherLine(header: HTTPHeader) async throws {
        let server = try HTTPServer { _, _ in .answer(200) }
        let target = try address(server)
        await expect("invalid", isPassing: false) {
            try await transport.send(HTTPRequest("GET", target, headers: [header]))
        }
        #expect(server.requests.isEmpty)
    }

    @Test func authorisationStaysWithTheHostThatItIsFor() async throws {
        let other = try HTTPServer { _, _ in .answer(200, body: Array("blob".utf8)) }
        let elsewhere = other.url
        let server = try HTTPServer { request, _ in
            request.path == "/same"
                ? .answer(200) : .answer(307, headers: ["Location: \(request.path == "/" ? elsewhere : "/same")"])
        }
        func get(_ path: String, redirections: Int) async throws -> HTTPResponse {
            try await transport.send(
                HTTPRequest(
                    "GET", try address(server, path), headers: [HTTPHeader("Authorization", "Bearer abc")],
                    redirections: redirections))
        }
        #expect(try await get("/", redirections: 0).status == 307)
        #expect(other.requests.isEmpty)
        #expect(try await get("/", redirections: 3).body == Array("blob".utf8))
        #expect(other.requests.map { $0.headers["authorization"] } == [nil])
        #expect(try await get("/here", redirections: 3).status == 200)
        #expect(server.requests.last?.headers["authorization"] == "Bearer abc")
    }

    @Test func whoNoLongerWaitsEndsIt() async throws {
        let server = try HTTPServer { _, _ in .silence }
        let target = try address(server)
        let task = Task { try await transport.send(HTTPRequest("GET", target)) }
        try await eventually("a request") { !server.requests.isEmpty }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(arguments: [
        ("http://localhost/x", true), ("http://127.0.0.1:81", true), ("http://127.9.9.9", true),
        ("http://[::1]/", true), ("http://127.0.0.1.example.com", false), ("https://example.com", false),
        ("http://10.0.0.1", false), ("http://2130706433/", true),
    ])
    func loopbackIsThisMachineAlone(text: String, isLoopback: Bool) throws {
        #expect(try #require(HTTPAddress(text)).isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", "example.com/x y", "file:///etc/passwd", "ftp://example.com", "gopher://a", "http://", "//example.com",
        "http://user:secret@example.com/", "http://example.com/\r\nX: y", "-o", "http://exa\u{0}mple.com",
    ])
    func whatIsNoWebAddressIsRefused(text: String) {
        #expect(HTTPAddress(text) == nil)
    }

    private func expect(
        _ kind: String, isPassing: Bool, _ body: () async throws -> HTTPResponse,
        location: SourceLocation = #_sourceLocation
    ) async {
        do {
            let response = try await body()
            Issue.record("answered with \(response.status)", sourceLocation: location)
        } catch let failure as HTTPFailure {
            #expect("\(Mirror(reflecting: failure).children.first?.label ?? "")" == kind, sourceLocation: location)
            #expect(failure.isPassing == isPassing, sourceLocation: location)
        } catch {
            Issue.record("\(error)", sourceLocation: location)
        }
    }
}

/// Against a server that speaks TLS with a certificate of its own.
@Suite(.timeLimit(.minutes(1)), .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
struct EncryptedHTTPTests {
    /// Certificates of the test's own, each with its key: `server` and `client`, which vouch for themselves.
    private func certificates(in folder: TemporaryFolder) async throws {
        for (name, extensions) in [
            ("server", "subjectAltName=IP:127.0.0.1"), ("client", "extendedKeyUsage=clientAuth"),
        ] {
            let made = try await ToolProcess(
                executable: "/usr/bin/openssl",
                arguments: [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=\(name)", "-addext", extensions, "-keyout", "\(name).key", "-out", "\(name).pem",
                ], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path, deadline: .seconds(30)
            ).run { _ in }
            try #require(made.status == 0, "\(made.lastLines)")
        }
    }

    @Test func bothEndsAreKnownByWhatIsInMemory() async throws {
        let folder = try TemporaryFolder()
        try await certificates(in: folder)
        let port = Mutex<Int?>(nil)
        let server = Task {
            try await ToolProcess(
                executable: "/usr/bin/openssl",
                arguments: [
                    "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "server.pem", "-key", "server.key",
                    "-Verify",
                    "1", "-CAfile", "client.pem", "-verify_return_error",
                ], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path, deadline: .seconds(60)
            ).run { line in
                guard line.hasPrefix("ACCEPT"), let number = line.split(separator: ":").last else { return }
                port.withLock { $0 = Int(number) }
            }
        }
        defer { server.cancel() }
        try await eventually("the server listens") { port.withLock { $0 } != nil }
        let number = try #require(port.withLock { $0 })
        let address = try #require(HTTPAddress("https://127.0.0.1:\(number)/"))
        func bytes(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)")))
        }
        let transport = CurlTransport()
        var security = HTTPSecurity(
            authorities: try bytes("server.pem"), certificate: try bytes("client.pem"), key: try bytes("client.key"))
        #expect(try await transport.send(HTTPRequest("GET", address, security: security)).status == 200)
        security.authorities = nil
        security.verifiesServer = false
        #expect(try await transport.send(HTTPRequest("GET", address, security: security)).status == 200)
        let others: [HTTPSecurity] = [
            HTTPSecurity(authorities: try bytes("server.pem")),
            HTTPSecurity(
                authorities: try bytes("client.pem"), certificate: try bytes("client.pem"),
                key: try bytes("client.key")),
            HTTPSecurity(
                authorities: try bytes("server.pem"), certificate: try bytes("client.pem"),
                key: try bytes("server.key")),
        ]
        for other in others {
            await #expect(throws: HTTPFailure.self) {
                try await transport.send(HTTPRequest("GET", address, security: other))
            }
        }
    }

    @Test func aServerIsTrustedByItsCertificateAlone() async throws {
        let folder = try TemporaryFolder()
        let made = try await ToolProcess(
            executable: "/usr/bin/openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out",
                "certificate.pem",
            ], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path, deadline: .seconds(30)
        ).run { _ in }
        try #require(made.status == 0, "\(made.lastLines)")
        let port = Mutex<Int?>(nil)
        // Ends with the task, and so with the test.
        let server = Task {
            try await ToolProcess(
                executable: "/usr/bin/openssl",
                arguments: [
                    "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "certificate.pem", "-key", "key.pem",
                ], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path, deadline: .seconds(60)
            ).run { line in
                guard line.hasPrefix("ACCEPT"), let number = line.split(separator: ":").last else { return }
                port.withLock { $0 = Int(number) }
            }
        }
        defer { server.cancel() }
        try await eventually("the server listens") { port.withLock { $0 } != nil }
        let url = "https://127.0.0.1:\(try #require(port.withLock { $0 }))/"
        let address = try #require(HTTPAddress(url))
        let transport = CurlTransport()
        let trusted = try await transport.send(
            HTTPRequest("GET", address, certificates: "\(folder.path)/certificate.pem"))
        #expect(trusted.status == 200 && !trusted.body.isEmpty)
        do {
            let response = try await transport.send(HTTPRequest("GET", address))
            Issue.record("answered with \(response.status)")
        } catch let failure as HTTPFailure {
            guard case .insecure = failure else { throw failure }
            #expect(!failure.isPassing)
        }
    }
}
