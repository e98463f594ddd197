import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

/// What an attempt leaves, on its way into a store and out of it again.
@Suite struct ArtifactTests {
    let folder: TemporaryFolder
    let store: ArtifactFolder

    init() throws {
        folder = try TemporaryFolder()
        store = ArtifactFolder(path: "\(folder.path)/store")
        try folder.file("attempt/stdout.log", "first line\nlast line\n")
        try folder.file("attempt/metrics.jsonl", "{\"loss\": 1}\n")
        try folder.file("attempt/outputs/model.json", "{}")
        try folder.file("attempt/outputs/tree/deep/größe.txt", "x")
        try folder.file("attempt/outputs/tree/run.sh", "#!/bin/sh\n", executable: true)
        try folder.link("attempt/outputs/tree/link", to: "run.sh")
    }

    private var attempt: String { "\(folder.path)/attempt" }

    private func contents(logs most: Int64 = 1 << 20) throws -> [(title: String, content: ArtifactUpload.Content)] {
        [
            ("stdout.log", .log(most: most)), ("stderr.log", .log(most: most)), ("metrics.jsonl", .log(most: most)),
            ("outputs/model.json", .file(Digest(of: "{}"))),
            ("outputs/tree", .folder(try HandedFiles.tree("\(attempt)/outputs/tree").digest)),
        ]
    }

    private func put(_ contents: [(title: String, content: ArtifactUpload.Content)]) async throws -> Digest {
        try await ArtifactUpload(of: attempt, scratch: "\(folder.path)/scratch")
            .run(contents, annotations: ["slipway.run": "train"], into: store)
    }

    private func text(_ title: String, of digest: Digest) async throws -> String? {
        guard let part = try await store.attempt(digest).part(title) else { return nil }
        let path = "\(folder.path)/got-\(UUID().uuidString)"
        try await store.fetch(part, to: path, scratch: path + ".archive")
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func whatGoesInComesOut() async throws {
        let digest = try await put(try contents())
        let manifest = try await store.attempt(digest)
        #expect(manifest.parts.map(\.title) == ["stdout.log", "metrics.jsonl", "outputs/model.json", "outputs/tree"])
        #expect(manifest.annotations == ["slipway.run": "train"])
        #expect(try await text("stdout.log", of: digest) == "first line\nlast line\n")
        #expect(try await text("outputs/model.json", of: digest) == "{}")
        let part = try #require(manifest.part("outputs/tree"))
        try await store.fetch(part, to: "\(folder.path)/tree", scratch: "\(folder.path)/archive")
        #expect(
            try HandedFiles.tree("\(folder.path)/tree").digest == HandedFiles.tree("\(attempt)/outputs/tree").digest)
        #expect(try folder.names().allSatisfy { !$0.contains(".part") && !$0.hasPrefix("archive") })
    }

    @Test func againItIsTheSameAndNothingIsThereTwice() async throws {
        let first = try await put(try contents())
        let before = try folder.names("store")
        #expect(try await put(try contents()) == first)
        #expect(try folder.names("store") == before)
        #expect(before.contains("oci-layout") && before.contains("blobs/sha256/\(first.hex)"))
    }

    @Test func ofALongLogTheEndIsKept() async throws {
        let digest = try await put([("stdout.log", .log(most: 10))])
        #expect(try await text("stdout.log", of: digest) == "last line\n")
        #expect(try await store.attempt(digest).part("stdout.log")?.skipped == 11)
    }

    @Test func whatIsNoFileOfTheAttemptStaysOut() async throws {
        try folder.file("secret", "s3cret")
        try FileManager.default.removeItem(atPath: "\(attempt)/stdout.log")
        try folder.link("attempt/stdout.log", to: "../secret")
        let digest = try await put([("stdout.log", .log(most: 100))])
        #expect(try await store.attempt(digest).parts.isEmpty)
        try folder.link("attempt/outputs/leak", to: "../../secret")
        #expect(await code { _ = try await self.put([("outputs/leak", .file(Digest(of: "s3cret")))]) } == "SLW5073")
        // One that stays inside is what it leads to.
        try folder.link("attempt/outputs/latest", to: "model.json")
        let latest = try await put([("outputs/latest", .file(Digest(of: "{}")))])
        #expect(try await text("outputs/latest", of: latest) == "{}")
        for name in try folder.names("store/blobs/sha256") {
            #expect(try folder.text("store/blobs/sha256/\(name)").contains("s3cret") == false)
        }
    }

    @Test func whatChangedSinceItsDigestWasTakenIsNotPutThere() async throws {
        #expect(
            await code {
                _ = try await self.put([("outputs/model.json", .file(Digest(of: "another")))])
            } == "SLW5005")
        #expect(
            await code {
                _ = try await self.put([("outputs/tree", .folder(Digest(of: "another")))])
            } == "SLW5005")
    }

    @Test(arguments: [
        ("truncated", ""), ("changed", "FIRST line\nlast line\n"), ("longer", "first line\nlast line\n!"),
    ])
    func aDamagedStoreIsNotBelieved(_ damage: String, _ content: String) async throws {
        let digest = try await put(try contents())
        let part = try #require(try await store.attempt(digest).part("stdout.log"))
        try folder.file("store/blobs/sha256/\(part.blob.digest.hex)", content)
        let path = "\(folder.path)/got"
        #expect(await code { try await store.fetch(part, to: path, scratch: path + ".archive") } != nil)
        #expect(!FileManager.default.fileExists(atPath: path), "\(damage)")
        #expect(try folder.names().allSatisfy { !$0.contains(".part") })
    }

    @Test func whatWasRemovedIsMissed() async throws {
        let digest = try await put(try contents())
        try FileManager.default.removeItem(atPath: "\(folder.path)/store/blobs/sha256/\(digest.hex)")
        #expect(await code { _ = try await store.attempt(digest) } == "SLW5070")
        // It is put there anew.
        #expect(try await put(try contents()) == digest)
    }

    @Test func aHostileManifestIsRefused() async throws {
        for text in ["", "{}", "{\"schemaVersion\":2,\"layers\":[]}", "[\(String(repeating: "[", count: 100))"] {
            let digest = try await store.putManifest(Array(text.utf8), mediaType: "x")
            #expect(await code { _ = try await store.attempt(digest) } == "SLW5072")
        }
    }

    @Test func aStoreInTheRepositoryStaysOutOfGit() async throws {
        let stores = ArtifactStores(root: folder.path, environment: [:])
        let blob = BlobDescriptor(mediaType: "text/plain", digest: Digest(of: "x"), size: 1)
        try await stores.open(.folder("shared/artifacts")).put(Array("x".utf8), as: blob)
        #expect(try folder.text("shared/artifacts/.gitignore") == "*\n")
        try await stores.open(.folder("\(folder.path)/outside")).put(Array("x".utf8), as: blob)
        #expect(try !folder.names("outside").contains(".gitignore"))
    }
}
