import Foundation
import Manifests
import Support
import Synchronization
import Testing
import YAML

@testable import Images

/// Images that others pushed, taken into a layout.
@Suite(.timeLimit(.minutes(2)))
struct ImagePullTests {
    private let folder: TemporaryFolder
    private let layout: ImageLayout

    init() throws {
        folder = try TemporaryFolder()
        layout = ImageLayout(path: "\(folder.path)/pulled")
    }

    private struct Open: RegistryCredentialSource {
        func login(for host: String, repository: String) async throws -> RegistryLogin? { nil }
    }

    private func client(_ transport: any HTTPTransport, host: String = "r.example.com") -> RegistryClient {
        RegistryClient(host: host, repository: "team/a", transport: transport, credentials: Open(), pause: { _ in })
    }

    /// What a registry has, by path.
    private func registry(_ content: [String: (type: String, body: [UInt8])]) -> ModelTransport {
        ModelTransport { request, _ in
            guard let found = content[request.url.path.replacing("/v2/team/a/", with: "")] else {
                return HTTPResponse(status: 404)
            }
            var headers = [HTTPHeader("Content-Type", found.type), HTTPHeader("Content-Length", "\(found.body.count)")]
            if request.method == "HEAD" {
                headers.append(HTTPHeader("Docker-Content-Digest", "\(Digest(of: found.body))"))
                return HTTPResponse(status: 200, headers: headers)
            }
            guard case .stream(let take) = request.sink else {
                return HTTPResponse(status: 200, headers: headers, body: found.body)
            }
            try found.body.withUnsafeBytes { try take($0) }
            return HTTPResponse(status: 200, headers: headers)
        }
    }

    private struct Sample {
        var content: [String: (type: String, body: [UInt8])] = [:]
        var manifest = Digest(of: "")

        @discardableResult
        mutating func add(blob bytes: [UInt8], _ type: String) -> BlobDescriptor {
            let blob = BlobDescriptor(mediaType: type, digest: Digest(of: bytes), size: Int64(bytes.count))
            content["blobs/\(blob.digest)"] = (type, bytes)
            return blob
        }

        mutating func add(manifest: JSONValue, _ type: String, tag: String? = nil) -> BlobDescriptor {
            let bytes = manifest.canonicalBytes
            let blob = BlobDescriptor(mediaType: type, digest: Digest(of: bytes), size: Int64(bytes.count))
            content["manifests/\(blob.digest)"] = (type, bytes)
            if let tag { content["manifests/\(tag)"] = (type, bytes) }
            return blob
        }

        mutating func image(
            _ architecture: String, tag: String? = nil, layers: [BlobDescriptor]? = nil,
            manifestType: String = BlobDescriptor.manifest, configType: String = BlobDescriptor.config
        ) -> BlobDescriptor {
            let config = add(
                blob: Array("{\"architecture\":\"\(architecture)\",\"os\":\"linux\",\"rootfs\":{}}".utf8), configType)
            let layers = layers ?? [add(blob: TarMember.archive([TarMember(name: "a")]), BlobDescriptor.layer)]
            return add(
                manifest: .object([
                    "schemaVersion": 2, "mediaType": .string(manifestType), "config": config.json,
                    "layers": .array(layers.map(\.json)),
                ]), manifestType, tag: tag)
        }

        mutating func index(_ images: [(BlobDescriptor, String?)], tag: String?) -> BlobDescriptor {
            let entries = images.map { blob, architecture -> JSONValue in
                var fields = blob.json.object ?? [:]
                if let architecture {
                    fields["platform"] = .object(["os": "linux", "architecture": .string(architecture)])
                }
                return .object(fields)
            }
            return add(
                manifest: .object(["schemaVersion": 2, "manifests": .array(entries)]), BlobDescriptor.index, tag: tag)
        }
    }

    private static let amd = Platform(os: "linux", architecture: "amd64")

    @Test func anIndexLeadsToTheImageOfThePlatform() async throws {
        var sample = Sample()
        let (amd, arm) = (sample.image("amd64"), sample.image("arm64"))
        let inner = sample.index([(arm, "arm64"), (amd, "amd64")], tag: nil)
        let outer = sample.index([(inner, nil)], tag: "v1")
        for platform in [Self.amd, Platform(os: "linux", architecture: "arm64")] {
            let client = client(registry(sample.content))
            let pulled = try await client.pullImage(.tag("v1"), platform: platform, into: layout)
            #expect(pulled.manifest.digest == (platform == Self.amd ? amd : arm).digest)
            #expect(pulled.resolved == outer.digest && pulled.platform == platform)
            #expect(layout.contains(pulled.manifest.digest))
        }
        let client = client(registry(sample.content))
        let risc = Platform(os: "linux", architecture: "riscv64")
        #expect(await code { _ = try await client.pullImage(.tag("v1"), platform: risc, into: layout) } == "SLW5131")
        #expect(try await client.resolve(.tag("v1")).digest == outer.digest)
        #expect(await code { _ = try await client.resolve(.tag("v2")) } == "SLW5130")
        #expect(try await client.find(.tag("v2")) == nil)
    }

    @Test func whatIsThereIsNotFetchedAgain() async throws {
        var sample = Sample()
        let image = sample.image("amd64", tag: "v1")
        let first = registry(sample.content)
        _ = try await client(first).pullImage(.tag("v1"), platform: Self.amd, into: layout)
        #expect(first.requests.count == 3)
        // Unused for long enough that housekeeping would take it.
        let files = FileManager.default
        let folder = "\(layout.path)/blobs/sha256"
        let long = Date(timeIntervalSince1970: 1)
        for name in try files.contentsOfDirectory(atPath: folder) {
            try files.setAttributes([.modificationDate: long], ofItemAtPath: "\(folder)/\(name)")
        }
        let second = registry(sample.content)
        _ = try await client(second).pullImage(.tag("v1"), platform: Self.amd, into: layout)
        #expect(second.requests.map(\.url.path) == ["/v2/team/a/manifests/v1"])
        for name in try files.contentsOfDirectory(atPath: folder) {
            let modified = try files.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate] as? Date
            #expect(modified.map { $0 > long } == true, "what a pull counts on is young, and stays")
        }
        let third = registry(sample.content)
        let known = try await client(third).pullImage(.digest(image.digest), platform: Self.amd, into: layout)
        #expect(third.requests.isEmpty && known.manifest == image)
    }

    @Test func aSingleImageForAnotherPlatformIsRefusedBeforeItsLayersCome() async throws {
        var sample = Sample()
        _ = sample.image("arm64", tag: "v1")
        let transport = registry(sample.content)
        let fault = await code {
            _ = try await client(transport).pullImage(.tag("v1"), platform: Self.amd, into: layout)
        }
        #expect(fault == "SLW5131" && transport.requests.count == 2)
    }

    private static let long = BlobDescriptor(
        mediaType: BlobDescriptor.layer, digest: Digest(of: "x"), size: 1 << 62)

    /// What is wrong, what it is answered with.
    enum Trouble: CaseIterable {
        case truncated, changed, tooLong, missing, changedManifest, tooManyLayers, unknownLayer, noConfiguration
        case twoThings, schemaOne, noJSON, huge, negative, endless, gone

        var code: DiagnosticCode {
            switch self {
            case .truncated, .changed, .tooLong, .changedManifest: "SLW5071"
            case .missing: "SLW5134"
            case .tooManyLayers, .huge, .endless: "SLW5133"
            case .unknownLayer, .noConfiguration, .twoThings, .schemaOne, .noJSON, .negative: "SLW5132"
            case .gone: "SLW5130"
            }
        }
    }

    @Test(arguments: Trouble.allCases) func aRegistryThatLiesLeavesNothing(_ trouble: Trouble) async throws {
        var sample = Sample()
        let tar = TarMember.archive([TarMember(name: "a")])
        let layer = sample.add(blob: tar, BlobDescriptor.layer)
        let path = "blobs/\(layer.digest)"
        var image = sample.image("amd64", tag: "v1", layers: [layer])
        switch trouble {
        case .truncated: sample.content[path]?.body.removeLast()
        case .changed: sample.content[path]?.body[0] ^= 1
        case .tooLong: sample.content[path]?.body.append(0)
        case .missing: sample.content[path] = nil
        case .changedManifest: sample.content["manifests/\(image.digest)"]?.body.append(0x20)
        case .tooManyLayers: image = sample.image("amd64", layers: Array(repeating: layer, count: 513))
        case .unknownLayer:
            image = sample.image("amd64", layers: [BlobDescriptor(mediaType: "a/b", digest: layer.digest, size: 1)])
        case .noConfiguration: image = sample.image("amd64", configType: ArtifactManifest.empty.mediaType)
        case .twoThings:
            let bytes = try #require(sample.content["manifests/\(image.digest)"]).body
            let text = String(decoding: bytes, as: UTF8.self).replacing(
                "{\"config\"", with: "{\"manifests\":[],\"config\"")
            image.digest = Digest(of: text)
            sample.content["manifests/\(image.digest)"] = (BlobDescriptor.manifest, Array(text.utf8))
        case .schemaOne: image = sample.add(manifest: .object(["schemaVersion": 1]), BlobDescriptor.manifest)
        case .noJSON:
            image.digest = Digest(of: "<html>")
            sample.content["manifests/\(image.digest)"] = ("text/html", Array("<html>".utf8))
        case .huge: image = sample.image("amd64", layers: [Self.long, Self.long])
        case .negative:
            image = sample.image(
                "amd64", layers: [BlobDescriptor(mediaType: layer.mediaType, digest: layer.digest, size: -1)])
        case .endless: for _ in 1...5 { image = sample.index([(image, "amd64")], tag: nil) }
        case .gone: sample.content["manifests/\(image.digest)"] = nil
        }
        let client = client(registry(sample.content))
        let fault = await code {
            _ = try await client.pullImage(.digest(image.digest), platform: Self.amd, into: layout)
        }
        #expect(fault == trouble.code)
        #expect(!layout.contains(image.digest))
        let left = try FileManager.default.contentsOfDirectory(atPath: layout.stagingFolder)
        #expect(left.isEmpty)
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(layout.path)/blobs/sha256") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(layout.path)/blobs/sha256/\(name)"))
            #expect(Digest(of: bytes).hex == name)
        }
    }

    /// How Docker and others push, and what they push.
    @Test(
        .enabled(if: RegistryServer.isThere && isTool("/usr/bin/skopeo"), "no docker-registry or skopeo to start"),
        arguments: ["oci", "v2s2"])
    func whatSkopeoPushesIsPulled(_ format: String) async throws {
        let shop = try Workshop()
        try shop.folder.file("source/train.py", "print('hi')\n")
        let image = try await shop.build(try shop.request(tag: "v1"))
        let registry = try RegistryServer()
        let login = "\(RegistryServer.user):\(RegistryServer.password)"
        let copy = [
            "--insecure-policy", "copy", "--quiet", "--format", format, "--dest-tls-verify=false", "--dest-creds",
            login, "oci:\(shop.layout.path):v1", "docker://\(registry.host)/team/a:\(format)",
        ]
        _ = try await output("/usr/bin/skopeo", copy, ToolEnvironment.current)
        let docker = try registry.writeLogin(into: "\(folder.path)/docker")
        let registries = Registries(environment: ["DOCKER_CONFIG": docker])
        let reference = try ImageReference("\(registry.host)/team/a:\(format)")
        let client = try registries.repository(of: reference)
        let told = Mutex<[TransferProgress]>([])
        let pulled = try await client.pullImage(reference.selector, into: layout) { progress in
            told.withLock { $0.append(progress) }
        }
        #expect(try await client.resolve(reference.selector) == pulled.manifest)
        #expect(
            pulled.manifest.mediaType == (format == "oci" ? BlobDescriptor.manifest : BlobDescriptor.dockerManifest))
        let last = try #require(told.withLock { $0.last })
        #expect(last.blobs == last.allBlobs && last.bytes == last.allBytes && last.bytes > 0)
        let unpacked = try layout.unpack(pulled.manifest.digest, into: "\(folder.path)/unpacked")
        #expect(
            try SourceTree.read("\(unpacked.root)/app").digest == SourceTree.read("\(shop.folder.path)/source").digest)
        #expect(unpacked.config.command == ["python3", "train.py"])
        _ = image
    }
}
