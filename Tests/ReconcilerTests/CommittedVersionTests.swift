import Manifests
import Reconciler
import Records
import Store
import Testing

/// Job versions that were applied before they were committed.
@Suite struct CommittedVersionTests {
    private func version(_ project: Project) async throws -> JobVersionRecord? {
        try await project.reconciler().openState().read { try $0.jobVersions()[ObjectName(name: "count")] }?.last
    }

    @Test func areInACommitOnceItIsApplied() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try project.writeJob("true")
        try await project.apply()
        #expect(try await version(project)?.commit == nil, "nobody else could build it")
        try await project.commit()
        try await project.apply()
        let commit = try await project.gitOutput("rev-parse", "HEAD").split(separator: "\n").first.map(String.init)
        #expect(try await version(project)?.commit == commit)
        let events = try await project.reconciler().openState().read { try $0.events() }.map(\.kind)
        #expect(events.count { $0 == EventKind.jobVersionCommitted.rawValue } == 1)
        try await project.apply()
        #expect(project.ledger.count == 1)
    }

    /// A commit in which the files are others is not theirs.
    @Test func areNotTakenForAnotherCommits() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try project.writeJob("true")
        try await project.apply()
        try await project.git("checkout", "--quiet", ".")
        try await project.apply()
        let versions = try await project.reconciler().openState().read {
            try $0.jobVersions()[ObjectName(name: "count")]
        }
        #expect(versions?.first?.commit == nil && versions?.last?.commit != nil)
    }
}
