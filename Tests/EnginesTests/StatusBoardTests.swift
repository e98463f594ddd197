import Records
import Support
import Synchronization
import Testing

@testable import Engines

/// One question an interval for all who wait, and everybody hears what is new of their own.
@Suite("Status board")
struct StatusBoardTests {
    /// An engine's answers, as a test sets them.
    private final class Answers: Sendable {
        let known = Mutex<[String: Observation]>([:])
        let questions = Mutex<[[String]]>([])

        func set(_ name: String, _ observation: Observation) { known.withLock { $0[name] = observation } }

        func answer(_ references: [SubmissionReference]) -> [String: Observation] {
            questions.withLock { $0.append(references.map(\.name)) }
            return known.withLock { known in
                Dictionary(uniqueKeysWithValues: references.compactMap { r in known[r.name].map { (r.name, $0) } })
            }
        }
    }

    private let answers = Answers()
    private let clock = ContinuousClock()

    private func board(interval: Duration = .milliseconds(5)) -> StatusBoard {
        let start = clock.now
        return StatusBoard(
            interval: interval,
            now: { [clock] in Timestamp(milliseconds: (clock.now - start).milliseconds) },
            ask: { [answers] in answers.answer($0) })
    }

    private static func reference(_ name: String) -> SubmissionReference {
        SubmissionReference(name: name, folder: "/\(name)", host: "here")
    }

    private static let running = Observation.running(since: nil)

    @Test func manyWaitForOneQuestion() async throws {
        let board = board()
        for number in 0..<200 { answers.set("\(number)", Self.running) }
        let ends = await withTaskGroup(of: Observation.self) { group in
            for number in 0..<200 {
                group.addTask { await board.change(of: Self.reference("\(number)"), from: Self.running, until: nil) }
            }
            while answers.questions.withLock({ $0.last?.count ?? 0 }) < 200 { await Task.yield() }
            for number in 0..<200 { answers.set("\(number)", .ended(status: Int32(number % 3), at: nil)) }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ends.count == 200)
        #expect(ends.allSatisfy { !$0.isLive })
        // Whoever asks goes when its own has ended, and hands on: a few questions, however many wait.
        let full = answers.questions.withLock { $0.count { $0.count == 200 } }
        #expect(full >= 1)
        #expect(answers.questions.withLock { $0.allSatisfy { Set($0).count == $0.count } }, "nobody is asked for twice")
    }

    @Test func aDeadlineEndsTheWaitOfWhoeverHasOne() async {
        let board = board()
        answers.set("a", Self.running)
        answers.set("b", Self.running)
        async let long = board.change(of: Self.reference("a"), from: Self.running, until: nil)
        while answers.questions.withLock({ $0.isEmpty }) { await Task.yield() }
        let short = await board.change(
            of: Self.reference("b"), from: Self.running, until: Timestamp(milliseconds: 30))
        #expect(short.isSame(as: Self.running))
        answers.set("a", .gone("x"))
        #expect(await long == .gone("x"))
    }

    @Test func whoAsksCanGoAndTheNextAsks() async {
        let board = board()
        answers.set("a", Self.running)
        answers.set("b", Self.running)
        let first = Task { await board.change(of: Self.reference("a"), from: Self.running, until: nil) }
        while answers.questions.withLock({ $0.isEmpty }) { await Task.yield() }
        async let second = board.change(of: Self.reference("b"), from: Self.running, until: nil)
        while answers.questions.withLock({ $0.last?.count ?? 0 }) < 2 { await Task.yield() }
        first.cancel()
        #expect(await first.value.isSame(as: Self.running))
        answers.set("b", .ended(status: 0, at: nil))
        #expect(await second == .ended(status: 0, at: nil))
    }

    @Test func aWaitThatIsCancelledBeforeItBeginsEnds() async {
        let board = board()
        answers.set("a", Self.running)
        answers.set("b", Self.running)
        let first = Task { await board.change(of: Self.reference("a"), from: Self.running, until: nil) }
        while answers.questions.withLock({ $0.isEmpty }) { await Task.yield() }
        let second = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await board.change(of: Self.reference("b"), from: Self.running, until: nil)
        }
        #expect(await second.value.isSame(as: Self.running))
        first.cancel()
        _ = await first.value
    }

    @Test func aNewReasonIsNews() async {
        let board = board()
        answers.set("a", .waiting(reason: "Priority", message: "x"))
        let seen = Observation.waiting(reason: "InEngineQueue", message: "")
        #expect(
            await board.change(of: Self.reference("a"), from: seen, until: nil)
                == .waiting(reason: "Priority", message: "x"))
    }

    /// An engine that is silent is asked less and less often, and at once in the old measure when it answers.
    @Test func aSilentEngineIsLeftAlone() async {
        let pauses = Mutex<[Duration]>([])
        let answers = answers
        let now = Mutex(Timestamp(milliseconds: 0))
        answers.set("a", .unreachable("no"))
        let board = StatusBoard(
            interval: .seconds(1), longest: .seconds(8), now: { now.withLock { $0 } },
            sleep: { pause in
                now.withLock { $0 = $0 + pause }
                let count = pauses.withLock { pauses in
                    pauses.append(pause)
                    return pauses.count
                }
                if count == 6 { answers.set("a", Self.running) }
            }, ask: { answers.answer($0) })
        let found = await board.change(of: Self.reference("a"), from: .unreachable("no"), until: nil)
        #expect(found.isSame(as: Self.running))
        #expect(pauses.withLock { $0.map(\.milliseconds) } == [2000, 4000, 8000, 8000, 8000, 8000])
    }
}
