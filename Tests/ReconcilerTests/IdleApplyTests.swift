import Foundation
import Reconciler
import Records
import Store
import Support
import Testing

/// How often an apply and its agents read the record while nothing is recorded.
@Suite(.timeLimit(.minutes(3))) struct IdleApplyTests {
    /// - Parameters:
    ///   - tells: whether the state tells of changes.
    ///   - reads: so many take at least one and a half seconds.
    @Test(arguments: [(tells: true, reads: 12), (tells: false, reads: 50)])
    func `it looks whether something was recorded, and seldom at more`(tells: Bool, reads: Int) async throws {
        let project = try await Project()
        try project.writeJob(project.gate)
        try project.writeManifests(runs: ["one": "{n: 1}", "two": "{n: 2}"])
        try await project.commit()
        // Made and brought to the newest shape, as somebody before would have.
        try await project.apply(wait: .none)
        let path = "\(project.root)/.slipway/state.db"
        let database = CountingDatabase(try SQLiteDatabase(path: path, access: .readWrite), tells: tells)
        let store = try StateStore(database, location: path, access: .readWrite)
        let apply = Task { try await project.reconciler(store: store).apply { _ in } }
        try await eventually("both run") {
            let phases = [try await project.run("one").phase, try await project.run("two").phase]
            return phases == [.running, .running]
        }
        let known = database.reads
        try await eventually("that has been seen") { database.reads > known + 10 }

        let (first, start) = (database.reads, project.clock.now())
        let before = (database.questions("GROUP BY queue, phase"), database.questions("WHERE lease_agent"))
        try await eventually("it has been looked often") { database.reads >= first + reads }
        let time = project.clock.now() - start
        #expect(time >= .milliseconds(1500))
        #expect(database.questions("GROUP BY queue, phase") - before.0 <= Int(time / .milliseconds(800)) + 1)
        #expect(database.questions("WHERE lease_agent") == before.1)
        try project.open()
        #expect(try await apply.value.runs.map(\.execution.phase) == [.succeeded, .succeeded])
    }
}
