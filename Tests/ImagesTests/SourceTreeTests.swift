import Foundation
import Manifests
import Testing
import YAML

@testable import Images

@Suite struct SourceTreeTests {
    private func sample(_ folder: TemporaryFolder) throws {
        try folder.file("train.py", "print('hi')\n")
        try folder.file("run.sh", "#!/bin/sh\n", executable: true)
        try folder.file("data/größe 世界.csv", "a,b\n")
        try folder.link("data/latest", to: "../train.py")
    }

    @Test func digestIgnoresWhatACheckoutInvents() throws {
        let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
        try sample(first)
        try sample(second)
        try FileManager.default.createDirectory(atPath: "\(second.path)/empty/deep", withIntermediateDirectories: true)
        let odd: [FileAttributeKey: Any] = [
            .posixPermissions: 0o640, .modificationDate: Date(timeIntervalSince1970: 7),
        ]
        try FileManager.default.setAttributes(odd, ofItemAtPath: "\(second.path)/train.py")
        #expect(try SourceTree.read(first.path).digest == SourceTree.read(second.path).digest)
    }

    enum Change: CaseIterable {
        case content, executableBit, newFile, linkTarget
    }

    @Test(arguments: Change.allCases)
    func digestSees(_ change: Change) throws {
        let folder = try TemporaryFolder()
        try sample(folder)
        let before = try SourceTree.read(folder.path).digest
        switch change {
        case .content: try folder.file("train.py", "print('ho')\n")
        case .executableBit: try folder.file("train.py", "print('hi')\n", executable: true)
        case .newFile: try folder.file("b", "")
        case .linkTarget:
            try FileManager.default.removeItem(atPath: "\(folder.path)/data/latest")
            try folder.link("data/latest", to: "../run.sh")
        }
        #expect(try SourceTree.read(folder.path).digest != before)
    }

    @Test func entriesAreSortedByBytes() throws {
        let folder = try TemporaryFolder()
        try sample(folder)
        try folder.file("B", "")
        try folder.file("a-b/c", "")
        try folder.file("a/c", "")
        let paths = try SourceTree.read(folder.path).entries.map(\.path)
        #expect(
            paths == [
                "B", "a", "a-b", "a-b/c", "a/c", "data", "data/größe 世界.csv", "data/latest", "run.sh", "train.py",
            ])
    }

    @Test func ignoreFilesAreHonoured() throws {
        let folder = try TemporaryFolder()
        for name in ["keep.py", "a.log", "secret/key", ".git/HEAD", "__pycache__/keep.pyc", ".slipway/state.db"] {
            try folder.file(name, "x")
        }
        try folder.file(".dockerignore", "*.log\n")
        try folder.file(".slipwayignore", "secret/\n")
        let paths = try SourceTree.read(folder.path).entries.map(\.path)
        #expect(paths == [".dockerignore", ".slipwayignore", "keep.py"])
    }

    @Test func ignoreFilesAreNotFollowed() throws {
        let folder = try TemporaryFolder()
        try folder.file("rules", "a\n")
        try folder.link(".slipwayignore", to: "rules")
        #expect(code { _ = try SourceTree.read(folder.path) } == "SLW5012")
    }

    @Test(arguments: [
        ("/etc/passwd", false), ("../outside", false), ("../../x", false), ("b/../../x", false), ("b/..", false),
        ("b", true), ("../sub/b", true), ("./b", true), ("../missing", true),
    ])
    func linksStayInside(target: String, allowed: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.file("sub/b", "")
        // “../outside” is inside from the folder “sub”, outside from the root.
        let name = allowed ? "sub/link" : "link"
        try folder.link(name, to: target)
        if allowed {
            #expect(try SourceTree.read(folder.path).entry(at: name)?.kind == .symbolicLink(target: target))
        } else {
            #expect(code { _ = try SourceTree.read(folder.path) } == "SLW5007")
        }
    }

    @Test func specialFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        #expect(code { _ = try SourceTree.read(folder.path) } == "SLW5006")
        try folder.file(".slipwayignore", "pipe\n")
        #expect(throws: Never.self) { try SourceTree.read(folder.path) }
    }

    @Test(arguments: [
        (SourceLimits(files: 2, bytes: 1000, depth: 9), "SLW5009"),
        (SourceLimits(files: 9, bytes: 5, depth: 9), "SLW5010"),
        (SourceLimits(files: 9, bytes: 1000, depth: 1), "SLW5011"),
    ])
    func limitsHold(limits: SourceLimits, expected: String) throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b", "c/d/e"] { try folder.file(name, "1234") }
        #expect(code { _ = try SourceTree.read(folder.path, limits: limits) }?.rawValue == expected)
    }

    @Test func missingAndWrongSourcesAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.file("file", "")
        #expect(code { _ = try SourceTree.read("\(folder.path)/nowhere") } == "SLW5003")
        #expect(code { _ = try SourceTree.read("\(folder.path)/file") } == "SLW5004")
    }

    @Test func namesThatAreNotUTF8AreRefused() throws {
        let folder = try TemporaryFolder()
        let descriptor = "\(folder.path)/".withCString { prefix in
            open(Array(UnsafeBufferPointer(start: prefix, count: strlen(prefix))) + [-1, 0], O_CREAT | O_WRONLY, 0o600)
        }
        try #require(descriptor >= 0)
        close(descriptor)
        #expect(code { _ = try SourceTree.read(folder.path) } == "SLW5008")
        #expect(unlink(Array("\(folder.path)/".utf8CString.dropLast()) + [-1, 0]) == 0)
    }

    @Test func spellingsOfOneCharacterAreTwoNames() throws {
        let folder = try TemporaryFolder()
        try folder.file("caf\u{E9}/a", "")
        try folder.file("cafe\u{301}/a", "")
        let paths = try SourceTree.read(folder.path).entries.map { Array($0.path.utf8) }
        let names = ["cafe\u{301}", "cafe\u{301}/a", "caf\u{E9}", "caf\u{E9}/a"]
        #expect(paths == names.map { Array($0.utf8) })
    }

    @Test func namesThatWouldRemoveFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.file("a/.wh.b", "")
        #expect(code { _ = try SourceTree.read(folder.path) } == "SLW5015")
    }

    @Test func emptySourceIsATree() throws {
        let folder = try TemporaryFolder()
        #expect(try SourceTree.read(folder.path).entries.isEmpty)
    }
}

/// The code of the diagnostic that a body throws; of the first where it throws several.
func code(_ body: () throws -> Void) -> DiagnosticCode? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Diagnostic)?.code ?? (error as? Diagnostics)?.all.first?.code
    }
}

func code(_ body: () async throws -> Void) async -> DiagnosticCode? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? Diagnostic)?.code ?? (error as? Diagnostics)?.all.first?.code
    }
}
