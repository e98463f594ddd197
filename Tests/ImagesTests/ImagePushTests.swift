import Foundation
import Manifests
import Support
import Synchronization
import Testing
import YAML

@testable import Images

/// Images that are put into registries.
@Suite(.timeLimit(.minutes(2)))
struct ImagePushTests {
    private let folder: TemporaryFolder
    private let layout: ImageLayout
    private static let amd = Platform(os: "linux", architecture: "amd64")

    init() throws {
        folder = try TemporaryFolder()
        layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
    }

    private struct Login: RegistryCredentialSource {
        var login: RegistryLogin?
        func login(for host: String, repository: String) async throws -> RegistryLogin? { login }
    }

    private static let ada = RegistryLogin.password(name: RegistryServer.user, RegistryServer.password)

    private func client(
        _ transport: any HTTPTransport = CurlTransport(), host: String = "r.example.com",
        repository: String = "team/a", login: RegistryLogin? = nil, sizes: RegistryClient.UploadSizes = .init()
    ) -> RegistryClient {
        RegistryClient(
            host: host, repository: repository, transport: transport, credentials: Login(login: login),
            certificates: nil, isInsecure: false, sizes: sizes, pause: { _ in })
    }

    /// Passes requests on, and remembers them.
    private final class Witness: HTTPTransport {
        private let inner = CurlTransport()

        /// The methods of what went to a server, without those that were answered with a wish for a login.
        private let answered = Mutex<[(request: HTTPRequest, status: Int)]>([])
        var all: [(request: HTTPRequest, status: Int)] { answered.withLock { $0 } }
        func methods() -> [String] { all.filter { $0.status != 401 }.map(\.request.method) }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let response = try await inner.send(request)
            answered.withLock { $0.append((request, response.status)) }
            return response
        }
    }

    /// An image of two layers that no other test has.
    private func image(bytes: Int = 3000, name: String = UUID().uuidString) throws -> Digest {
        let content = String(repeating: "x", count: bytes)
        return try layout.add(layers: [
            TarMember.archive([TarMember(name: name, content: content)]), TarMember.archive([TarMember(name: "b")]),
        ])
    }

    // MARK: - A real registry

    private static let canCopy = RegistryServer.isThere && isTool("/usr/bin/skopeo")

    @Test(.enabled(if: canCopy, "there is no docker-registry or skopeo on this machine"))
    func whatIsPushedIsTakenByOthers() async throws {
        let registry = try RegistryServer()
        let image = try image()
        let told = Mutex<[TransferProgress]>([])
        let client = client(host: registry.host, login: Self.ada)
        let reference = try await client.pushImage(image, from: layout, tag: "v1") { progress in
            told.withLock { $0.append(progress) }
        }
        #expect(reference.description == "\(registry.host)/team/a:v1@\(image)")
        let last = try #require(told.withLock { $0.last })
        #expect(last.blobs == 3 && last.allBlobs == 3 && last.bytes == last.allBytes)

        let login = "\(RegistryServer.user):\(RegistryServer.password)"
        let copy = [
            "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--src-creds", login,
            "docker://\(registry.host)/team/a:v1", "oci:\(folder.path)/copied:v1",
        ]
        _ = try await output("/usr/bin/skopeo", copy, ToolEnvironment.current)
        let copied = ImageLayout(path: "\(folder.path)/copied")
        let unpacked = try copied.unpack(
            try #require(try copied.image(named: "v1")), into: "\(folder.path)/unpacked")
        #expect(FileManager.default.fileExists(atPath: "\(unpacked.root)/b"))
        // And by ourselves, elsewhere.
        let other = ImageLayout(path: "\(folder.path)/other")
        let pulled = try await client.pullImage(.digest(image), into: other)
        #expect(pulled.manifest.digest == image && other.contains(image))
    }

    @Test(.enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine"))
    func anUnchangedImageIsOneQuestionForEachBlob() async throws {
        let registry = try RegistryServer()
        let image = try image()
        for tag in ["v1", nil] {
            _ = try await client(host: registry.host, login: Self.ada).pushImage(image, from: layout, tag: tag)
            let witness = Witness()
            _ = try await client(witness, host: registry.host, login: Self.ada).pushImage(
                image, from: layout, tag: tag)
            #expect(witness.methods() == ["HEAD", "HEAD", "HEAD", "HEAD"], "a manifest and three blobs")
        }
        // Another name of it is the manifest once more, and nothing else.
        let witness = Witness()
        _ = try await client(witness, host: registry.host, login: Self.ada).pushImage(image, from: layout, tag: "v2")
        #expect(witness.methods() == ["HEAD", "HEAD", "HEAD", "HEAD", "PUT"])
    }

    @Test(.enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine"))
    func whatAnotherRepositoryHasIsMounted() async throws {
        let registry = try RegistryServer()
        let image = try image()
        _ = try await client(host: registry.host, repository: "base/python", login: Self.ada).pushImage(
            image, from: layout, tag: "v1")
        let witness = Witness()
        _ = try await client(witness, host: registry.host, login: Self.ada).pushImage(
            image, from: layout, tag: "v1", mountingFrom: ["nobody/here", "base/python"])
        let sent = witness.all.filter { $0.request.method == "PUT" }
        #expect(sent.count == 1 && sent[0].request.url.path.contains("/manifests/"), "only the manifest is sent")
        #expect(witness.all.contains { $0.request.url.path.contains("from=base/python") && $0.status == 201 })
        let other = ImageLayout(path: "\(folder.path)/other")
        _ = try await client(host: registry.host, login: Self.ada).pullImage(.tag("v1"), into: other)
        #expect(other.contains(image))
    }

    private static let small = RegistryClient.UploadSizes(mostInOnePiece: 100_000, chunk: 300_000)

    @Test(.enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine"))
    func aLargeBlobGoesInChunks() async throws {
        let registry = try RegistryServer()
        let image = try image(bytes: 1_000_000)
        let witness = Witness()
        let client = client(witness, host: registry.host, login: Self.ada, sizes: Self.small)
        _ = try await client.pushImage(image, from: layout, tag: "v1")
        #expect(witness.methods().filter { $0 == "PATCH" }.count == 4)
        let other = ImageLayout(path: "\(folder.path)/other")
        _ = try await client.pullImage(.tag("v1"), into: other)
        #expect(other.contains(image))
    }

    @Test(
        .enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine"),
        arguments: [1, 2, 3])
    func aChunkThatBreaksOffIsGoneOnWith(_ breaks: Int) async throws {
        let registry = try RegistryServer()
        let proxy = try CuttingProxy(to: registry.port)
        proxy.cut(afterBytes: 200_000, times: breaks)
        let image = try image(bytes: 1_000_000)
        let witness = Witness()
        let host = "127.0.0.1:\(proxy.port)"
        let client = client(witness, host: host, login: Self.ada, sizes: Self.small)
        _ = try await client.pushImage(image, from: layout, tag: "v1")
        #expect(proxy.cuts == breaks)
        // This registry forgets an upload of which it got half a chunk (distribution 2.8): it is asked, and says so.
        #expect(witness.methods().filter { $0 == "GET" }.count == breaks)
        #expect(witness.methods().filter { $0 == "POST" }.count == 3 + breaks)
        let other = ImageLayout(path: "\(folder.path)/other")
        _ = try await self.client(host: registry.host, login: Self.ada).pullImage(.tag("v1"), into: other)
        #expect(other.contains(image))
    }

    @Test(.enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine"))
    func aBlobInOnePieceThatBreaksOffIsBegunAgain() async throws {
        let registry = try RegistryServer()
        let proxy = try CuttingProxy(to: registry.port)
        proxy.cut(afterBytes: 200_000, times: 2)
        let image = try image(bytes: 1_000_000)
        let client = client(host: "127.0.0.1:\(proxy.port)", login: Self.ada)
        _ = try await client.pushImage(image, from: layout)
        #expect(proxy.cuts == 2)
        #expect(try await client.find(.digest(image)) != nil)
    }

    @Test(
        .enabled(if: RegistryServer.isThere && TokenServer.canSign, "there is no docker-registry on this machine"))
    func tokensAreGotForWhatIsDone() async throws {
        let tokens = try TokenServer()
        let registry = try RegistryServer(tokens: tokens)
        let image = try image()
        let base = client(host: registry.host, repository: "base/python", login: Self.ada)
        _ = try await base.pushImage(image, from: layout, tag: "v1")
        #expect(tokens.requests.map(TokenServer.scopes) == [["repository:base/python:pull,push"]], "once for all")
        let before = tokens.requests.count
        let witness = Witness()
        _ = try await client(witness, host: registry.host, login: Self.ada).pushImage(
            image, from: layout, tag: "v1", mountingFrom: ["base/python"])
        let scopes = tokens.requests.dropFirst(before).map(TokenServer.scopes)
        #expect(scopes.contains(["repository:team/a:pull,push", "repository:base/python:pull"]), "\(scopes)")
        #expect(!witness.all.contains { $0.request.method == "PUT" && $0.request.url.path.contains("/uploads/") })
        #expect(tokens.requests.allSatisfy { $0.path.contains("service=\(TokenServer.service)") })
        // The password goes to the token server, and only tokens to the registry.
        for (request, _) in witness.all where request.url.port == registry.port {
            let shown = request.headers.first { $0.name == "Authorization" }?.value
            #expect(shown?.hasPrefix("Bearer ") ?? true)
        }
        let stranger = client(host: registry.host, login: .password(name: "ada", "wrong"))
        #expect(await code { _ = try await stranger.pushImage(image, from: layout) } == "SLW5083")
        let nobody = client(host: registry.host)
        #expect(await code { _ = try await nobody.pullImage(.tag("v1"), into: layout) } == "SLW5083")
    }

    // MARK: - Doubles

    /// What an upload has, as a registry keeps it.
    private final class UploadedBytes: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        var all: [UInt8] { bytes.withLock { $0 } }
        func add(_ more: some Sequence<UInt8>) { bytes.withLock { $0.append(contentsOf: more) } }
    }

    /// What happens to the second chunk, of which the registry keeps a part.
    enum Break: CaseIterable { case hangUp, trouble, wrongRange }

    @Test(arguments: Break.allCases, [0, 100_000, 300_000])
    func anUploadGoesOnFromWhereTheRegistryIs(_ cut: Break, _ kept: Int) async throws {
        let image = try image(bytes: 1_000_000)
        let manifest = try layout.manifest(image)
        let large = try #require(manifest.layers.max { $0.size < $1.size })
        let got = UploadedBytes()
        let chunks = Tally()
        let registry = try HTTPServer { request, _ in
            switch (request.method, request.path.hasPrefix("/up")) {
            case ("HEAD", _):
                return request.path.contains(large.digest.hex) || request.path.contains("manifests")
                    ? .answer(404) : .answer(200)
            case ("POST", _): return .answer(202, headers: ["Location: /up?state=0"])
            case ("PATCH", true):
                chunks.add()
                let have = got.all.count
                guard request.headers["content-range"]?.hasPrefix("\(have)-") == true else { return .answer(416) }
                guard request.path == "/up?state=\(have)" else { return .answer(404) }
                guard chunks.count == 2 else {
                    got.add(request.body)
                    return .answer(
                        202, headers: ["Location: /up?state=\(got.all.count)", "Range: 0-\(got.all.count - 1)"])
                }
                got.add(request.body.prefix(kept))
                switch cut {
                case .hangUp: return .hangUp
                case .trouble: return .answer(502)
                case .wrongRange: return .answer(416)
                }
            case ("GET", true):
                return .answer(
                    204, headers: ["Location: /up?state=\(got.all.count)", "Range: 0-\(got.all.count - 1)"])
            default: return .answer(201)
            }
        }
        let client = client(host: "127.0.0.1:\(registry.port)", sizes: Self.small)
        _ = try await client.pushImage(image, from: layout)
        #expect(Digest(of: got.all) == large.digest)
        #expect(registry.requests.filter { $0.method == "POST" }.count == 3, "one for each blob, none again")
    }

    /// A registry in memory that takes uploads, with a word in between for a test.
    private func double(
        _ content: Mutexed, _ word: @escaping @Sendable (HTTPRequest, Int) -> HTTPResponse? = { _, _ in nil }
    ) -> ModelTransport {
        ModelTransport { request, count in
            if let said = word(request, count) { return said }
            let path = request.url.path
            switch request.method {
            case "HEAD":
                return HTTPResponse(status: content.has(path) ? 200 : 404)
            case "POST":
                return HTTPResponse(status: 202, headers: [HTTPHeader("Location", "/up/1?state=a")])
            case "PUT":
                if let digest = path.firstRange(of: "digest=") {
                    content.add("/v2/team/a/blobs/\(path[digest.upperBound...])")
                } else {
                    content.add(path)
                }
                return HTTPResponse(status: 201)
            default: return HTTPResponse(status: 404)
            }
        }
    }

    /// The paths that a double has.
    private final class Mutexed: Sendable {
        private let paths = Mutex<[String]>([])
        private let uses = Mutex<[String: Int]>([:])
        var all: [String] { paths.withLock { $0 } }
        func has(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }
        func add(_ path: String) { paths.withLock { $0.append(path) } }

        /// Whether something that is good for so many uses is good for another.
        func spend(_ most: Int, _ what: String) -> Bool {
            uses.withLock { uses in
                uses[what, default: 0] += 1
                return uses[what, default: 0] <= most
            }
        }
    }

    @Test func theManifestComesLast() async throws {
        let content = Mutexed()
        let image = try image()
        _ = try await client(double(content)).pushImage(image, from: layout, tag: "v1")
        #expect(content.all.count == 4 && content.all.last == "/v2/team/a/manifests/v1")
    }

    @Test func aTokenThatRunsOutIsGotAgain() async throws {
        let content = Mutexed()
        let image = try image()
        let used = Tally()
        let transport = double(content) { request, _ in
            if request.url.host == "auth.example.com" {
                used.add()
                return HTTPResponse(status: 200, body: Array("{\"token\": \"t\(used.count)\"}".utf8))
            }
            // Each token is good for four requests.
            let shown = request.headers.first { $0.name == "Authorization" }?.value
            let isGood = shown == "Bearer t\(used.count)" && content.spend(4, "t\(used.count)")
            guard !isGood else { return nil }
            let challenge = "Bearer realm=\"https://auth.example.com/token\",service=\"r\""
            return HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", challenge)])
        }
        _ = try await client(transport).pushImage(image, from: layout, tag: "v1")
        #expect(content.all.contains("/v2/team/a/manifests/v1"))
        #expect(used.count > 1)
    }

    @Test func aRegistryThatTakesNoChunksGetsOnePiece() async throws {
        let content = Mutexed()
        let image = try image(bytes: 1_000_000)
        let transport = double(content) { request, _ in
            request.method == "PATCH" ? HTTPResponse(status: 405) : nil
        }
        _ = try await client(transport, sizes: Self.small).pushImage(image, from: layout)
        #expect(content.all.count == 4)
        #expect(transport.requests.filter { $0.method == "PATCH" }.count == 1)
    }

    @Test func whatIsNotWhatItsDigestSaysIsSaid() async throws {
        let said = "{\"errors\": [{\"code\": \"DIGEST_INVALID\"}]}"
        let image = try image()
        let transport = double(Mutexed()) { request, _ in
            request.method == "PUT" ? HTTPResponse(status: 400, body: Array(said.utf8)) : nil
        }
        #expect(await code { _ = try await client(transport).pushImage(image, from: layout) } == "SLW5135")
    }

    @Test func aRegistryThatNeverTakesItIsGivenUp() async throws {
        let image = try image()
        for failing in ["POST", "PUT", "HEAD"] {
            let transport = double(Mutexed()) { request, _ in
                request.method == failing ? HTTPResponse(status: 503) : nil
            }
            #expect(await code { _ = try await client(transport).pushImage(image, from: layout) } == "SLW5082")
            #expect(transport.requests.filter { $0.method == failing }.count <= 3 * RegistryClient.mostTries)
        }
    }

    @Test func anImageThatIsNotWholeIsNotPushed() async throws {
        let image = try image()
        let layer = try #require(try layout.manifest(image).layers.first)
        try FileManager.default.removeItem(atPath: layout.blobPath(layer.digest))
        let content = Mutexed()
        #expect(await code { _ = try await client(double(content)).pushImage(image, from: layout) } == "SLW5021")
        #expect(content.all.isEmpty)
    }

    /// Uploads that are sent on to a store of another host get no login and no token.
    @Test(arguments: [RegistryClient.UploadSizes(), small]) func anUploadElsewhereGetsNoLogin(
        _ sizes: RegistryClient.UploadSizes
    ) async throws {
        let image = try image(bytes: 1_000_000)
        let storage = try HTTPServer { request, _ in
            switch request.method {
            case "PATCH": .answer(202, headers: ["Location: /up?more=1"])
            default: .answer(201)
            }
        }
        let registry = try HTTPServer { request, _ in
            guard request.headers["authorization"] != nil else {
                return .answer(401, headers: ["WWW-Authenticate: Basic realm=\"r\""])
            }
            switch request.method {
            case "HEAD": return .answer(404)
            case "POST": return .answer(202, headers: ["Location: \(storage.url)/up?signature=x"])
            default: return .answer(201)
            }
        }
        let client = client(host: "127.0.0.1:\(registry.port)", login: Self.ada, sizes: sizes)
        _ = try await client.pushImage(image, from: layout, tag: "v1")
        #expect(storage.requests.count >= 3)
        #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(registry.requests.contains { $0.method == "PUT" && $0.path == "/v2/team/a/manifests/v1" })
        let sent = storage.requests.map(\.body.count).reduce(0, +)
        #expect(sent > 1_000_000)
    }

    @Test func aFarRegistryDoesNotLeadToThisMachine() async throws {
        let image = try image()
        let transport = double(Mutexed()) { request, _ in
            request.method == "POST"
                ? HTTPResponse(status: 202, headers: [HTTPHeader("Location", "http://127.0.0.1:9/up")]) : nil
        }
        #expect(await code { _ = try await client(transport).pushImage(image, from: layout) } == "SLW5088")
    }

    @Test(arguments: [
        ("Wed, 21 Oct 2015 07:28:12 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 12),
        ("Wed, 21 Oct 2015 07:27:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 0), ("17", "", 17), ("-5", "", 0),
    ]) func aRegistryIsLeftAloneAsLongAsItSays(_ after: String, _ date: String, _ seconds: Int) {
        let headers = [HTTPHeader("Retry-After", after), HTTPHeader("Date", date)]
        #expect(HTTPResponse(status: 429, headers: headers).retryAfter == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "Wed, 21 Oct 2015 07:28:12 GMT", "99999999999999999999"])
    func whatSaysNothingIsNoTime(_ after: String) {
        #expect(HTTPResponse(status: 429, headers: [HTTPHeader("Retry-After", after)]).retryAfter == nil)
    }

    @Test func onlyTheOperatorAllowsTalkInTheClear() throws {
        let plain = ["SLIPWAY_REGISTRY_INSECURE": "r.example.com:5000, other.example.com"]
        for (host, scheme) in [
            ("r.example.com:5000", "http"), ("other.example.com", "http"), ("r.example.com", "https"),
        ] {
            let client = try Registries(environment: plain).repository("a", on: host)
            #expect(try client.address("x").scheme == scheme, "\(host)")
        }
    }
}
