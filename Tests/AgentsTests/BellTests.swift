import Support
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(3))) struct BellTests {
    @Test func aRingBeforeASleepIsKept() async {
        let bell = Bell(time: SystemTime())
        bell.ring()
        bell.ring()
        #expect(await bell.wait(atMost: .seconds(50)))
        #expect(await !bell.wait(atMost: .milliseconds(20)), "two rings are one reason to look")
    }

    @Test func aRingWakesASleeper() async {
        let bell = Bell(time: SystemTime())
        async let woken = bell.wait(atMost: .seconds(50))
        await Task.yield()
        bell.ring()
        #expect(await woken)
    }

    @Test func withoutARingItSleepsItsTime() async {
        let bell = Bell(time: SystemTime())
        let begun = ContinuousClock.now
        #expect(await !bell.wait(atMost: .milliseconds(50)))
        #expect(ContinuousClock.now - begun >= .milliseconds(50))
    }

    /// The timer of a sleep that a ring cut short must not wake a later one.
    @Test func anOldTimerWakesNobody() async {
        let bell = Bell(time: SystemTime())
        async let first = bell.wait(atMost: .milliseconds(400))
        await Task.yield()
        bell.ring()
        // Where the machine was too busy to ring in time, there is no old timer.
        guard await first else { return }
        let begun = ContinuousClock.now
        #expect(await !bell.wait(atMost: .milliseconds(600)))
        #expect(ContinuousClock.now - begun >= .milliseconds(600))
    }

    @Test func manyRingsFromManyTasksLoseNobody() async {
        let bell = Bell(time: SystemTime())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for _ in 0..<200 { await bell.wait(atMost: .milliseconds(5)) } }
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        bell.ring()
                        await Task.yield()
                    }
                }
            }
        }
    }
}
