import Manifests
import Records
import Support
import Testing

@Suite struct EventChainTests {
    private static let provenance = Provenance(
        revision: Revision(commit: String(repeating: "ab", count: 20), isDirty: true), actor: "ada@laptop")

    /// A chain as the store writes it.
    private static let chain: [EventRecord] = {
        var chain: [EventRecord] = []
        for (index, kind) in EventKind.allCases.enumerated() {
            let draft = EventDraft(
                kind, of: ObjectKey(.run, ObjectName(name: "run-\(index)")), cause: "manifests/runs.yaml:\(index)",
                details: ["attempt": .int(Int64(index)), "message": "it's “so”"])
            chain.append(
                EventRecord(
                    draft, after: chain.last?.sequence ?? 0, hash: chain.last?.hash ?? EventRecord.genesis,
                    at: .start + .seconds(index), provenance: provenance))
        }
        return chain
    }()

    private func fault(in chain: [EventRecord]) -> ChainFault? {
        var verifier = ChainVerifier()
        for event in chain {
            if let fault = verifier.verify(event) { return fault }
        }
        return nil
    }

    @Test func anUntouchedChainIsWhole() throws {
        #expect(fault(in: Self.chain) == nil)
        let first = try #require(Self.chain.first)
        #expect(first.sequence == 1 && first.previous == EventRecord.genesis)
        #expect(first.revision == String(repeating: "ab", count: 20) + "+changes" && first.actor == "ada@laptop")
        #expect(first.subject == "Run/default/run-0")
        #expect(first.details == #"{"attempt":0,"message":"it's “so”"}"#)
        var verifier = ChainVerifier()
        for event in Self.chain { #expect(verifier.verify(event) == nil) }
        #expect(verifier.count == Int64(Self.chain.count) && verifier.hash == Self.chain.last?.hash)
    }

    static let texts = ["kind", "subject", "cause", "revision", "actor", "details", "previous", "hash"]

    private static func field(_ name: String) -> WritableKeyPath<EventRecord, String> {
        switch name {
        case "kind": \.kind
        case "subject": \.subject
        case "cause": \.cause
        case "revision": \.revision
        case "actor": \.actor
        case "details": \.details
        case "previous": \.previous
        default: \.hash
        }
    }

    @Test(arguments: texts) func everyCharacterOfEveryTextCounts(_ name: String) {
        let field = Self.field(name)
        for (place, event) in Self.chain.enumerated() {
            var chain = Self.chain
            let scalars = Array(event[keyPath: field].unicodeScalars)
            for (index, scalar) in scalars.enumerated() {
                for change in [-1, 1] {
                    guard let other = Unicode.Scalar(UInt32(Int(scalar.value) + change)) else { continue }
                    var changed = scalars
                    changed[index] = other
                    chain[place][keyPath: field] = String(String.UnicodeScalarView(changed))
                    if fault(in: chain) == nil { Issue.record("\(name) of event \(place + 1), character \(index)") }
                }
            }
            let text = event[keyPath: field]
            for other in ["", "\(text) ", "\(text)\0"] where other != text {
                chain[place][keyPath: field] = other
                if fault(in: chain) == nil { Issue.record("\(name) of event \(place + 1), \(other.debugDescription)") }
            }
        }
    }

    @Test func everyMomentAndNumberCounts() {
        for place in Self.chain.indices {
            for bit in 0..<64 {
                var chain = Self.chain
                chain[place].at.milliseconds ^= 1 << Int64(bit)
                #expect(fault(in: chain) == .altered(sequence: Int64(place + 1)))
                chain = Self.chain
                chain[place].sequence ^= 1 << Int64(bit)
                #expect(fault(in: chain) != nil)
            }
        }
    }

    /// Without their lengths, “ab” + “c” and “a” + “bc” would be the same bytes.
    @Test func textCannotMoveFromOneFieldToTheNext() {
        var event = Self.chain[0]
        event.subject += "m"
        event.cause.removeFirst()
        #expect(event.subject + event.cause == Self.chain[0].subject + Self.chain[0].cause)
        #expect(event.expectedHash != Self.chain[0].hash)
    }

    @Test func anAlteredEventIsNamedEvenWithItsHashMadeAnew() {
        var chain = Self.chain
        chain[3].actor = "mallory"
        #expect(fault(in: chain) == .altered(sequence: 4))
        chain[3].hash = chain[3].expectedHash
        #expect(fault(in: chain) == .broken(sequence: 5))
    }

    @Test func removedRepeatedAndReorderedEventsAreFound() {
        for place in Self.chain.indices {
            var chain = Self.chain
            chain.remove(at: place)
            // The end of a chain is held by the store, which remembers how long it is.
            if place < Self.chain.count - 1 { #expect(fault(in: chain) == .broken(sequence: Int64(place + 2))) }
            chain = Self.chain
            chain.insert(chain[place], at: place)
            #expect(fault(in: chain) == .broken(sequence: Int64(place + 1)))
            if place > 0 {
                chain = Self.chain
                chain.swapAt(place, place - 1)
                #expect(fault(in: chain) == .broken(sequence: Int64(place + 1)))
            }
        }
    }

    @Test func anEventOfANewerVersionVerifies() {
        var event = Self.chain[0]
        event.kind = "moon.landed"
        event.hash = event.expectedHash
        #expect(fault(in: [event]) == nil)
    }
}
