import Foundation
import Manifests
import Testing
import YAML

@testable import Images

@Suite struct BaseImageTests {
    /// The file's own number: a blob that is written again is another file.
    private func file(_ shop: Workshop, _ blob: BlobDescriptor) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: shop.layout.blobPath(blob.digest))
        return attributes[.systemFileNumber] as? Int
    }

    @Test func anImageIsItsBaseAndTheSource() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/train.py", "print('hi')\n")
        let base = try SampleBase().write(to: "\(shop.folder.path)/bases/one")
        let image = try await shop.build(try shop.request(on: "oci:bases/one:v1"))
        #expect(image.base == BuiltBase(reference: "oci:bases/one:v1", digest: base, manifest: base))
        #expect(image.layers.count == 2)
        let unpacked = try shop.unpack(image)
        #expect(try shop.folder.text("unpacked/etc/base") == "base\n")
        #expect(try shop.folder.text("unpacked/app/train.py") == "print('hi')\n")
        #expect(unpacked.workingDirectory == "\(shop.folder.path)/unpacked/app")
        let annotations = try shop.layout.manifest(image.manifestDigest).annotations
        #expect(annotations?["org.opencontainers.image.base.digest"] == base.description)
        #expect(annotations?["org.opencontainers.image.title"] == "job")
    }

    @Test func aChangedFileMakesOnlyTheCodeLayerAnew() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/train.py", "1")
        try SampleBase().write(to: "\(shop.folder.path)/bases/one")
        let first = try await shop.build(try shop.request(on: "oci:bases/one"))
        let written = try file(shop, first.layers[0])
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/bases/one/blobs")
        try shop.folder.file("source/train.py", "2")
        // The base is in the layout: of the place that it came from only the index is read.
        let second = try await shop.build(try shop.request(on: "oci:bases/one"))
        #expect(first.layers[0] == second.layers[0] && first.layers[1] != second.layers[1])
        #expect(try file(shop, second.layers[0]) == written)
        #expect(!second.reused)
    }

    @Test func theKeyIsOfTheDigestAndNotOfTheName() async throws {
        let shop = try Workshop()
        let digest = try SampleBase().write(to: "\(shop.folder.path)/bases/one")
        try ImageLayout(path: "\(shop.folder.path)/bases/one").tag("other", digest)
        let first = try await shop.build(try shop.request(on: "oci:bases/one:v1"))
        for name in ["oci:bases/one:other", "oci:bases/one@\(digest)", "oci:\(shop.folder.path)/bases/one:v1"] {
            let image = try await shop.build(try shop.request(on: name))
            #expect(image.reused && image.manifestDigest == first.manifestDigest, "\(name)")
            #expect(image.base?.reference == name)
        }
        // A name that leads elsewhere leads to another image.
        var changed = SampleBase()
        changed.layers = [TarMember.archive([TarMember(name: "etc/base", content: "newer\n")])]
        let newer = try changed.write(to: "\(shop.folder.path)/bases/one")
        let moved = try await shop.build(try shop.request(on: "oci:bases/one:v1"))
        #expect(moved.base?.manifest == newer && moved.contentKey != first.contentKey)
        // What was recorded is built again, whatever the name says by now.
        var recorded = try shop.request(on: "oci:bases/one:v1")
        recorded.base = digest
        #expect(try await shop.build(recorded).manifestDigest == first.manifestDigest)
        #expect(code { _ = try shop.builder.contentKey(of: try shop.request(on: "oci:bases/one")) } == "SLW5113")
    }

    @Test func aRecordedBaseNeedsNothingButTheLayout() async throws {
        let shop = try Workshop()
        let digest = try SampleBase().write(to: "\(shop.folder.path)/bases/one")
        let first = try await shop.build(try shop.request(on: "oci:bases/one@\(digest)"))
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/bases")
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/cache")
        let second = try await shop.build(try shop.request(on: "oci:bases/one@\(digest)"))
        #expect(second.manifestDigest == first.manifestDigest && !second.reused)
        #expect(await code { _ = try await shop.build(try shop.request(on: "oci:bases/one:v1")) } == "SLW5100")
    }

    @Test func theConfigurationIsTheBasesWithTheImagesOwn() async throws {
        let shop = try Workshop()
        var base = SampleBase()
        base.config = [
            "Env": ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8", "NAME=base", "broken"], "User": "app",
            "Entrypoint": ["/entry"], "Cmd": ["argument"], "Labels": ["a": "base", "b": "base"],
            "ExposedPorts": ["80/tcp": [:]], "OnBuild": ["RUN x"], "Hostname": "builder", "WorkingDir": "/srv",
        ]
        try base.write(to: "\(shop.folder.path)/bases/one")
        var request = try shop.request(on: "oci:bases/one")
        request.environment = ["NAME": "own", "ALPHA": "1"]
        request.labels = ["b": "own"]
        let image = try await shop.build(request)
        let document = try shop.config(image)
        var config = document["config"]?.object ?? [:]
        let labels = config.removeValue(forKey: "Labels")?.object ?? [:]
        #expect(labels["a"] == "base" && labels["b"] == "own")
        #expect(Set(labels.keys) == Set(["a", "b"]).union(ImageLabels.of(request).keys))
        #expect(
            config == [
                "Env": ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8", "NAME=own", "ALPHA=1"], "User": "app",
                "Cmd": ["python3", "train.py"], "ExposedPorts": ["80/tcp": [:]], "WorkingDir": "/app",
            ])
        #expect(document["rootfs"]?["diff_ids"]?.strings == image.layers.map { "\($0.digest)" })
        #expect(document["history"]?.array?.count == 2)
        // Without a command of the job's, arguments for an entry point that is gone mean nothing.
        request.command = []
        #expect(try shop.config(try await shop.build(request))["config"]?["Cmd"] == nil)
        base.config["Entrypoint"] = nil
        try base.write(to: "\(shop.folder.path)/bases/one")
        #expect(try shop.config(try await shop.build(request))["config"]?["Cmd"] == ["argument"])
    }

    @Test func packagesAreForThePythonOfTheBase() async throws {
        let shop = try Workshop()
        var base = SampleBase()
        base.config = ["Env": ["PYTHON_VERSION=3.99.1"]]
        try base.write(to: "\(shop.folder.path)/bases/one")
        try shop.folder.file("source/requirements.txt", "some-package==1\n")
        var request = try shop.request(on: "oci:bases/one")
        request.build.python = PythonSpec()
        request.build.python?.requirements = "requirements.txt"
        let error = await #expect(throws: Diagnostic.self) { try await shop.build(request) }
        #expect(error?.message.contains("3.99") == true)
    }

    @Test func thePlatformDecidesWithinIndexes() async throws {
        let shop = try Workshop()
        let path = "\(shop.folder.path)/bases/many"
        let layout = ImageLayout(path: path)
        try layout.initialise()
        var other = SampleBase()
        other.platform = Platform(os: "linux", architecture: "s390x")
        let foreign = try other.write(to: layout)
        let own = try SampleBase().write(to: layout)
        let inner = try layout.writeBlob(
            SampleBase.index([(other.platform, foreign), (.host, own)]), mediaType: BlobDescriptor.index)
        // Docker's own name for an index, around an index, as some tools nest them.
        let list = "application/vnd.docker.distribution.manifest.list.v2+json"
        let outer = try layout.writeBlob(SampleBase.index([(nil, inner)]), mediaType: list)
        try layout.tag("v1", outer.digest)
        let image = try await shop.build(try shop.request(on: "oci:bases/many:v1"))
        #expect(image.base?.digest == outer.digest && image.base?.manifest == own.digest)
        let lonely = try layout.writeBlob(
            SampleBase.index([(other.platform, foreign), (Platform(os: "linux", architecture: "riscv64"), foreign)]),
            mediaType: BlobDescriptor.index)
        try layout.tag("v1", lonely.digest)
        let error = await #expect(throws: Diagnostic.self) {
            try await shop.build(try shop.request(on: "oci:bases/many:v1"))
        }
        #expect(error?.code == "SLW5104")
        #expect(error?.notes.first?.message == "it is there for: linux/s390x, linux/riscv64")
        try layout.tag("v1", foreign.digest)
        #expect(await code { _ = try await shop.build(try shop.request(on: "oci:bases/many:v1")) } == "SLW5104")
    }

    @Test func dockersNamesBecomeThoseOfTheSpecification() async throws {
        let shop = try Workshop()
        let archive = TarMember.archive([TarMember(name: "etc/base", content: "base\n")])
        var base = SampleBase()
        base.layers = [archive, try await piped(archive, through: ["gzip", "-n"])]
        base.archives = [archive, archive]
        let docker = "application/vnd.docker.image.rootfs.diff.tar"
        base.mediaTypes = [docker, docker + ".gzip"]
        try base.write(to: "\(shop.folder.path)/bases/docker")
        let image = try await shop.build(try shop.request(on: "oci:bases/docker"))
        let (plain, packed) = (BlobDescriptor.layer, BlobDescriptor.gzipLayer)
        #expect(image.layers.map(\.mediaType) == [plain, packed, plain])
        #expect(image.layers[1].digest == Digest(of: base.layers[1]))
        _ = try shop.unpack(image)
        base.mediaTypes = [docker, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"]
        try base.write(to: "\(shop.folder.path)/bases/docker")
        #expect(await code { _ = try await shop.build(try shop.request(on: "oci:bases/docker")) } == "SLW5132")
    }

    @Test func manyBuildsBringABaseOnce() async throws {
        let shop = try Workshop()
        try SampleBase().write(to: "\(shop.folder.path)/bases/one")
        let recorder = Recorder()
        let requests = try (0..<6).map { number in
            try shop.folder.file("source\(number)/a", "\(number)")
            return try shop.request(on: "oci:bases/one", source: "source\(number)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for request in requests {
                group.addTask { _ = try await shop.builder.build(request) { recorder.record($0) } }
            }
            try await group.waitForAll()
        }
        #expect(recorder.lines.filter { $0.hasPrefix("bringing") }.count == 1)
        #expect(try shop.folder.names("layout/staging").isEmpty)
    }
}

extension Workshop {
    /// The whole configuration of an image.
    func config(_ image: BuiltImage) throws -> JSONValue {
        try JSONValue(parsing: try layout.readBlob(try layout.manifest(image.manifestDigest).config.digest))
    }
}
