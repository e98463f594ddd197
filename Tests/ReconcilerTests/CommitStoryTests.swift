import Foundation
import Manifests
import Reconciler
import Records
import Store
import Support
import Synchronization
import Testing

/// What a commit caused is what its plans wrote down, and nothing else.
@Suite struct CommitStoryTests {
    private func story(_ project: Project, _ commit: String) async throws -> [Consequence] {
        let found = Mutex<[Consequence]>([])
        try await project.reconciler().forEachConsequence(ofCommit: commit) { consequence in
            found.withLock { $0.append(consequence) }
        }
        return found.withLock { $0 }
    }

    private func head(_ project: Project) async throws -> String {
        try await project.gitOutput("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    }

    @Test func onlyThePlansDoingIsTold() async throws {
        let project = try await Project()
        try project.writeJob("exit 1")
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        let commit = try await head(project)
        let before = try await story(project, commit)
        #expect(before.map { "\($0.key)" } == ["Job/count", "Queue/local", "AgentPool/here", "Run/one"])
        #expect(before.map(\.versionDigest).compactMap(\.self).count == 1 && before.first?.version == 1)
        let run = try #require(before.last)
        #expect(run.kinds == ["run.queued", "object.updated"] && run.reason == "neverRun")
        #expect(run.cause.hasPrefix("manifests/all.yaml:") && run.outcome?.run.phase == .failed)
        #expect(run.outcome?.attempts.map(\.number) == [1] && run.outcome?.attempts.first?.image != nil)
        #expect(run.outcome?.queuedEarlier == nil)

        // With the same commit checked out somebody asks for more.
        _ = try await project.reconciler(actor: "eve").retry(.init(name: "one"))
        try await project.apply()
        let after = try await story(project, commit)
        #expect(after.map { "\($0.key) \($0.kinds)" } == before.map { "\($0.key) \($0.kinds)" })
        #expect(after.last?.outcome?.attempts.map(\.number) == [1, 2], "what came of it is told as it is now")
    }

    @Test func aDirtyTreeIsToldWithItsCommit() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        let commit = try await head(project)
        try project.writeManifests(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        try await project.apply()
        let heading = try await project.reconciler().heading(ofCommit: commit)
        #expect(heading.applies.map(\.recordedRevision.isDirty) == [false, true])
        #expect(heading.recordedAuthor == "Ada <ada@example.com>")
        let told = try await story(project, commit)
        #expect(told.filter(\.isDirty).map { "\($0.key)" } == ["Run/two"])
    }

    @Test func anAbbreviationHasToBeUnique() async throws {
        let project = try await Project(isGit: false)
        try project.writeJob()
        try project.writeManifests()
        try await project.apply()
        let store = try project.reconciler().openState(.readWrite)
        let commits = ["abcd1" + String(repeating: "0", count: 35), "abcd2" + String(repeating: "0", count: 35)]
        for commit in commits {
            let provenance = Provenance(revision: Revision(commit: commit, isDirty: false), actor: "ada")
            try await store.write(as: provenance, at: project.clock.now()) {
                try $0.append([EventDraft(.applyStarted, cause: "Plan: nothing")])
            }
        }
        let reconciler = project.reconciler()
        #expect(try await reconciler.topic(named: "ABCD1") == .commit(commits[0]))
        #expect(try await reconciler.topic(named: commits[1]) == .commit(commits[1]))
        #expect(try await reconciler.topic(named: "one") == .object(.init(.run, .init(name: "one"))))
        for (word, code) in [("abcd", "SLW8071"), ("abc", "SLW8070"), ("HEAD", "SLW8070")] {
            await #expect {
                try await reconciler.topic(named: word)
            } throws: { error in
                "\(error)".contains(code)
            }
        }
        #expect(try await reconciler.heading(ofCommit: commits[0]).knowledge == .noRepository)
    }
}
