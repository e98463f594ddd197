import Foundation
import Reconciler
import Records
import Support
import Testing
import YAML

/// Plain `git log --notes=slipway` shows what each commit did.
@Suite(.timeLimit(.minutes(2)))
struct NotesTests {
    private func note(_ project: Project, _ commit: String = "HEAD") async throws -> String {
        try await project.gitOutput("log", "-1", "--format=%N", "--notes=slipway", commit)
    }

    private func refs(_ project: Project) async throws -> String {
        try await project.gitOutput("for-each-ref", "--format=%(refname)", "refs/notes")
    }

    @Test func aNoteSaysWhatACommitDidAndIsWrittenAnew() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        try await project.commit()
        let result = try await project.apply()
        #expect(await project.reconciler().writeNotes(after: result).isEmpty)
        let first = try await note(project)
        #expect(first.hasPrefix("Plan: 3 create, 0 update, 0 delete, 2 run, 0 unchanged (applied "), "\(first)")
        #expect(first.contains("\nRun/one: succeeded in ") && first.contains("\nRun/two: succeeded in "))
        let before = try await project.gitOutput("rev-parse", "refs/notes/slipway")

        let again = try await project.apply()
        #expect(await project.reconciler().writeNotes(after: again).isEmpty)
        #expect(try await note(project) == first)
        #expect(try await project.gitOutput("rev-parse", "refs/notes/slipway") == before, "its history does not grow")
        #expect(try await refs(project) == "refs/notes/slipway\n", "no draft is left")
    }

    @Test func whatEndsUnderALaterCommitIsToldOnTheOneThatWantedIt() async throws {
        let project = try await Project()
        try project.writeJob(project.gate)
        try project.writeManifests(runs: ["slow": "{n: 1}"])
        try await project.commit()
        let first = try await project.apply(wait: .submitted)
        #expect(await project.reconciler().writeNotes(after: first).isEmpty)
        #expect(try await note(project).contains("Run/slow: running"))
        try project.write("README", "another commit")
        try await project.commit()
        try project.open()
        let second = try await project.apply()
        #expect(await project.reconciler().writeNotes(after: second).isEmpty)
        #expect(try await note(project, "HEAD~1").contains("Run/slow: succeeded"))
        #expect(try await note(project).trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
    }

    @Test func writersBesideEachOtherLoseNothing() async throws {
        let project = try await Project()
        try project.writeJob()
        var results: [ApplyResult] = []
        for number in 1...6 {
            try project.writeManifests(runs: ["one": "{n: \(number)}"])
            try await project.commit()
            results.append(try await project.apply())
        }
        await withTaskGroup(of: Int.self) { group in
            for result in results {
                group.addTask { await project.reconciler().writeNotes(after: result).count }
            }
            for await warnings in group { #expect(warnings == 0) }
        }
        for number in 0..<6 {
            #expect(try await note(project, "HEAD~\(number)").contains("Run/one: succeeded"), "HEAD~\(number)")
        }
        #expect(try await refs(project) == "refs/notes/slipway\n")
    }

    @Test func nothingOutOfAManifestBeginsALineOfItsOwn() async throws {
        let project = try await Project()
        try project.writeJob("exit 3")
        try project.writeManifests(runs: ["one": "{n: 1}"])
        try await project.commit()
        let reconciler = project.reconciler(actor: "eve\nRun/forged: succeeded\u{1B}[31m")
        let result = try await reconciler.apply { _ in }
        #expect(await reconciler.writeNotes(after: result).isEmpty)
        let lines = try await note(project).split(separator: "\n")
        #expect(lines.count == 2 && lines.last?.hasPrefix("Run/one: failed, ") == true, "\(lines)")
        #expect(lines.allSatisfy { !$0.hasPrefix("Run/forged") && !$0.contains("\u{1B}") })
    }

    @Test func notesReachARemoteThatOthersWriteToAsWell() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        let remote = "\(project.folder.path)/remote.git"
        try await project.git("init", "--quiet", "--bare", remote)
        try await project.git("remote", "add", "origin", remote)
        // Somebody else's note on another commit is there already, without a history in common.
        try await project.git("commit", "--quiet", "--allow-empty", "--message", "Another")
        try await project.git("notes", "--ref=slipway", "add", "--message", "theirs", "HEAD")
        try await project.git("push", "--quiet", "origin", "refs/notes/slipway")
        try await project.git("update-ref", "-d", "refs/notes/slipway")
        try await project.git("reset", "--quiet", "--hard", "HEAD~1")
        let theirs = try await project.gitOutput("rev-parse", "ORIG_HEAD").trimmingCharacters(in: .newlines)

        let result = try await project.apply()
        #expect(await project.reconciler().writeNotes(after: result, pushingTo: "origin").isEmpty)
        try await project.git("update-ref", "-d", "refs/notes/slipway")
        try await project.git("fetch", "--quiet", "origin", "refs/notes/slipway:refs/notes/slipway")
        #expect(try await note(project).contains("Run/one: succeeded"))
        #expect(try await note(project, theirs) == "theirs\n\n")
    }

    @Test func whatCannotBeWrittenIsAWarning() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        let result = try await project.apply()
        for remote in ["no-such-remote", "--upload-pack=touch harmed"] {
            let warnings = await project.reconciler().writeNotes(after: result, pushingTo: remote)
            #expect(warnings.map(\.code.rawValue) == ["SLW8073"] && warnings.allSatisfy { $0.severity == .warning })
        }
        try project.write(".git/refs/notes/slipway.lock", "")
        try await project.git("update-ref", "-d", "refs/notes/other")
        try project.writeManifests(runs: ["one": "{n: 5}"])
        try await project.commit()
        let locked = try await project.apply()
        #expect(await project.reconciler().writeNotes(after: locked).map(\.code.rawValue) == ["SLW8072"])

        let bare = try await Project(isGit: false)
        try bare.writeJob()
        try bare.writeManifests()
        let outside = try await bare.apply()
        #expect(await bare.reconciler().writeNotes(after: outside).map(\.code.rawValue) == ["SLW8072"])
    }
}
