import Support
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct BellTests {
    private func elapsed(_ body: () async -> Void) async -> Duration {
        let begun = ContinuousClock.now
        await body()
        return ContinuousClock.now - begun
    }

    @Test func aRingBeforeASleepIsKept() async {
        let bell = Bell()
        bell.ring()
        bell.ring()
        #expect(await elapsed { await bell.wait(atMost: .seconds(30)) } < .seconds(10))
        // Once only: two rings are one reason to look.
        #expect(await elapsed { await bell.wait(atMost: .milliseconds(40)) } >= .milliseconds(40))
    }

    @Test func aRingWakesASleeper() async {
        let bell = Bell()
        let slept = await elapsed {
            async let sleeper: Void = bell.wait(atMost: .seconds(30))
            await Task.yield()
            bell.ring()
            await sleeper
        }
        #expect(slept < .seconds(10))
    }

    @Test func withoutARingItSleepsItsTime() async {
        let bell = Bell()
        #expect(await elapsed { await bell.wait(atMost: .milliseconds(50)) } >= .milliseconds(50))
    }

    /// The timer of a sleep that a ring cut short must not wake a later one.
    @Test func anOldTimerWakesNobody() async {
        let bell = Bell()
        bell.ring()
        await bell.wait(atMost: .milliseconds(20))
        async let first: Void = bell.wait(atMost: .milliseconds(30))
        bell.ring()
        await first
        #expect(await elapsed { await bell.wait(atMost: .milliseconds(200)) } >= .milliseconds(190))
    }

    @Test func manyRingsFromManyTasksLoseNobody() async {
        let bell = Bell()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for _ in 0..<200 { await bell.wait(atMost: .milliseconds(5)) } }
            for _ in 0..<4 { group.addTask { for _ in 0..<200 { bell.ring(); await Task.yield() } } }
        }
    }
}
