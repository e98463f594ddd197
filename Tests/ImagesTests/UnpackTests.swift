import Foundation
import Manifests
import Testing
import YAML

@testable import Images

@Suite struct UnpackTests {
    @Test(arguments: [
        ("parent", [TarMember(name: "../escaped", content: "x")]),
        ("parent below", [TarMember(name: "a/../../escaped", content: "x")]),
        ("absolute", [TarMember(name: "/tmp/slipway-escaped", content: "x")]),
        (
            "through a link",
            [TarMember(name: "out", type: "2", link: "../outside"), TarMember(name: "out/escaped", content: "x")]
        ),
        (
            "through an absolute link",
            [TarMember(name: "out", type: "2", link: "/tmp"), TarMember(name: "out/slipway-escaped", content: "x")]
        ),
        ("device", [TarMember(name: "null", type: "3")]),
        ("block device", [TarMember(name: "disk", type: "4")]),
        ("pipe", [TarMember(name: "pipe", type: "6")]),
        ("hard link to the parent", [TarMember(name: "hard", type: "1", link: "../outside/kept")]),
        ("absolute hard link", [TarMember(name: "hard", type: "1", link: "/etc/passwd")]),
        (
            "hard link through a link",
            [
                TarMember(name: "out", type: "2", link: "../outside"),
                TarMember(name: "hard", type: "1", link: "out/kept"),
            ]
        ),
        (
            "whiteout through a link",
            [TarMember(name: "out", type: "2", link: "../outside"), TarMember(name: "out/.wh.kept")]
        ),
    ])
    func hostileLayersAreRefused(_ what: String, members: [TarMember]) throws {
        let folder = try TemporaryFolder()
        try folder.file("outside/kept", "kept")
        let layout = try freshLayout(folder)
        let image = try layout.add(layers: [TarMember.archive([TarMember(name: "fine", content: "x")] + members)])
        #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/target") } == "SLW5028")
        #expect(try folder.names("outside") == ["kept"])
        #expect(try folder.names("target").isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/escaped"))
        #expect(!FileManager.default.fileExists(atPath: "/tmp/slipway-escaped"))
    }

    @Test func upperLayersReplaceAndRemove() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let lower = [
            TarMember(name: "kept", content: "lower"), TarMember(name: "gone", content: "x"),
            TarMember(name: "changed", content: "lower"), TarMember(name: "folder/", type: "5", mode: 0o755),
            TarMember(name: "folder/a", content: "x"), TarMember(name: "opaque/old", content: "x"),
            TarMember(name: "becomes-file/x", content: "x"), TarMember(name: "becomes-folder", content: "x"),
        ]
        let upper = [
            TarMember(name: ".wh.gone"), TarMember(name: "changed", content: "upper"), TarMember(name: ".wh.folder"),
            TarMember(name: "opaque/.wh..wh..opq"), TarMember(name: "opaque/new", content: "x"),
            TarMember(name: "becomes-file", content: "x"), TarMember(name: "becomes-folder/x", content: "x"),
            TarMember(name: ".wh.never-there"), TarMember(name: "linked", type: "1", link: "kept"),
        ]
        let image = try layout.add(layers: [TarMember.archive(lower), TarMember.archive(upper)])
        _ = try layout.unpack(image, into: "\(folder.path)/target")
        #expect(
            try folder.names("target") == [
                "becomes-file", "becomes-folder", "becomes-folder/x", "changed", "kept", "linked", "opaque",
                "opaque/new",
            ])
        #expect(try folder.text("target/changed") == "upper")
        #expect(try folder.text("target/linked") == "lower")
    }

    @Test func rightsThatLayersClaimAreDropped() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let image = try layout.add(layers: [
            TarMember.archive([
                TarMember(name: "root-shell", content: "x", mode: 0o4755),
                TarMember(name: "locked", content: "x", mode: 0),
            ])
        ])
        _ = try layout.unpack(image, into: "\(folder.path)/target")
        let modes = try ["root-shell", "locked"].map { name in
            try FileManager.default.attributesOfItem(atPath: "\(folder.path)/target/\(name)")[.posixPermissions] as? Int
        }
        #expect(modes == [0o755, 0o600])
    }

    enum Damage: CaseIterable { case truncated, changed, changedAfterTheEnd, missing }

    @Test(arguments: Damage.allCases)
    func damagedLayersAreRefused(_ damage: Damage) throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let bytes = TarMember.archive([TarMember(name: "a", content: String(repeating: "x", count: 5000))])
        let image = try layout.add(layers: [bytes])
        let path = layout.blobPath(Digest(of: bytes))
        var damaged = bytes
        switch damage {
        case .truncated: damaged.removeLast(3000)
        case .changed: damaged[700] ^= 1
        case .changedAfterTheEnd: damaged[damaged.count - 1] ^= 1
        case .missing: damaged = []
        }
        try FileManager.default.removeItem(atPath: path)
        if damage != .missing { try Data(damaged).write(to: URL(fileURLWithPath: path)) }
        #expect(layout.contains(image) == (damage == .changed || damage == .changedAfterTheEnd))
        let expected = damage == .missing ? "SLW5021" : "SLW5022"
        #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/target") }?.rawValue == expected)
        #expect(try folder.names("target").isEmpty)
    }

    @Test(arguments: [UnpackLimits(entries: 2, bytes: 1000), UnpackLimits(entries: 10, bytes: 5)])
    func limitsHold(limits: UnpackLimits) throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let members = ["a", "b", "c"].map { TarMember(name: $0, content: "1234") }
        let image = try layout.add(layers: [TarMember.archive(members)])
        #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/t", limits: limits) } == "SLW5029")
    }

    @Test func targetMustBeFresh() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let image = try layout.add(layers: [TarMember.archive([])])
        try folder.file("target/mine", "x")
        #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/target") } == "SLW5030")
        #expect(try folder.text("target/mine") == "x")
    }

    @Test func garbageIsNoLayer() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let image = try layout.add(layers: [noise])
        #expect(code { _ = try layout.unpack(image, into: "\(folder.path)/target") } == "SLW5026")
    }
}
