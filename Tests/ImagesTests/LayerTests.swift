import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// Layers as other tools write them.
@Suite struct LayerTests {
    private static let gzip = ["gzip", "-n"]
    private static let zstd = ["zstd", "--quiet"]

    /// An image of one compressed layer.
    private func image(
        _ layer: [UInt8], of archive: [UInt8], _ mediaType: String, in layout: ImageLayout
    ) throws -> Digest {
        try SampleBase(layers: [layer], archives: [archive], mediaTypes: [mediaType]).write(to: layout).digest
    }

    @Test(arguments: [(gzip, BlobDescriptor.gzipLayer), (zstd, BlobDescriptor.zstdLayer)])
    func compressedLayersUnpack(_ tool: [String], _ mediaType: String) async throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let text = (0..<200_000).map { "\($0) " }.joined()
        let archive = TarMember.archive([TarMember(name: "a/large", content: text)])
        let layer = try await piped(archive, through: tool)
        #expect(layer.count < archive.count / 2)
        _ = try layout.unpack(try image(layer, of: archive, mediaType, in: layout), into: "\(folder.path)/target")
        #expect(try folder.text("target/a/large") == text)
        // Several streams after one another are one archive, as parallel compressors write them.
        let (front, back) = (Array(archive[..<70_000]), Array(archive[70_000...]))
        let both = try await piped(front, through: tool) + piped(back, through: tool)
        _ = try layout.unpack(try image(both, of: archive, mediaType, in: layout), into: "\(folder.path)/parts")
        #expect(try folder.text("parts/a/large") == text)
        // An archive that is not the one that the configuration speaks of.
        let other = try image(layer, of: Array("other".utf8), mediaType, in: layout)
        #expect(code { _ = try layout.unpack(other, into: "\(folder.path)/other") } == "SLW5109")
        #expect(try folder.names("other").isEmpty)
        // A compressed stream that ends too early, in a blob that is what its digest says.
        let cut = try image(Array(layer.dropLast(1000)), of: archive, mediaType, in: layout)
        #expect(["SLW5110", "SLW5026"].contains(code { _ = try layout.unpack(cut, into: "\(folder.path)/cut") }))
        #expect(try folder.names("cut").isEmpty)
    }

    @Test(arguments: [(gzip, BlobDescriptor.gzipLayer), (zstd, BlobDescriptor.zstdLayer)])
    func bombsAreStopped(_ tool: [String], _ mediaType: String) async throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        // 64 MB of zeros after the end of an archive, which no header speaks of.
        let archive = TarMember.archive([TarMember(name: "a", content: "x")]) + [UInt8](repeating: 0, count: 64 << 20)
        let layer = try await piped(archive, through: tool)
        #expect(layer.count < 100_000)
        let image = try image(layer, of: archive, mediaType, in: layout)
        let limits = UnpackLimits(entries: 10, bytes: 1 << 20)
        #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/target", limits: limits) } == "SLW5029")
        #expect(try folder.names("target").isEmpty)
        // And a file that its header calls large.
        let zeros = String(repeating: "\0", count: 8 << 20)
        let honest = TarMember.archive([TarMember(name: "zeros", content: zeros)])
        let second = try self.image(try await piped(honest, through: tool), of: honest, mediaType, in: layout)
        #expect(code { _ = try layout.unpack(second, into: "\(folder.path)/target", limits: limits) } == "SLW5029")
    }

    @Test func linksBetweenFoldersAreFollowedInTheImage() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let lower = [
            TarMember(name: "usr/bin/", type: "5", mode: 0o755), TarMember(name: "bin", type: "2", link: "usr/bin"),
            TarMember(name: "var/run", type: "2", link: "/run"), TarMember(name: "run/", type: "5", mode: 0o755),
            TarMember(name: "bin/sh", content: "shell", mode: 0o755),
            TarMember(name: "deep/er/up", type: "2", link: "../../bin"),
        ]
        let upper = [
            TarMember(name: "bin/tool", content: "tool"), TarMember(name: "var/run/lock", content: "lock"),
            TarMember(name: "deep/er/up/third", content: "third"),
            TarMember(name: "bin/again", type: "1", link: "bin/sh"), TarMember(name: "bin/.wh.sh"),
        ]
        let image = try layout.add(layers: [TarMember.archive(lower), TarMember.archive(upper)])
        _ = try layout.unpack(image, into: "\(folder.path)/target")
        #expect(
            try folder.names("target").sorted() == [
                "bin", "deep", "deep/er", "deep/er/up", "run", "run/lock", "usr", "usr/bin", "usr/bin/again",
                "usr/bin/third", "usr/bin/tool", "var", "var/run",
            ])
        #expect(try folder.text("target/usr/bin/again") == "shell")
    }

    @Test(arguments: [
        [TarMember(name: "a", type: "2", link: "b"), TarMember(name: "b", type: "2", link: "a")],
        [TarMember(name: "a", type: "2", link: "nowhere")], [TarMember(name: "a", type: "2", link: "/etc")],
        [TarMember(name: "d/", type: "5", mode: 0o755), TarMember(name: "a", type: "2", link: "d/../../outside")],
        [TarMember(name: "d/x", type: "2", link: "../.."), TarMember(name: "a", type: "2", link: "d/x/outside")],
    ])
    func linksThatLeadNowhereOrOut(_ links: [TarMember]) throws {
        let folder = try TemporaryFolder()
        try folder.file("outside/kept", "kept")
        let layout = try freshLayout(folder)
        let members = [TarMember(name: "fine", content: "x")] + links
        // The links may come with the layer or from below it; a file, a hard link or a removal may go through them.
        for last in [
            TarMember(name: "a/kept", content: "y"), TarMember(name: "h", type: "1", link: "a/kept"),
            TarMember(name: "a/.wh.kept"),
        ] {
            for layers in [[members + [last]], [members, [last]]] {
                let image = try layout.add(layers: layers.map(TarMember.archive))
                #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/target") } == "SLW5028")
                #expect(try folder.text("outside/kept") == "kept")
                #expect(try folder.names("target").isEmpty)
            }
        }
    }

    @Test func devicesOfDistributionsAreLeftOut() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let members = [
            TarMember(name: "./dev/", type: "5", mode: 0o755), TarMember(name: "./dev/null", type: "3"),
            TarMember(name: "./dev/initctl", type: "6"), TarMember(name: "./etc/x", content: "x"),
        ]
        _ = try layout.unpack(
            try layout.add(layers: [TarMember.archive(members)]), into: "\(folder.path)/target")
        #expect(try folder.names("target") == ["dev", "etc", "etc/x"])
    }

    @Test func whatALayerBringsStaysWhereItRemovesToo() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let lower = ["d/old", "d/sub/old", "e/old", "f"].map { TarMember(name: $0, content: "lower") }
        // Whiteouts are for what is below, also where they come last.
        let upper = [
            TarMember(name: "d/new", content: "upper"), TarMember(name: "d/sub/new", content: "upper"),
            TarMember(name: "d/.wh..wh..opq"), TarMember(name: "e/new", content: "upper"), TarMember(name: ".wh.e"),
            TarMember(name: "f", content: "upper"), TarMember(name: ".wh.f"),
        ]
        let image = try layout.add(layers: [TarMember.archive(lower), TarMember.archive(upper)])
        _ = try layout.unpack(image, into: "\(folder.path)/target")
        #expect(try folder.names("target") == ["d", "d/new", "d/sub", "d/sub/new", "e", "e/new", "f"])
        #expect(try folder.text("target/f") == "upper")
    }

    @Test func namesThatDifferInTheirSpellingAreTwo() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let (one, two) = ("\u{E9}", "e\u{301}")
        let lower = ["\(one)/x", "\(two)/x"].map { TarMember(name: $0, content: "lower") }
        let upper = [TarMember(name: "\(one)/x", content: "upper"), TarMember(name: ".wh.\(two)")]
        let image = try layout.add(layers: [TarMember.archive(lower), TarMember.archive(upper)])
        _ = try layout.unpack(image, into: "\(folder.path)/target")
        #expect(try FileAccess.names(in: "\(folder.path)/target") == [Array(one.utf8)])
    }

    /// A tree with what is hard to keep, packed by the system's own tar.
    @Test(arguments: ["gnu", "pax"])
    func archivesOfTarUnpackAsTheyWere(_ format: String) async throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let deep = (0..<6).map { _ in String(repeating: "d", count: 60) }.joined(separator: "/")
        try folder.file("tree/\(deep)/größe 世界", "deep")
        try folder.file("tree/\(String(repeating: "n", count: 250))", "long")
        try folder.file("tree/run.sh", "#!/bin/sh\n", executable: true)
        try folder.link("tree/link", to: String(repeating: "t", count: 180))
        try FileManager.default.linkItem(
            atPath: "\(folder.path)/tree/run.sh", toPath: "\(folder.path)/tree/zz-hard")
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/tree/empty", withIntermediateDirectories: true)
        try folder.file("tree/sparse", "start")
        let holes = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder.path)/tree/sparse"))
        try holes.seek(toOffset: 50 << 20)
        try holes.write(contentsOf: Data("end".utf8))
        try holes.close()
        let options = ["--format=\(format)", "--sparse", "-C", "\(folder.path)/tree", "-cf", "\(folder.path)/tar", "."]
        _ = try await output("/bin/tar", options, ToolEnvironment.current)
        let archive = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/tar")))
        #expect(archive.count < 1 << 20)
        _ = try layout.unpack(try layout.add(layers: [archive]), into: "\(folder.path)/target")
        #expect(try folder.names("target") == folder.names("tree"))
        let (one, two) = (try HandedFiles.tree("\(folder.path)/tree"), try HandedFiles.tree("\(folder.path)/target"))
        #expect(one.digest == two.digest)
        let blocks = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/target/sparse")
        #expect(blocks[.size] as? Int == (50 << 20) + 3)
    }
}
