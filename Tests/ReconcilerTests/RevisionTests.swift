import Foundation
import Reconciler
import Records
import Support
import Testing
import YAML

@Suite(.timeLimit(.minutes(3))) struct RevisionTests {
    @Test func aCleanTreeIsItsCommit() async throws {
        let project = try await Project()
        try project.write("a", "1")
        try await project.commit()
        let clean = try await project.reconciler().repository.revision()
        #expect(clean.commit?.count == 40)
        #expect(clean.author == "Ada <ada@example.com>")
        #expect(!clean.isDirty)

        try project.write("a", "2")
        let changed = try await project.reconciler().repository.revision()
        #expect(changed.isDirty && changed.commit == clean.commit)
        #expect(changed.description == (clean.commit ?? "").prefix(12) + "+changes")
        try await project.commit()
        #expect(try await project.reconciler().repository.revision().commit != clean.commit)
        try project.write("new", "not added")
        #expect(try await project.reconciler().repository.revision().isDirty)
        try await project.git("add", "new")
        #expect(try await project.reconciler().repository.revision().isDirty)
    }

    @Test func withoutACommitThereIsNone() async throws {
        let project = try await Project()
        #expect(try await project.reconciler().repository.revision() == .none)
        try project.write("a", "1")
        let revision = try await project.reconciler().repository.revision()
        #expect(revision.commit == nil && revision.isDirty && revision.author == nil)
    }

    @Test func withoutGitThereIsNone() async throws {
        let project = try await Project(isGit: false)
        try project.writeJob()
        try project.writeManifests()
        #expect(!project.reconciler().repository.isGit)
        let result = try await project.apply()
        #expect(result.work.revision == .none)
        #expect(result.runs.map(\.execution.phase) == [.succeeded])
        #expect(try await project.events().allSatisfy { $0.revision.isEmpty })
    }

    @Test func theRepositoryIsFoundFromWithin() async throws {
        let project = try await Project()
        try project.folder.folder("repository/deep/er")
        #expect(Repository(around: "\(project.root)/deep/er").root == project.root)
        #expect(Repository(around: "\(project.root)/deep/er").isGit)
        #expect(Repository(around: "\(project.root)/not/there").root == project.root)
        #expect(Repository(around: project.folder.path).root == project.folder.path)
    }

    @Test func aBrokenRepositoryIsAnError() async throws {
        let project = try await Project(isGit: false)
        try project.write(".git", "gitdir: /no/such/folder\n")
        let error = await #expect(throws: Diagnostic.self) { try await project.reconciler().repository.revision() }
        #expect(error?.code == "SLW8003")
    }

    @Test func everyEventNamesItsRevisionAndActor() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        let commit = try await project.reconciler().repository.revision().commit ?? "none"
        try project.writeManifests(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        let before = try await project.events()
        #expect(before.allSatisfy { $0.revision == commit && $0.actor == "ada@this-machine" })
        try await project.apply()
        let after = try await project.events().dropFirst(before.count)
        #expect(!after.isEmpty && after.allSatisfy { $0.revision == "\(commit)+changes" })
    }
}
