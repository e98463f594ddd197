import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Support
import Testing
import YAML

/// One commit after another: exactly the consequence of each edit happens.
@Suite(.timeLimit(.minutes(3))) struct ChangeTests {
    @Test func aFloatingRunFollowsItsJobAndAPinnedOneDoesNot() async throws {
        let project = try await Project()
        try project.writeJob("echo first")
        try project.writeManifests(runs: ["floating": "{n: 1}"])
        try await project.commit()
        try await project.apply()

        let runs = ["floating": "{n: 1}", "pinned": "@v1 {n: 1}", "again": "@v1 {n: 2}"]
        try project.writeManifests(runs: runs)
        try project.writeJob("echo second")
        try await project.commit()
        let result = try await project.apply()
        #expect(result.runs.allSatisfy { $0.execution.phase == .succeeded })
        let versions = Dictionary(
            uniqueKeysWithValues: result.runs.map { ($0.name.name, $0.execution.specification.jobVersion) })
        #expect(versions == ["floating": 2, "pinned": 1, "again": 1])
        #expect(project.ledger.sorted() == ["1", "1", "2"], "the pinned one is what the floating one was")
        for (name, text) in [("floating", "second\n"), ("pinned", "first\n"), ("again", "first\n")] {
            let folder = try await project.folder(name)
            #expect(try String(contentsOfFile: "\(folder)/stdout.log", encoding: .utf8) == text, "\(name)")
        }

        // Back to the first content: everything that it would compute is there.
        try project.writeJob("echo first")
        try await project.commit()
        let reverted = try await project.apply()
        #expect(reverted.work.plan.count(.run) == 0)
        #expect(project.ledger.count == 3)
        #expect(try await project.run("floating").specification.jobVersion == 1)
    }

    @Test func aPinnedVersionThatNobodyCanBuildAnyMoreSaysSo() async throws {
        let project = try await Project()
        try project.writeJob("echo first")
        try project.writeManifests(runs: [:])
        // Applied without a commit: nobody can say later what it was.
        try await project.apply()
        try project.writeJob("echo second")
        try project.writeManifests(runs: ["late": "@v1 {n: 1}"])
        let result = try await project.apply()
        #expect(result.runs.map(\.execution.reason) == ["BuildFailed"])
        #expect(result.runs.first?.execution.message.contains("SLW7003") == true)
    }

    @Test func aPinnedVersionIsBuiltFromTheCommitThatHasIt() async throws {
        let project = try await Project()
        try project.writeJob("echo first > \"$SLIPWAY_OUTPUTS/said\"")
        try project.writeManifests(runs: [:])
        try await project.commit()
        try await project.apply()
        try project.writeJob("echo second > \"$SLIPWAY_OUTPUTS/said\"")
        try project.writeManifests(runs: ["late": "@v1 {n: 1}", "now": "{n: 2}"])
        try await project.commit()
        let result = try await project.apply()
        #expect(result.runs.map(\.execution.phase) == [.succeeded, .succeeded])
        for (name, said) in [("late", "first\n"), ("now", "second\n")] {
            let folder = try await project.folder(name)
            #expect(try String(contentsOfFile: "\(folder)/outputs/said", encoding: .utf8) == said)
        }
    }

    @Test func aChangedParameterReplacesTheRunUnderWay() async throws {
        let project = try await Project()
        try project.writeJob("[ \"$1\" = 2 ] || { \(project.gate); }")
        try project.writeManifests()
        try await project.commit()
        try await project.apply(wait: .submitted)
        let first = try await project.run("one")
        try project.writeManifests(runs: ["one": "{n: 2}"])
        try await project.commit()
        let result = try await project.apply()
        #expect(result.work.plan.count(.replace) == 1)
        #expect(result.runs.map(\.execution.phase) == [.succeeded])
        #expect(result.runs.first?.execution.id != first.id)
        let old = try await project.reconciler().execution(
            of: ObjectName(name: first.id.text), in: project.reconciler().openState())
        #expect(old.phase == .cancelled)
        #expect(!project.isAnythingLeft)
    }

    @Test func aManifestThatIsGoneEndsItsRun() async throws {
        let project = try await Project()
        try project.writeJob("[ \"$1\" = 2 ] || { \(project.gate); }")
        try project.writeManifests(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        try await project.commit()
        try await project.apply(wait: .submitted)
        try await eventually("both have begun") { project.ledger.count == 2 }
        try project.writeManifests(runs: ["two": "{n: 2}"])
        try await project.commit()
        let result = try await project.apply()
        #expect(result.work.plan.count(.delete) == 1)
        #expect(!project.isAnythingLeft)
        #expect(result.runs.map(\.name.name) == ["two"])
        #expect(result.runs.map(\.execution.phase) == [.succeeded])
        #expect(try await project.run("one").phase == .cancelled, "its record is kept")
        #expect(try await project.reconciler().objects(.run).map(\.record.key.name.name) == ["two"])
    }
}
