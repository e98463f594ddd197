import Manifests
import Records
import Testing

/// Everything that is wrong with a chain is found, each by itself.
@Suite struct ChainExaminationTests {
    private static func chain(_ count: Int, cause: (Int) -> String = { "line \($0)" }) -> [EventRecord] {
        var chain: [EventRecord] = []
        for number in 1...count {
            chain.append(
                EventRecord(
                    EventDraft(.runQueued, subject: "Run/default/one", cause: cause(number)),
                    after: chain.last?.sequence ?? 0, hash: chain.last?.hash ?? EventRecord.genesis,
                    at: .start + .seconds(number), provenance: Provenance(revision: .none, actor: "ada")))
        }
        return chain
    }

    private static func examine(
        _ events: [EventRecord], head: EventRecord?, anchors: [EventAnchor] = []
    ) -> ChainReport {
        var examination = ChainExamination(anchors: anchors)
        for event in events { examination.take(event) }
        return examination.finish(head: (head?.sequence ?? 0, head?.hash ?? EventRecord.genesis))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: [String]
        var change: @Sendable (inout [EventRecord]) -> Void
    }

    static let cases = [
        Case(testDescription: "untouched", expected: []) { _ in },
        Case(testDescription: "two edited", expected: ["altered 2", "altered 5"]) {
            $0[1].cause = "another"
            $0[4].actor = "eve"
        },
        Case(testDescription: "edited with its hash", expected: ["misplaced 4"]) {
            $0[2].cause = "another"
            $0[2].hash = $0[2].expectedHash
        },
        Case(testDescription: "one is missing", expected: ["missing 3"]) { $0.remove(at: 2) },
        Case(testDescription: "the first are missing", expected: ["missing 1"]) { $0.removeFirst(2) },
        Case(testDescription: "the last are missing", expected: ["truncated 6"]) { $0.removeLast(2) },
        Case(testDescription: "the last was edited with its hash", expected: ["truncated 7"]) {
            $0[6].cause = "another"
            $0[6].hash = $0[6].expectedHash
        },
        Case(
            testDescription: "two changed places",
            expected: ["altered 3", "altered 4", "misplaced 3", "misplaced 4", "misplaced 5"]
        ) { events in
            let (three, four) = (events[2], events[3])
            (events[2], events[3]) = (four, three)
            (events[2].sequence, events[3].sequence) = (3, 4)
        },
        Case(testDescription: "one stands twice", expected: ["altered 4", "misplaced 4", "misplaced 5"]) { events in
            events[3] = events[2]
            events[3].sequence = 4
        },
    ]

    @Test(arguments: cases) func eachFaultHasItsPlace(_ sample: Case) {
        let whole = Self.chain(7)
        var events = whole
        sample.change(&events)
        let report = Self.examine(events, head: whole.last)
        #expect(report.findings.map { "\($0.kind.rawValue) \($0.sequence)" }.sorted() == sample.expected.sorted())
        #expect(report.count == sample.expected.count && report.isIntact == sample.expected.isEmpty)
        #expect(report.findings.map(\.sequence) == report.findings.map(\.sequence).sorted())
    }

    @Test func findingsAreCountedBeyondThoseThatAreKept() {
        let whole = Self.chain(300)
        let edited = whole.map { event in
            var event = event
            event.actor = "eve"
            return event
        }
        let report = Self.examine(edited, head: whole.last)
        #expect(
            report.findings.count == ChainReport.limit && report.count == 300 && report.findings.first?.sequence == 1)
    }

    @Test func aChainWrittenAnewIsInOrderAndOnlyAWitnessCanTell() throws {
        let whole = Self.chain(7)
        let anew = Self.chain(7) { $0 == 4 ? "another" : "line \($0)" }
        #expect(Self.examine(anew, head: anew.last).isIntact)
        let anchors = [2, 5, 9].map { number in
            EventAnchor(
                sequence: Int64(number), hash: number > 7 ? "00" : whole[number - 1].hash, place: "commit \(number)")
        }
        let report = Self.examine(anew, head: anew.last, anchors: anchors)
        #expect(report.findings.map(\.sequence) == [5, 9] && report.findings.allSatisfy { $0.kind == .contradicted })
        #expect(report.anchors == 3)
        #expect(report.findings.first?.message.contains("commit 5") == true)
        #expect(Self.examine(whole, head: whole.last, anchors: Array(anchors.prefix(2))).isIntact)
    }
}
