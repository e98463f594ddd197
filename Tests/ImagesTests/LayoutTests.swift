import Foundation
import Manifests
import Testing
import YAML

@testable import Images

@Suite struct LayoutTests {
    @Test func blobsAreWrittenOnceAndVerified() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let blob = try layout.writeBlob(Array("hello".utf8), mediaType: "text/plain")
        #expect(try layout.writeBlob(Array("hello".utf8), mediaType: "text/plain") == blob)
        #expect(blob.digest == Digest(of: "hello") && blob.size == 5)
        #expect(layout.hasBlob(blob.digest, size: 5) && !layout.hasBlob(blob.digest, size: 6))
        #expect(try layout.readBlob(blob.digest) == Array("hello".utf8))
        #expect(try folder.names("layout/staging").isEmpty)
        try Data("hullo".utf8).write(to: URL(fileURLWithPath: layout.blobPath(blob.digest)))
        #expect(code { _ = try layout.readBlob(blob.digest) } == "SLW5022")
        #expect(code { _ = try layout.readBlob(Digest(of: "other")) } == "SLW5021")
    }

    @Test func initialisingAgainKeepsWhatIsThere() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let blob = try layout.writeBlob([1], mediaType: "x")
        try layout.tag("a", blob.digest)
        try layout.initialise()
        #expect(try layout.tags() == ["a"])
    }

    @Test func layoutsOfAnotherVersionAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.file("layout/oci-layout", #"{"imageLayoutVersion":"2.0.0"}"#)
        #expect(code { try ImageLayout(path: "\(folder.path)/layout").initialise() } == "SLW5020")
    }

    @Test func staleTemporaryFilesAreRemoved() throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        try folder.file("layout/staging/old.tmp", "x")
        try folder.file("layout/staging/new.tmp", "x")
        let dayBefore = Date(timeIntervalSinceNow: -100_000)
        try FileManager.default.setAttributes(
            [.modificationDate: dayBefore], ofItemAtPath: "\(folder.path)/layout/staging/old.tmp")
        try layout.initialise()
        #expect(try folder.names("layout/staging") == ["new.tmp"])
    }

    @Test(arguments: ["", ".hidden", "-option", "a/b", "a b", "ä", String(repeating: "x", count: 129)])
    func badTagsAreRefused(tag: String) throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let blob = try layout.writeBlob([1], mediaType: "x")
        #expect(code { try layout.tag(tag, blob.digest) } == "SLW5025")
    }

    @Test func manyTagsAtOnceAreAllKept() async throws {
        let folder = try TemporaryFolder()
        let layout = try freshLayout(folder)
        let blob = try layout.writeBlob([1], mediaType: "x").digest
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 10..<40 { group.addTask { try layout.tag("t\(number)", blob) } }
            try await group.waitForAll()
        }
        #expect(try layout.tags() == (10..<40).map { "t\($0)" })
        let other = try layout.writeBlob([2], mediaType: "x").digest
        try layout.tag("t10", other)
        #expect(try layout.image(named: "t10") == other)
        #expect(try layout.tags().count == 30)
    }

    @Test func unwritableLayoutIsSaidSo() throws {
        let folder = try TemporaryFolder()
        try folder.file("file", "")
        let error = #expect(throws: Diagnostic.self) { try ImageLayout(path: "\(folder.path)/file/x").initialise() }
        #expect(error?.code == "SLW5001")
        #expect(error?.message.contains("Not a directory") == true)
    }
}

func freshLayout(_ folder: TemporaryFolder) throws -> ImageLayout {
    let layout = ImageLayout(path: "\(folder.path)/layout")
    try layout.initialise()
    return layout
}
