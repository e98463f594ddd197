import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// What no needed image has is found and removed; what somebody counts on is not, whenever he begins to.
@Suite struct HousekeepingTests {
    private let folder: TemporaryFolder
    private let layout: ImageLayout
    private static let day = 86_400

    init() throws {
        folder = try TemporaryFolder()
        layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
    }

    private var keeper: ImageHousekeeping {
        ImageHousekeeping(
            layout: layout, cacheFolder: "\(folder.path)/cache", unusedSince: Int(time(nil)) - Self.day)
    }

    private func image(_ name: String) throws -> Digest {
        try layout.add(layers: [
            TarMember.archive([TarMember(name: "shared", content: "x")]),
            TarMember.archive([TarMember(name: name, content: name)]),
        ])
    }

    /// Lets everything have been used last three days ago.
    private func age() throws {
        let old = Date(timeIntervalSinceNow: -Double(3 * Self.day))
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for file in files {
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(folder.path)/\(file)")
        }
    }

    private func removed(_ things: [StaleThing]) throws -> Int { try things.count { try keeper.remove($0) } }

    @Test func whatTwoImagesShareStaysWithOneOfThem() throws {
        let (one, other) = (try image("one"), try image("other"))
        try age()
        let things = try keeper.stale(needed: [one], dropped: [other: "it is old"])
        // A manifest, a configuration and a layer; the document before what it is made of.
        #expect(things.count == 3 && things[0].path.hasSuffix(other.hex) && things[0].reason == "it is old")
        #expect(try removed(things) == 3)
        #expect(layout.contains(one) && !layout.contains(other))
        #expect(try keeper.stale(needed: [one]).isEmpty)
    }

    @Test func whatTheLayoutListsStays() throws {
        let (one, other) = (try image("one"), try image("other"))
        try layout.tag("kept", one)
        try age()
        #expect(try removed(keeper.stale(needed: [])) == 3)
        #expect(layout.contains(one) && !layout.contains(other))
    }

    @Test func whatIsAttachedToANeededImageStays() throws {
        let (one, other) = (try image("one"), try image("other"))
        func attach(to subject: Digest) throws -> Digest {
            let content = try layout.writeBlob(Array("about \(subject)".utf8), mediaType: "text/plain")
            let config = try layout.writeBlob(Array("{}".utf8), mediaType: "application/vnd.oci.empty.v1+json")
            return try layout.writeBlob(
                JSONValue.object([
                    "schemaVersion": 2, "config": config.json, "layers": .array([content.json]),
                    "subject": .object(["digest": .string(subject.description)]),
                ]).canonicalBytes, mediaType: BlobDescriptor.manifest
            ).digest
        }
        let kept = try attach(to: one)
        let further = try attach(to: kept)
        let gone = try attach(to: other)
        try age()
        _ = try removed(keeper.stale(needed: [one]))
        #expect(layout.contains(kept) && layout.contains(further) && layout.contains(one))
        #expect(!layout.contains(gone) && !layout.contains(other))
    }

    @Test func whatIsYoungStays() throws {
        _ = try image("one")
        #expect(try keeper.stale(needed: []).isEmpty)
    }

    /// Between looking and removing somebody may begin to count on what is there.
    @Test(arguments: ["keep", "write again", "build", "nothing"]) func whoComesInBetweenKeepsIt(
        _ how: String
    ) async throws {
        let one = try image("one")
        try age()
        let things = try keeper.stale(needed: [])
        #expect(things.count == 4)
        switch how {
        case "keep": #expect(layout.keep(one))
        case "write again": #expect(try image("one") == one)
        case "build": #expect(layout.keepBlob(try #require(try layout.manifest(one).layers.first).digest, size: 2048))
        default: break
        }
        let count = try removed(things)
        switch how {
        case "keep", "write again": #expect(count == 0 && layout.contains(one))
        case "build": #expect(count == 3)
        default: #expect(count == 4 && !layout.keep(one))
        }
    }

    @Test func whatBuildsRememberOfItGoesWithIt() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/train.py", "print(1)\n")
        let request = try shop.request()
        let built = try await shop.build(request)
        let old = Date(timeIntervalSinceNow: -Double(3 * Self.day))
        for file in FileManager.default.enumerator(atPath: shop.folder.path)?.compactMap({ $0 as? String }) ?? [] {
            try FileManager.default.setAttributes(
                [.modificationDate: old], ofItemAtPath: "\(shop.folder.path)/\(file)")
        }
        let keeper = ImageHousekeeping(
            layout: shop.layout, cacheFolder: "\(shop.folder.path)/cache", unusedSince: Int(time(nil)) - Self.day)
        #expect(try keeper.stale(needed: [built.manifestDigest]).isEmpty)
        let things = try keeper.stale(needed: [])
        #expect(things.first?.kind == .record && things.count == 4)
        for thing in things { #expect(try keeper.remove(thing)) }
        let again = try await shop.build(request)
        #expect(!again.reused && again.manifestDigest == built.manifestDigest)
    }

    @Test func aLayoutThatIsNotThereHasNothing() throws {
        let keeper = ImageHousekeeping(
            layout: ImageLayout(path: "\(folder.path)/none"), cacheFolder: "\(folder.path)/none", unusedSince: 0)
        #expect(try keeper.stale(needed: [Digest(of: "x")]).isEmpty)
    }
}
