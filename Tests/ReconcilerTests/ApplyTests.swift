import Foundation
import Manifests
import Planning
import Reconciler
import Records
import Store
import Support
import Testing
import YAML

@Suite(.timeLimit(.minutes(3))) struct ApplyTests {
    @Test func fromNothingToDone() async throws {
        let project = try await Project()
        try project.writeJob("echo out; echo err >&2; echo result > \"$SLIPWAY_OUTPUTS/result.txt\"")
        try project.writeManifests(job: "  outputs: [result.txt]\n", runs: ["one": "{n: 1}", "two": "{n: 2}"])
        try await project.commit()
        let result = try await project.apply()
        #expect(result.end == .settled)
        #expect(result.runs.map(\.name.name) == ["one", "two"])
        #expect(result.runs.allSatisfy { $0.execution.phase == .succeeded })
        #expect(project.ledger.sorted() == ["1", "2"])
        #expect(result.work.revision.commit?.count == 40 && !result.work.revision.isDirty)

        let folder = try await project.folder("one")
        for (file, text) in [("stdout.log", "out\n"), ("stderr.log", "err\n"), ("outputs/result.txt", "result\n")] {
            #expect(try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) == text)
        }
        #expect(try await project.reconciler().verifyEvents().fault == nil)
        #expect(!project.isAnythingLeft)
    }

    @Test func theSecondTimeThereIsNothingToDo() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        let events = try await project.events()
        let result = try await project.apply()
        #expect(result.end == .settled)
        #expect(result.work.plan.actions.allSatisfy { $0.operation == .unchanged })
        #expect(try await project.events() == events)
        #expect(project.ledger.count == 1)
        #expect(!result.work.revision.isDirty, "the state does not make the tree dirty")
    }

    @Test func aPlanWritesNothing() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        let before = try project.folder.contents()
        let work = try await project.reconciler().plan()
        #expect(work.plan.count(.run) == 1)
        #expect(try project.folder.contents() == before)

        try await project.apply()
        let events = try await project.events()
        let state = try project.folder.contents().filter { !$0.contains("state.db-") }
        try project.writeManifests(runs: ["one": "{n: 5}"])
        #expect(try await project.reconciler().plan().plan.count(.run) == 1)
        #expect(try await project.events() == events)
        #expect(try project.folder.contents().filter { !$0.contains("state.db-") } == state)
    }

    @Test func aFailureStaysOneUntilSomethingChanges() async throws {
        let project = try await Project()
        try project.writeJob("exit 3")
        try project.writeManifests()
        try await project.commit()
        let result = try await project.apply()
        #expect(result.end == .settled)
        #expect(result.runs.map(\.execution.phase) == [.failed])
        #expect(try await project.attempts("one").map(\.outcome) == [.exited(3)])
        try await project.apply()
        #expect(project.ledger == ["1"])
        // Something else, and back: it is wanted anew, and goes on as the run that it was.
        try project.writeManifests(runs: ["one": "{n: 2}"])
        try await project.apply()
        try project.writeManifests()
        try await project.apply()
        #expect(project.ledger == ["1", "2", "1"])
        #expect(try await project.attempts("one").map(\.outcome) == [.exited(3), .exited(3)])
    }

    @Test func oneExecutionServesAllWhoWantIt() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests(runs: ["one": "{n: 1}", "same": "{n: 1}", "default": "{}", "zero": "{n: 0}"])
        try await project.commit()
        let result = try await project.apply()
        #expect(result.runs.count == 4)
        #expect(result.runs.allSatisfy { $0.execution.phase == .succeeded })
        #expect(project.ledger.sorted() == ["0", "1"])
    }

    static let refusals: [(name: String, text: String, code: DiagnosticCode?)] = [
        ("no manifests", "", "SLW8002"),
        ("broken YAML", "a: [", nil),
        ("a missing job", "apiVersion: slipway/v1\nkind: Run\nmetadata: {name: r}\nspec: {job: x, queue: y}\n", nil),
    ]

    @Test(arguments: refusals.indices) func whatIsWrongWritesNothing(_ index: Int) async throws {
        let project = try await Project()
        try project.folder.folder("repository/manifests")
        if !Self.refusals[index].text.isEmpty { try project.write("manifests/x.yaml", Self.refusals[index].text) }
        let error = await #expect(throws: Diagnostics.self) { try await project.apply() }
        #expect(error?.all.isEmpty == false)
        if let code = Self.refusals[index].code { #expect(error?.all.map(\.code) == [code]) }
        #expect(!project.folder.exists("repository/.slipway"))
    }

    @Test func aRefusedPlanChangesNothing() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests(runs: ["a": "{n: 1}", "b": "{n: 2}", "c": "{n: 3}", "d": "{n: 4}"])
        try await project.commit()
        try await project.apply()
        let events = try await project.events()
        try project.folder.remove("repository/manifests/all.yaml")
        let error = await #expect(throws: Diagnostics.self) { try await project.apply() }
        #expect(error?.all.map(\.code) == ["SLW3004"])
        try project.writeManifests(runs: ["z": "{n: 1}, queue: missing"])
        await #expect(throws: Diagnostics.self) { try await project.apply() }
        #expect(try await project.events() == events)
        #expect(try await project.reconciler().objects(nil).count == 7)
    }

    /// What was planned is what is built: nobody gets to run something else under the plan's name.
    @Test func aSourceThatChangesAfterThePlanIsNotBuilt() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        let result = try await project.reconciler().apply { event in
            if case .planned = event { try? project.writeJob("echo changed") }
        }
        #expect(result.runs.map(\.execution.phase) == [.failed])
        #expect(result.runs.map(\.execution.reason) == ["BuildFailed"])
        #expect(project.ledger.isEmpty)
        // The next one plans for the source as it is now.
        let next = try await project.apply()
        #expect(next.runs.map(\.execution.phase) == [.succeeded])
        #expect(next.runs.map(\.execution.specification.jobVersion) == [2])
    }

    @Test func onlyOneActsOnAStateAtATime() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try project.reconciler().paths.create()
        do {
            let lock = try project.reconciler(actor: "grace", process: 4711).hold()
            let error = await #expect(throws: Diagnostic.self) { try await project.apply() }
            #expect(error?.code == .stateLocked)
            #expect(error?.message.contains("grace@this-machine") == true && error?.message.contains("4711") == true)
            #expect(!project.folder.exists("repository/.slipway/state.db"), "who is locked out has written nothing")
            #expect(try await project.reconciler().plan().plan.count(.run) == 1, "looking is free")
            withExtendedLifetime(lock) {}
        }
        #expect(try await project.apply().end == .settled)
    }

    /// A process that is being started while a reconciler ends has copies of its descriptors for a moment.
    @Test func aLockThatWasGivenBackIsFree() async throws {
        let project = try await Project()
        let reconciler = project.reconciler()
        try reconciler.paths.create()
        let lock = try reconciler.hold()
        let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        let own = try #require(
            numbers.first { number in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)"))
                    == reconciler.paths.state.lockFile
            })
        let copy = dup(own)
        defer { close(copy) }
        #expect(throws: Diagnostic.self) { try reconciler.hold() }
        withExtendedLifetime(consume lock) {}
        withExtendedLifetime(try reconciler.hold()) {}
    }
}
