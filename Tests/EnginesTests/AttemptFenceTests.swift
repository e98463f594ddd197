import Engines
import Foundation
import Support
import Testing
import YAML

/// Two agents of one machine that both take an attempt for theirs, of which one has lost it.
@Suite struct AttemptFenceTests {
    private let attempts: LocalAttempts

    init() throws { attempts = try LocalAttempts() }

    /// Makes an attempt's folder as an agent does, and puts it in its place.
    private func place(_ name: String, token: Int64?, says text: String) async throws -> Submission {
        let folder = "\(attempts.workspace.path)/\(name)"
        let fence = AttemptFence(folder)
        let staging = fence.staging(for: token)
        let work = staging + "/work"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: work).appending(path: "text"))
        try await fence.place(staging, token: token)
        return Submission(
            name: name, folder: folder, workingDirectory: folder + "/work", arguments: ["/bin/cat", "text"],
            environment: [:], token: token)
    }

    private func end(of submission: Submission) async throws -> Observation {
        let engine = attempts.engine()
        try await engine.submit(submission)
        return await engine.wait(for: attempts.reference(to: submission), until: nil)
    }

    @Test func theLaterClaimIsTheOneThatCounts() async throws {
        let first = try await place("a", token: 1, says: "first")
        let second = try await place("a", token: 2, says: "second")
        #expect(await isRefused { _ = try await place("a", token: 1, says: "late") })
        #expect(await isRefused { try await attempts.engine().submit(first) })
        #expect(await isRefused { _ = try await attempts.engine().seal(attempts.reference(to: first)) })
        #expect(try await end(of: second).status == 0)
        #expect(attempts.workspace.text("a/stdout.log") == "second")
    }

    @Test func aSealOfAnEarlierClaimGoesWithItsFolder() async throws {
        let first = try await place("a", token: 1, says: "first")
        #expect(try await attempts.engine().seal(attempts.reference(to: first)) == .absent)
        let second = try await place("a", token: 2, says: "second")
        #expect(await attempts.engine().observe(attempts.reference(to: second)) == .absent)
        #expect(try await end(of: second).status == 0)
        #expect(attempts.workspace.text("a/stdout.log") == "second")
    }

    @Test func aSealOfTheSameOrALaterClaimStays() async throws {
        for token: Int64 in [2, 3] {
            let submission = try await place("a", token: 2, says: "before")
            var reference = attempts.reference(to: submission)
            reference.token = token
            #expect(try await attempts.engine().seal(reference) == .absent)
            await #expect(throws: Diagnostic.self) { _ = try await place("a", token: 2, says: "after") }
            #expect(attempts.workspace.text("a/work/text") == "before")
            #expect(try await end(of: submission).isGone)
            try attempts.workspace.remove("a")
        }
    }

    @Test func whatWasStartedIsNotReplaced() async throws {
        let first = try await place("a", token: 1, says: "first")
        #expect(try await end(of: first).status == 0)
        await #expect(throws: Diagnostic.self) { _ = try await place("a", token: 2, says: "second") }
        #expect(attempts.workspace.text("a/stdout.log") == "first")
        #expect(attempts.workspace.text("a/exit") == "0\n")
    }

    /// A supervisor that is on its way while its folder is replaced: it runs in neither.
    @Test func whatIsLateInAReplacedFolderMeetsItsSeal() async throws {
        for round in 0..<20 {
            let name = "late-\(round)"
            let first = try await place(name, token: 1, says: "first")
            let engine = attempts.engine()
            async let submitted = isRefused { try await engine.submit(first) }
            async let second = try? await place(name, token: 2, says: "second")
            _ = await submitted
            if let second = await second {
                #expect(try await end(of: second).status == 0)
            } else {
                _ = await engine.wait(for: attempts.reference(to: first), until: nil)
            }
            let said = try #require(attempts.workspace.text("\(name)/stdout.log"))
            #expect(["first", "second"].contains(said), "one of the two ran, in a whole folder")
        }
    }

    @Test func halfMadeFoldersOfEarlierClaimsAreRemoved() async throws {
        try attempts.workspace.write(".a-1/work/half", "made")
        try attempts.workspace.write(".ab-1/work/half", "another attempt's")
        _ = try await place("a", token: 2, says: "second")
        let left = try FileManager.default.contentsOfDirectory(atPath: attempts.workspace.path).sorted()
        #expect(left == [".a.fence", ".ab-1", "a"])
    }

    @Test(arguments: ["", "7", "seven\n", "-\n"])
    func aFenceThatSaysNothingHasSeenNobody(_ text: String) async throws {
        try attempts.workspace.write(".a.fence", text)
        #expect(try await end(of: try await place("a", token: 3, says: "third")).status == 0)
        #expect(attempts.workspace.text(".a.fence") == "3\n")
    }

    @Test func aPlaceThatCannotBeUsedIsSaid() async throws {
        try attempts.workspace.write("file", "")
        let fence = AttemptFence("\(attempts.workspace.path)/file/a")
        await #expect(throws: Diagnostic.self) { try await fence.place("/nowhere", token: 1) }
    }
}
