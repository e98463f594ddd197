import Foundation
import Manifests
import Support
import Synchronization
import Testing
import YAML

@testable import Images

/// How a registry is spoken to: what goes where, and what is believed.
@Suite struct RegistryTests {
    private let folder: TemporaryFolder
    private static let bytes = Array("what was left\n".utf8)
    private static let blob = BlobDescriptor(
        mediaType: "text/plain", digest: Digest(of: "what was left\n"), size: Int64(bytes.count))

    init() throws { folder = try TemporaryFolder() }

    /// A login that is always the same.
    private struct Login: RegistryCredentialSource {
        let login: RegistryLogin?
        func login(for host: String, repository: String) async throws -> RegistryLogin? { login }
    }

    /// How long it was paused.
    private final class Pauses: Sendable {
        private let noted = Mutex<[Duration]>([])
        var all: [Duration] { noted.withLock { $0 } }
        func note(_ pause: Duration) { noted.withLock { $0.append(pause) } }
    }

    private func client(
        _ transport: any HTTPTransport, host: String = "r.example.com",
        login: RegistryLogin? = .password(name: "ada", "s3same"), pauses: Pauses = Pauses()
    ) -> RegistryClient {
        RegistryClient(
            host: host, repository: "team/runs", transport: transport, credentials: Login(login: login),
            pause: { pauses.note($0) })
    }

    private static func header(_ request: HTTPRequest, _ name: String) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    // MARK: - Uploads

    @Test(arguments: [
        ("/v2/team/runs/blobs/uploads/1?state=x", "https://r.example.com/v2/team/runs/blobs/uploads/1?state=x&digest="),
        ("https://r.example.com/up/1", "https://r.example.com/up/1?digest="),
        ("https://storage.example.net/up?a=b", "https://storage.example.net/up?a=b&digest="),
    ]) func aBlobIsUploadedWhereTheRegistrySays(_ location: String, _ target: String) async throws {
        let transport = ModelTransport { request, _ in
            switch (request.method, Self.header(request, "Authorization")) {
            case (_, nil) where request.url.host == "r.example.com":
                HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"r\"")])
            case ("HEAD", _): HTTPResponse(status: 404)
            case ("POST", _): HTTPResponse(status: 202, headers: [HTTPHeader("Location", location)])
            default: HTTPResponse(status: 201)
            }
        }
        try await client(transport).push(Self.blob, .bytes(Self.bytes))
        let put = try #require(transport.requests.last)
        #expect(put.method == "PUT" && put.url.text == target + Self.blob.digest.description)
        #expect(put.body == .bytes(Self.bytes))
        // The login is for the registry alone.
        #expect((Self.header(put, "Authorization") != nil) == target.hasPrefix("https://r.example.com/"))
        #expect(transport.requests.filter { $0.url.host == "r.example.com" }.count >= 3)
    }

    @Test func whatIsThereIsNotSentAgain() async throws {
        let transport = ModelTransport { _, _ in
            HTTPResponse(status: 200, headers: [HTTPHeader("Content-Length", "\(Self.blob.size)")])
        }
        try await client(transport).push(Self.blob, .bytes(Self.bytes))
        #expect(transport.requests.map(\.method) == ["HEAD"])
    }

    @Test func anUploadThatLeavesEncryptionIsRefused() async throws {
        let transport = ModelTransport { request, _ in
            request.method == "HEAD"
                ? HTTPResponse(status: 404)
                : HTTPResponse(status: 202, headers: [HTTPHeader("Location", "http://storage.example.net/up")])
        }
        #expect(await code { try await client(transport).push(Self.blob, .bytes(Self.bytes)) } == "SLW5088")
    }

    // MARK: - Tokens

    private static let challenge =
        "Bearer realm=\"https://auth.example.com/token?a=b\",service=\"r\\\"s\",scope=\"repository:team/runs:pull\""

    @Test func aTokenIsFetchedOnceAndGoesToTheRegistryAlone() async throws {
        let transport = ModelTransport { request, _ in
            if request.url.host == "auth.example.com" {
                return HTTPResponse(status: 200, body: Array("{\"token\": \"t0ken\"}".utf8))
            }
            guard Self.header(request, "Authorization") == "Bearer t0ken" else {
                return HTTPResponse(status: 401, headers: [HTTPHeader("Www-Authenticate", Self.challenge)])
            }
            return HTTPResponse(status: 200, body: Self.bytes)
        }
        let client = client(transport)
        for _ in 1...2 {
            #expect(try await client.pullManifest(Self.blob.digest, limit: 100) == Self.bytes)
        }
        let asked = transport.requests.filter { $0.url.host == "auth.example.com" }
        #expect(asked.count == 1)
        #expect(
            asked.first?.url.path
                == "/token?a=b&scope=repository%3Ateam%2Fruns%3Apull&service=r%22s", "\(asked[0].url.path)")
        #expect(Self.header(asked[0], "Authorization") == "Basic \(Data("ada:s3same".utf8).base64EncodedString())")
    }

    @Test func anIdentityTokenIsExchanged() async throws {
        let transport = ModelTransport { request, _ in
            if request.url.host == "auth.example.com" {
                return HTTPResponse(status: 200, body: Array("{\"access_token\": \"t0ken\"}".utf8))
            }
            return Self.header(request, "Authorization") == "Bearer t0ken"
                ? HTTPResponse(status: 200, body: Self.bytes)
                : HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", Self.challenge)])
        }
        _ = try await client(transport, login: .identityToken("refresh/me")).pullManifest(Self.blob.digest, limit: 100)
        let asked = try #require(transport.requests.first { $0.url.host == "auth.example.com" })
        guard case .bytes(let body) = asked.body else {
            Issue.record("no form was sent")
            return
        }
        let form = String(decoding: body, as: UTF8.self)
        #expect(asked.method == "POST" && form.contains("grant_type=refresh_token"), "\(form)")
        #expect(form.contains("refresh_token=refresh%2Fme"), "\(form)")
    }

    @Test(arguments: ["http://auth.example.com/token", "ftp://auth.example.com", "nowhere", ""])
    func noLoginGoesToWhereItCouldBeRead(_ realm: String) async throws {
        let transport = ModelTransport { _, _ in
            HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", "Bearer realm=\"\(realm)\"")])
        }
        let fault = await code { _ = try await client(transport).pullManifest(Self.blob.digest, limit: 100) }
        #expect(fault == "SLW5088" || fault == "SLW5087", "\(fault?.rawValue ?? "none")")
        #expect(transport.requests.allSatisfy { $0.url.host == "r.example.com" })
        #expect(transport.requests.allSatisfy { Self.header($0, "Authorization") == nil })
    }

    @Test(arguments: [RegistryLogin.password(name: "ada", "wrong"), nil])
    func whoIsNotLetInIsToldToLogIn(_ login: RegistryLogin?) async throws {
        let transport = ModelTransport { _, _ in
            HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"r\"")])
        }
        #expect(
            await code { _ = try await client(transport, login: login).hasBlob(Self.blob) } == "SLW5083")
        #expect(transport.requests.count <= 2, "a refusal is not asked for again")
    }

    @Test(arguments: [
        (
            "Bearer realm=\"https://a/b\",service=x, scope=\"a b,c\"", "bearer",
            ["realm": "https://a/b", "service": "x", "scope": "a b,c"]
        ),
        ("basic Realm=\"a \\\"b\\\"\"", "basic", ["realm": "a \"b\""]),
        ("Negotiate", "negotiate", [:]), ("Bearer realm=\"never closed", "bearer", ["realm": "never closed"]),
        ("Bearer =,=,\"", "bearer", ["": ""]),
    ]) func challengesAreRead(_ header: String, _ scheme: String, _ parameters: [String: String]) {
        let challenge = AuthenticationChallenge(header)
        #expect(challenge?.scheme == scheme)
        #expect(challenge?.parameters == parameters)
    }

    // MARK: - Trouble

    @Test func whatPassesIsTriedAgain() async throws {
        let pauses = Pauses()
        let transport = ModelTransport { _, count in
            switch count {
            case 0: HTTPResponse(status: 503)
            case 1: throw HTTPFailure.broken("cut off")
            case 2: HTTPResponse(status: 429, headers: [HTTPHeader("Retry-After", "7")])
            case 3: HTTPResponse(status: 429, headers: [HTTPHeader("Retry-After", "86400")])
            default: HTTPResponse(status: 200)
            }
        }
        #expect(try await client(transport, pauses: pauses).hasBlob(Self.blob))
        #expect(pauses.all == [.milliseconds(500), .seconds(1), .seconds(7), .seconds(30)])
    }

    @Test(arguments: [(500, "SLW5082", 5), (403, "SLW5084", 1), (400, "SLW5086", 1)])
    func whatStaysIsSaid(_ status: Int, _ expected: String, _ tries: Int) async throws {
        let said = "{\"errors\": [{\"code\": \"DENIED\", \"message\": \"not \\u001b[31m you\"}]}"
        let transport = ModelTransport { _, _ in HTTPResponse(status: status, body: Array(said.utf8)) }
        do {
            _ = try await client(transport).hasBlob(Self.blob)
            Issue.record("nothing was said")
        } catch let fault as Diagnostic {
            #expect(fault.code.rawValue == expected && transport.requests.count == tries)
            #expect(fault.message.contains("DENIED") && !fault.message.contains("\u{1B}"), "\(fault.message)")
        }
    }

    @Test func aRegistryThatIsNotTrustedIsNotTriedAgain() async throws {
        let transport = ModelTransport { _, _ in throw HTTPFailure.insecure("self-signed") }
        #expect(await code { _ = try await client(transport).hasBlob(Self.blob) } == "SLW5081")
        #expect(transport.requests.count == 1)
    }

    // MARK: - Downloads

    @Test(arguments: ["what was lift\n", "what was left\nand more", "what"])
    func whatIsNotWhatItsDigestSaysIsNotKept(_ answer: String) async throws {
        let server = try HTTPServer { _, _ in .answer(200, body: Array(answer.utf8)) }
        let client = client(CurlTransport(), host: "127.0.0.1:\(server.port)")
        #expect(await code { try await client.pull(Self.blob, to: "\(folder.path)/got") } == "SLW5071")
        #expect(await code { _ = try await client.pullManifest(Self.blob.digest, limit: 100) } == "SLW5071")
        #expect(try folder.names() == [])
    }

    @Test func aDownloadThatBreaksOffIsBegunAgain() async throws {
        let server = try HTTPServer { _, count in
            count == 0 ? .partly(Self.bytes.count, Array(Self.bytes.prefix(4))) : .answer(200, body: Self.bytes)
        }
        let client = client(CurlTransport(), host: "127.0.0.1:\(server.port)")
        try await client.pull(Self.blob, to: "\(folder.path)/got")
        #expect(try folder.text("got") == "what was left\n" && folder.names() == ["got"])
    }

    @Test func whatARegistryLeadsToGetsNoLogin() async throws {
        let storage = try HTTPServer { _, _ in .answer(200, body: Self.bytes) }
        let registry = try HTTPServer { request, _ in
            request.headers["authorization"] == nil
                ? .answer(401, headers: ["WWW-Authenticate: Basic realm=\"r\""])
                : .answer(307, headers: ["Location: \(storage.url)/blob?signature=x"])
        }
        let client = client(CurlTransport(), host: "127.0.0.1:\(registry.port)")
        try await client.pull(Self.blob, to: "\(folder.path)/got")
        #expect(try folder.text("got") == "what was left\n")
        #expect(storage.requests.count == 1 && storage.requests[0].headers["authorization"] == nil)
    }

    @Test func onlyThisMachineIsSpokenToInTheClear() throws {
        for (host, scheme) in [("r.example.com", "https"), ("localhost:5000", "http"), ("127.0.0.1:5", "http")] {
            let client = client(ModelTransport { _, _ in HTTPResponse(status: 200) }, host: host)
            #expect(try client.address("x").scheme == scheme, "\(host)")
        }
    }

    // MARK: - A real one

    @Test(.enabled(if: RegistryServer.canEncrypt, "there is no docker-registry on this machine to start"))
    func anEncryptedRegistryIsTrustedByItsOwnAuthority() async throws {
        let registry = try RegistryServer(isEncrypted: true)
        let folder = try registry.writeLogin(into: "\(folder.path)/docker")
        var environment = ["DOCKER_CONFIG": folder, "SLIPWAY_REGISTRY_CA": try #require(registry.authority)]
        let location = ArtifactLocation.registry(host: registry.host, repository: "team/runs")
        let store = try ArtifactStores(root: "/", environment: environment).open(location)
        try await store.put(Self.bytes, as: Self.blob)
        try await store.put(ArtifactManifest.emptyConfiguration, as: ArtifactManifest.empty)
        let part = ArtifactManifest.Part(blob: Self.blob, title: "stdout.log")
        let manifest = ArtifactManifest(parts: [part], annotations: ["slipway.run": "train"])
        let digest = try await store.putManifest(manifest.bytes, mediaType: BlobDescriptor.manifest)
        #expect(digest == Digest(of: manifest.bytes))
        #expect(try await store.attempt(digest) == manifest)
        try await store.fetch(part, to: "\(self.folder.path)/got", scratch: "\(self.folder.path)/archive")
        #expect(try self.folder.text("got") == "what was left\n")
        #expect(try await store.has(Self.blob))
        let missing = Digest(of: "another")
        #expect(await code { _ = try await store.attempt(missing) } == "SLW5070")

        // With another authority it is not trusted, and nothing is sent.
        let other = try RegistryServer(isEncrypted: true)
        environment["SLIPWAY_REGISTRY_CA"] = other.authority
        let strange = try ArtifactStores(root: "/", environment: environment).open(location)
        #expect(await code { _ = try await strange.has(Self.blob) } == "SLW5081")
    }
}
