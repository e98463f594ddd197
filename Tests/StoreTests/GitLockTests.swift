import Foundation
import Records
import Support
import Synchronization
import Testing
import YAML

@testable import Store

/// The lock on a state in a branch, which nobody gives back for a holder that died.
@Suite struct GitLockTests {
    private let ground: GitGround
    private let clock = TestClock()

    init() throws { ground = try GitGround() }

    private func grip(
        _ actor: String, clone: String = "clone", isGone: @escaping @Sendable (LockHolder) -> Bool = { _ in false }
    ) throws -> GitGrip {
        var holder = LockHolder.sample(actor)
        holder.id = "id-of-\(actor)"
        holder.run = "team/repository#17/1"
        holder.url = "https://ci.example.org/17"
        return try GitGrip(
            ground.place(clone), holder: holder, hold: "hold-of-\(actor)", isGone: isGone,
            now: { [clock] in clock.now() }, watch: .milliseconds(200))
    }

    @Test func whoHoldsItIsSaidWithItsCIRun() throws {
        let first = try grip("ada")
        let refusal = #expect(throws: Diagnostic.self) { try grip("bob", clone: "other") }
        for part in ["ada", "CI run team/repository#17/1", "https://ci.example.org/17", "lock id-of-ada"] {
            #expect(refusal?.message.contains(part) == true, "\(refusal?.message ?? "")")
        }
        withExtendedLifetime(first) {}
    }

    /// One whose process is gone loses it at once; one that is silent, when it stays so while it is watched.
    @Test(arguments: ["gone", "silent"]) func aDeadHolderIsTakenOver(_ how: String) async throws {
        let first = try grip("ada")
        let hold = first.hold
        let store = try ground.open()
        try await store.write { try $0.demandHold(hold) }
        if how == "silent" { clock.skip(GitGrip.silence + .seconds(1)) }
        let second = try grip("bob", clone: "other", isGone: { how == "gone" && $0.actor == "ada" })
        #expect(second.superseded?.actor == "ada")
        let newer = second.hold
        try await ground.open("other").write { try $0.demandHold(newer) }
        // What the old holder still wants to write is refused, whether or not it has noticed.
        let late = await code {
            try await store.write { transaction in
                try transaction.demandHold(hold)
                try transaction.append([EventDraft(.applyStarted, cause: "too late")])
            }
        }
        #expect(late == .holdLost)
        #expect(try await !ground.open("reader").notes().contains("too late"))
        clock.skip(GitGrip.pause)
        #expect(try GitGrip.holder(ground.place())?.actor == "bob")
        withExtendedLifetime(first) {}
        #expect(try GitGrip.holder(ground.place())?.actor == "bob", "what the old one gives back is not its own")
        withExtendedLifetime(second) {}
    }

    @Test func oneThatIsSilentByAWrongClockKeepsItWhenItSpeaks() async throws {
        let first = try grip("ada")
        clock.skip(GitGrip.silence + .seconds(1))
        let hasSpoken = Atomic(false)
        let refusal = #expect(throws: Diagnostic.self) {
            try GitGrip(
                ground.place("other"), holder: .sample("bob"), hold: "b", isGone: { _ in false },
                now: { [self] in
                    // Asked for when it has been read how old the last sign of life is. A holder whose clock is a
                    // minute behind says then what is old by the other's clock, and says it now.
                    if !hasSpoken.exchange(true, ordering: .relaxed) { try? speak() }
                    return clock.now()
                }, watch: .seconds(20))
        }
        let spoke = hasSpoken.load(ordering: .relaxed)
        #expect(spoke)
        #expect(refusal?.code == .stateLocked)
        withExtendedLifetime(first) {}
    }

    private func speak() throws {
        let remote = GitRemote.lock(try ground.place("third"))
        let tip = try #require(try remote.tip())
        let commit = try remote.makeCommit(ofTreeOf: tip, message: "another sign of life")
        guard case .landed = try remote.push(commit, expecting: tip) else { throw CancellationError() }
    }

    @Test func aHolderThatWasRelievedLearnsOfItWhenItRenews() throws {
        let first = try grip("ada")
        let broken = try GitGrip.breakLock(ground.place("other"), at: clock.now()) { $0.id == "id-of-ada" }
        #expect(broken?.actor == "ada")
        let refusal = #expect(throws: Diagnostic.self) { try first.renewNow() }
        #expect(refusal?.code == .holdLost)
        let next = try grip("bob")
        #expect(next.superseded == nil && next.hold == "2 hold-of-bob")
    }

    @Test func onlyTheOneThatIsMeantIsBroken() throws {
        let first = try grip("ada")
        let refusal = #expect(throws: Diagnostic.self) {
            try GitGrip.breakLock(ground.place(), at: clock.now()) { $0.run == "team/repository#16/1" }
        }
        #expect(refusal?.code == .stateLocked)
        withExtendedLifetime(consume first) {}
        #expect(try GitGrip.breakLock(ground.place(), at: clock.now()) { _ in true } == nil, "nobody holds it")
    }

    /// The file of a lock that nobody gave back is cleared; a living holder keeps it.
    @Test func aFileLockIsOnlyClearedAfterItsProcess() throws {
        let state = try TestState(.sqlite)
        let lock = try StateLock(state.address, holder: .sample("ada"), unique: "")
        let refusal = #expect(throws: Diagnostic.self) {
            try StateLock.breakLock(of: state.address, at: .start) { _ in true }
        }
        #expect(refusal?.code == "SLW4019")
        withExtendedLifetime(consume lock) {}
        #expect(try StateLock.breakLock(of: state.address, at: .start) { _ in true } == nil)
    }

    @Test(.enabled(if: PostgresServer.isThere, "there is no PostgreSQL server on this machine to start one from"))
    func aServersLockIsTakenFromItsConnection() async throws {
        let state = try TestState(.postgres)
        let lock = try StateLock(state.address, holder: .sample("ada"), unique: "one")
        let other = #expect(throws: Diagnostic.self) {
            try StateLock.breakLock(of: state.address, at: .start) { $0.actor == "bob" }
        }
        #expect(other?.code == .stateLocked)
        #expect(try StateLock.breakLock(of: state.address, at: .start) { $0.actor == "ada" }?.actor == "ada")
        let refusal = await code { try await lock.renew() }
        #expect(refusal == .holdLost)
        // The server takes a moment to see a connection off.
        var next: StateLock?
        try await eventually("the lock is free") {
            next = try? StateLock(state.address, holder: .sample("bob"), unique: "two")
            return next != nil
        }
        #expect(next?.superseded == nil)
    }
}
