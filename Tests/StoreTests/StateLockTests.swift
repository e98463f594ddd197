import Foundation
import Records
import Store
import Support
import Testing
import YAML

extension TestState {
    fileprivate func lock(_ actor: String) throws -> StateLock {
        try StateLock(address, holder: .sample(actor), unique: UUID().uuidString)
    }

    fileprivate func holder() throws -> LockHolder? { try StateLock.holder(of: address) }
}

extension LockHolder {
    static func sample(_ actor: String) -> LockHolder {
        LockHolder(actor: actor, host: "laptop", process: 4711, command: "reconcile apply", since: .start)
    }
}

@Suite struct StateLockTests {
    @Test(arguments: StateBackend.all) func theSecondIsToldWhoHoldsIt(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let first = try state.lock("ada@laptop")
        let refusal = #expect(throws: Diagnostic.self) { try state.lock("bob@laptop") }
        #expect(refusal?.code == .stateLocked)
        let message = try #require(refusal?.message)
        for part in ["ada@laptop", "4711", "laptop", "reconcile apply", "2026-11-23T09:41:07Z"] {
            #expect(message.contains(part), "\(message)")
        }
        // Being refused takes nothing from the one who holds it.
        #expect(try state.holder()?.actor == "ada@laptop")
        try await first.renew()
        withExtendedLifetime(first) {}
    }

    @Test(arguments: StateBackend.all) func itIsFreeWhenItsHolderIsGone(_ backend: StateBackend) throws {
        let state = try TestState(backend)
        for actor in ["a-very-long-name-indeed@some-host", "bob", "ada@laptop"] {
            let lock = try state.lock(actor)
            #expect(try state.holder() == .sample(actor))
            withExtendedLifetime(consume lock) {}
            #expect(try state.holder() == nil)
        }
    }

    @Test(arguments: StateBackend.all) func onlyOneOfManyGetsIt(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let winners = await withTaskGroup(of: StateLock?.self) { group in
            for number in 0..<16 { group.addTask { try? state.lock("actor-\(number)") } }
            return await group.reduce(into: [StateLock]()) { locks, lock in lock.map { locks.append($0) } }
        }
        #expect(winners.count == 1)
    }

    @Test(arguments: StateBackend.all) func whoeverHoldsItMayWrite(_ backend: StateBackend) async throws {
        let state = try TestState(backend)
        let lock = try state.lock("ada")
        let hold = lock.hold
        try await state.open().write { try $0.demandHold(hold) }
    }
}

/// The lock of a state file.
@Suite struct StateFileLockTests {
    private let folder: TestWorkspace
    private var path: String { "\(folder.path)/state.db.lock" }

    init() throws { folder = try TestWorkspace("lock") }

    private func lock(_ actor: String, at path: String = "state.db") throws -> StateLock {
        try StateLock(.sqlite(path: "\(folder.path)/\(path)"), holder: .sample(actor), unique: "")
    }

    @Test func aHolderThatWroteNothingReadableIsStillRespected() throws {
        let first = try lock("ada")
        try folder.write("state.db.lock", "nonsense")
        let refusal = #expect(throws: Diagnostic.self) { try lock("bob") }
        withExtendedLifetime(first) {}
        #expect(refusal?.code == .stateLocked && refusal?.message == "the state is held by another reconcile")
    }

    @Test func aPlaceThatCannotBeLockedIsSaidToBe() throws {
        try folder.folder("state.db.lock")
        #expect(throws: Diagnostic.self) { try lock("ada") }
        let refusal = #expect(throws: Diagnostic.self) { try lock("ada", at: "no/such/state.db") }
        #expect(refusal?.code == "SLW4012")
    }

    private static let perl = "/usr/bin/perl"

    /// The kernel gives a lock back however its holder ends: nobody has to unlock by hand.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: perl), "needs perl to hold a lock"))
    func itIsFreeWhenItsHolderWasKilled() async throws {
        let text = String(decoding: try JSONEncoder().encode(LockHolder.sample("killed@laptop")), as: UTF8.self)
        try folder.write("state.db.lock", text)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.perl)
        process.arguments = [
            "-e", "open(my $f, '+<', $ARGV[0]) or die; flock($f, 2) or die; $| = 1; print 'held'; sleep 600", path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held")

        let refusal = #expect(throws: Diagnostic.self) { try lock("ada") }
        #expect(refusal?.code == .stateLocked && refusal?.message.contains("killed@laptop") == true)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let next = try lock("ada")
        #expect(try StateLock.holder(of: .sqlite(path: "\(folder.path)/state.db"))?.actor == "ada")
        withExtendedLifetime(next) {}
    }
}
