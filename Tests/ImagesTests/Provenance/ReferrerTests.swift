import Foundation
import Manifests
import Support
import Synchronization
import Testing
import YAML

@testable import Images

/// How what is said of an image finds its way into stores, and is found there.
@Suite struct ReferrerTests {
    /// A registry in memory, as far as manifests and blobs go.
    private final class Registry: Sendable {
        struct State {
            var manifests: [String: [UInt8]] = [:]
            var types: [String: String] = [:]
            var blobs: [String: [UInt8]] = [:]
            var puts: [String] = []
        }

        let state = Mutex(State())
        /// Whether it keeps the list of referrers itself.
        let listsReferrers: Bool
        let looksAtMarks: Bool
        /// Called before a tag is put: what another client does meanwhile.
        let meanwhile: @Sendable (Registry) -> Void

        init(
            listsReferrers: Bool = false, looksAtMarks: Bool = false,
            meanwhile: @escaping @Sendable (Registry) -> Void = { _ in }
        ) {
            self.listsReferrers = listsReferrers
            self.looksAtMarks = looksAtMarks
            self.meanwhile = meanwhile
        }

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            let path = String(request.url.path.dropFirst("/v2/team/app/".count))
            let last = path.split(separator: "/").last.map(String.init) ?? ""
            switch (request.method, path.split(separator: "/").first) {
            case ("PUT", "manifests"):
                if last.hasPrefix("sha256-") { meanwhile(self) }
                guard case .bytes(let bytes) = request.body else { return HTTPResponse(status: 400) }
                let mark = request.headers.first { $0.name == "If-Match" }?.value
                let isNew = request.headers.contains { $0.name == "If-None-Match" }
                return state.withLock { state in
                    if looksAtMarks, isNew, state.manifests[last] != nil { return HTTPResponse(status: 412) }
                    if looksAtMarks, let mark, state.manifests[last].map({ "\"\(Digest(of: $0))\"" }) != mark {
                        return HTTPResponse(status: 412)
                    }
                    state.manifests[last] = bytes
                    state.puts.append(last)
                    let subject = (try? JSONValue(parsing: bytes))?["subject"]?["digest"]?.string
                    let headers =
                        listsReferrers ? subject.map { [HTTPHeader("OCI-Subject", $0)] } ?? [] : []
                    return HTTPResponse(status: 201, headers: headers)
                }
            case ("GET", "manifests"):
                guard let bytes = state.withLock({ $0.manifests[last] }) else { return HTTPResponse(status: 404) }
                return HTTPResponse(
                    status: 200, headers: [HTTPHeader("ETag", "\"\(Digest(of: bytes))\"")], body: bytes)
            case ("GET", "referrers"):
                guard listsReferrers else { return HTTPResponse(status: 404) }
                let entries = state.withLock { state in
                    state.manifests.filter { key, bytes in
                        key.hasPrefix("sha256:")
                            && (try? JSONValue(parsing: bytes))?["subject"]?["digest"]?.string == last
                    }.sorted { $0.key < $1.key }
                }
                var index = ReferrerIndex()
                for (key, bytes) in entries {
                    guard let digest = Digest(key) else { continue }
                    index.add(
                        Referrer(
                            blob: BlobDescriptor(
                                mediaType: BlobDescriptor.manifest, digest: digest, size: Int64(bytes.count)),
                            artifactType: (try? JSONValue(parsing: bytes))?["artifactType"]?.string))
                }
                return HTTPResponse(
                    status: 200, headers: [HTTPHeader("Content-Type", BlobDescriptor.index)], body: index.bytes)
            case ("HEAD", _): return HTTPResponse(status: 200)
            default: return HTTPResponse(status: 404)
            }
        }

        var store: RegistryArtifacts { RegistryArtifacts(client) }

        var client: RegistryClient {
            RegistryClient(
                host: "r.example.com", repository: "team/app",
                transport: ModelTransport { request, _ in self.answer(request) },
                credentials: StoredLogins(environment: [:]), pause: { _ in })
        }
    }

    private static func referrer(_ number: Int, of image: Digest) -> (Referrer, [UInt8]) {
        let bytes = ArtifactManifest(
            parts: [], annotations: ["n": "\(number)"], type: "application/x",
            subject: BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: image, size: 1)
        ).bytes
        let blob = BlobDescriptor(
            mediaType: BlobDescriptor.manifest, digest: Digest(of: bytes), size: Int64(bytes.count))
        return (Referrer(blob: blob, artifactType: "application/x", annotations: ["n": "\(number)"]), bytes)
    }

    private static let image = Digest(of: "image")
    private static let subject = BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: image, size: 1)

    @Test func aRegistryWithTheListKeepsItItself() async throws {
        let registry = Registry(listsReferrers: true)
        let (referrer, bytes) = Self.referrer(1, of: Self.image)
        try await registry.store.putReferrer(bytes, as: referrer, to: Self.subject)
        #expect(registry.state.withLock { $0.puts } == [referrer.blob.digest.description])
        let found = try await registry.store.referrers(of: Self.image)
        #expect(found.list.map(\.blob) == [referrer.blob] && found.source == .api)
    }

    @Test func aRegistryWithoutItHasAnIndexWithATag() async throws {
        let registry = Registry()
        for number in 1...3 {
            let (referrer, bytes) = Self.referrer(number, of: Self.image)
            try await registry.store.putReferrer(bytes, as: referrer, to: Self.subject)
            try await registry.store.putReferrer(bytes, as: referrer, to: Self.subject)
        }
        let found = try await registry.store.referrers(of: Self.image)
        #expect(found.source == .tag && found.list == (1...3).map { Self.referrer($0, of: Self.image).0 })
    }

    /// Another client adds its own between reading and writing: with conditions it is refused, without them lost and
    /// put again.
    @Test(arguments: [true, false]) func nobodysEntryIsLost(_ looksAtMarks: Bool) async throws {
        let turns = Mutex(3)
        let registry = Registry(looksAtMarks: looksAtMarks) { registry in
            let turn = turns.withLock { turns -> Int in
                turns -= 1
                return turns
            }
            guard turn >= 0 else { return }
            registry.state.withLock { state in
                let tag = ReferrerIndex.tag(of: Self.image)
                var index = (state.manifests[tag].flatMap { try? ReferrerIndex($0) }) ?? ReferrerIndex()
                index.add(Self.referrer(100 + turn, of: Self.image).0)
                state.manifests[tag] = index.bytes
            }
        }
        let (referrer, bytes) = Self.referrer(1, of: Self.image)
        try await registry.store.putReferrer(bytes, as: referrer, to: Self.subject)
        let found = try await registry.store.referrers(of: Self.image).list.map(\.blob.digest)
        #expect(found.contains(referrer.blob.digest))
        if looksAtMarks { #expect(found.count == 4) }
    }

    @Test func manyClientsAtOnceAllFindTheirEntries() async throws {
        let registry = Registry(looksAtMarks: true)
        try await withThrowingTaskGroup { group in
            for number in 0..<4 {
                group.addTask {
                    let (referrer, bytes) = Self.referrer(number, of: Self.image)
                    try await registry.store.putReferrer(bytes, as: referrer, to: Self.subject)
                }
            }
            try await group.waitForAll()
        }
        let found = try await registry.store.referrers(of: Self.image).list
        #expect(Set(found.map(\.blob.digest)).count == 4)
    }

    @Test func anEntryThatNeverStaysIsAnError() async throws {
        let registry = Registry { registry in
            registry.state.withLock { $0.manifests[ReferrerIndex.tag(of: Self.image)] = nil }
        }
        let client = RegistryClient(
            host: "r.example.com", repository: "team/app",
            transport: ModelTransport { request, _ in
                let tag = ReferrerIndex.tag(of: Self.image)
                // Whatever is put there is gone when it is looked for.
                return request.method == "GET" && request.url.path.hasSuffix(tag)
                    ? HTTPResponse(status: 404) : registry.answer(request)
            }, credentials: StoredLogins(environment: [:]), pause: { _ in })
        let (referrer, bytes) = Self.referrer(1, of: Self.image)
        let fault = await code { try await client.pushReferrer(bytes, as: referrer, to: Self.image) }
        #expect(fault == "SLW5197")
    }

    @Test(
        arguments: [
            ("</v2/team/app/referrers/more?last=1>; rel=\"next\"", nil),
            ("<https://elsewhere.example.com/more>; rel=\"next\"", "SLW5196"),
            ("</v2/team/app/referrers/same>; rel=\"next\"", "SLW5196"),
        ] as [(String, DiagnosticCode?)])
    func aListInPagesEnds(_ link: String, _ expected: DiagnosticCode?) async throws {
        let (first, _) = Self.referrer(1, of: Self.image)
        let (second, _) = Self.referrer(2, of: Self.image)
        let client = RegistryClient(
            host: "r.example.com", repository: "team/app",
            transport: ModelTransport { request, _ in
                var index = ReferrerIndex()
                index.add(request.url.path.contains("last=1") ? second : first)
                var headers = [HTTPHeader("Content-Type", BlobDescriptor.index)]
                if !request.url.path.contains("last=1") { headers.append(HTTPHeader("Link", link)) }
                return HTTPResponse(status: 200, headers: headers, body: index.bytes)
            }, credentials: StoredLogins(environment: [:]), pause: { _ in })
        if let expected {
            #expect(await code { _ = try await client.referrers(of: Self.image) } == expected)
        } else {
            #expect(try await client.referrers(of: Self.image).list.referrers == [first, second])
        }
    }

    @Test func entriesOfOthersStayAsTheyAre() throws {
        let text = """
            {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha512:00","size":3,"data":"AAAA","platform":{"os":"linux"}}]}
            """
        var index = try ReferrerIndex(Array(text.utf8))
        index.add(Self.referrer(1, of: Self.image).0)
        let written = String(decoding: index.bytes, as: UTF8.self)
        #expect(written.contains("sha512:00") && written.contains("\"data\":\"AAAA\"") && written.contains("linux"))
        #expect(index.referrers.count == 1)
    }

    // MARK: - A layout

    @Test func aLayoutListsThemTwice() async throws {
        let shop = try await AttestedImage()
        let listed = try shop.layout.readIndex()
        #expect(
            listed.compactMap(\.artifactType).sorted() == [InTotoStatement.mediaType, SPDXDocument.mediaType].sorted())
        #expect(try shop.layout.tags().contains(ReferrerIndex.tag(of: shop.image.digest)))
        #expect(try shop.layout.taggedReferrers(of: shop.image.digest).count == 2)
        // A name that another image gets leaves them alone.
        try shop.layout.tag("x", shop.image.digest)
        #expect(try shop.layout.readIndex().compactMap(\.artifactType).count == 2)
        #expect(try await shop.verify(AttestedImage.signers(shop.key)).isSound)
    }

    @Test func whatAnotherToolListedInTheIndexAloneIsFound() async throws {
        let shop = try await AttestedImage()
        let entries = try shop.layout.readIndex().filter { $0.artifactType != nil }
        try shop.layout.write(entries)
        #expect(try shop.layout.referrers(of: shop.image.digest).count == 2)
        #expect(try await shop.verify(AttestedImage.signers(shop.key)).isSound)
    }

    @Test func whatWasSaidIsNotSaidAgain() async throws {
        let shop = try await AttestedImage()
        let (image, layout) = (shop.image.digest, shop.layout)
        #expect(try layout.hasProvenance(of: image, signedWith: nil, hasCommit: true))
        #expect(try layout.hasProvenance(of: image, signedWith: shop.key, hasCommit: true))
        let other = try AttestedImage.makeKey(7)
        #expect(try !layout.hasProvenance(of: image, signedWith: other, hasCommit: false))
        #expect(try !layout.hasProvenance(of: Digest(of: "x"), signedWith: nil, hasCommit: false))
        // Removed because it was damaged, it is said anew.
        try FileAccess.remove(layout.blobPath(shop.referrer(InTotoStatement.mediaType).document.digest))
        #expect(try !layout.hasProvenance(of: image, signedWith: nil, hasCommit: true))
        var facts = AttestedImage.facts
        facts.isDirty = true
        let contents = ImageContents(image: image, source: shop.source, packages: [])
        let changed = try await AttestedImage()
        try changed.clear()
        _ = try await ImageAttestations.attach(
            facts, contents, created: "2026-11-26T10:00:00Z", signedWith: nil, to: changed.image,
            in: ArtifactFolder(changed.layout))
        #expect(try changed.layout.hasProvenance(of: changed.image.digest, signedWith: nil, hasCommit: false))
        #expect(try !changed.layout.hasProvenance(of: changed.image.digest, signedWith: nil, hasCommit: true))
    }

    @Test func manyAtOnceAreAllListed() async throws {
        let shop = try await AttestedImage()
        try await withThrowingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let (referrer, bytes) = Self.referrer(number, of: shop.image.digest)
                    try await ArtifactFolder(shop.layout).putReferrer(bytes, as: referrer, to: shop.image)
                }
            }
            try await group.waitForAll()
        }
        #expect(try shop.layout.taggedReferrers(of: shop.image.digest).count == 10)
    }

    // MARK: - A real registry

    @Test(.enabled(if: RegistryServer.isThere, "there is no docker-registry on this machine to start"))
    func allOfItGoesToARegistryAndIsVerifiedThere() async throws {
        let shop = try await AttestedImage()
        let registry = try RegistryServer()
        let login = try registry.writeLogin(into: "\(shop.folder.path)/docker")
        let store = try ArtifactStores(root: "/", environment: ["DOCKER_CONFIG": login])
            .registry(registry.host, "team/app")
        let manifest = try shop.layout.manifest(shop.image.digest)
        for blob in [manifest.config] + manifest.layers {
            try await store.put(blob, from: shop.layout.blobPath(blob.digest), at: 0)
        }
        _ = try await store.putManifest(
            try shop.layout.readBlob(shop.image.digest), mediaType: BlobDescriptor.manifest)
        #expect(try await shop.layout.copyReferrers(of: shop.image.digest, to: store) == 2)
        #expect(try await shop.layout.copyReferrers(of: shop.image.digest, to: store) == 0)
        let verified = try await shop.verify(AttestedImage.signers(shop.key), in: store)
        #expect(verified.failures == [])
        #expect(verified.outcomes(.signature) == [.ok] && verified.outcomes(.packages) == [.ok])
        #expect(verified.checks.contains { $0.detail == "2 found by the referrers tag" })
        // A byte on the registry's disk.
        let (_, document) = try shop.referrer(SPDXDocument.mediaType)
        let hex = document.digest.hex
        let path = "\(registry.folder)/data/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data"
        var bytes = try FileAccess.read(path, limit: 1 << 20)
        bytes[30] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let spoiled = try await shop.verify(AttestedImage.signers(shop.key), in: store)
        #expect(spoiled.outcomes(.sbom) == [.failed])
    }
}
