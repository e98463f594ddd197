import Foundation
import Records
import Store
import Support
import Testing
import YAML

@Suite struct StateLockTests {
    private let folder: TestWorkspace
    private var path: String { "\(folder.path)/lock" }

    init() throws { folder = try TestWorkspace("lock") }

    private func holder(_ actor: String) -> LockHolder {
        LockHolder(actor: actor, host: "laptop", process: 4711, command: "reconcile apply", since: .start)
    }

    @Test func theSecondIsToldWhoHoldsIt() throws {
        let first = try StateLock(path: path, holder: holder("ada@laptop"))
        let refusal = #expect(throws: Diagnostic.self) { try StateLock(path: path, holder: holder("bob@laptop")) }
        withExtendedLifetime(first) {}
        #expect(refusal?.code == .stateLocked)
        let message = try #require(refusal?.message)
        for part in ["ada@laptop", "4711", "laptop", "reconcile apply", "2026-11-23T09:41:07Z"] {
            #expect(message.contains(part), "\(message)")
        }
        // Being refused takes nothing from the one who holds it.
        #expect(StateLock.holder(in: path)?.actor == "ada@laptop")
    }

    @Test func itIsFreeWhenItsHolderIsGone() throws {
        for actor in ["a-very-long-name-indeed@some-host", "bob", "ada@laptop"] {
            let lock = try StateLock(path: path, holder: holder(actor))
            #expect(StateLock.holder(in: path) == holder(actor))
            withExtendedLifetime(lock) {}
        }
    }

    @Test func onlyOneOfManyGetsIt() async {
        let winners = await withTaskGroup(of: StateLock?.self) { group in
            for number in 0..<16 {
                group.addTask { [path, holder = holder("actor-\(number)")] in try? StateLock(path: path, holder: holder)
                }
            }
            return await group.reduce(into: [StateLock]()) { locks, lock in lock.map { locks.append($0) } }
        }
        #expect(winners.count == 1)
    }

    @Test func aHolderThatWroteNothingReadableIsStillRespected() throws {
        let first = try StateLock(path: path, holder: holder("ada"))
        try folder.write("lock", "nonsense")
        let refusal = #expect(throws: Diagnostic.self) { try StateLock(path: path, holder: holder("bob")) }
        withExtendedLifetime(first) {}
        #expect(refusal?.code == .stateLocked && refusal?.message == "the state is held by another reconcile")
    }

    @Test func aPlaceThatCannotBeLockedIsSaidToBe() throws {
        try folder.folder("lock")
        #expect(throws: Diagnostic.self) { try StateLock(path: path, holder: holder("ada")) }
        let refusal = #expect(throws: Diagnostic.self) {
            try StateLock(path: "\(folder.path)/no/such/lock", holder: holder("ada"))
        }
        #expect(refusal?.code == "SLW4012")
    }

    private static let perl = "/usr/bin/perl"

    /// The kernel gives a lock back however its holder ends: nobody has to unlock by hand.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: perl), "needs perl to hold a lock"))
    func itIsFreeWhenItsHolderWasKilled() async throws {
        let text = String(decoding: try JSONEncoder().encode(holder("killed@laptop")), as: UTF8.self)
        try folder.write("lock", text)
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

        let refusal = #expect(throws: Diagnostic.self) { try StateLock(path: path, holder: holder("ada")) }
        #expect(refusal?.code == .stateLocked && refusal?.message.contains("killed@laptop") == true)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let lock = try StateLock(path: path, holder: holder("ada"))
        #expect(StateLock.holder(in: path)?.actor == "ada")
        withExtendedLifetime(lock) {}
    }
}
