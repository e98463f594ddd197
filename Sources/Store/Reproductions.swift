public import Manifests
public import Records
import YAML

// Reproductions stand in the audit trail alone, see `Reproduction`.

extension StateSnapshot {
    private static let reproductionKinds: [EventKind] = [.reproductionStarted, .reproductionEnded]

    /// The reproductions of a run, first to last.
    public func reproductions(of run: RunRecord) throws -> [Reproduction] {
        // The subject is the manifest's name, which several computations may have had one after the other.
        let subject = EventDraft.subject(of: ObjectKey(.run, run.name))
        return try reproductions(EventFilter(subject: subject, kinds: Self.reproductionKinds))
            .filter { $0.run == run.id }
    }

    /// The reproductions that were begun on a machine and of which no end is recorded.
    public func openReproductions(onHost host: String) throws -> [Reproduction] {
        try reproductions(EventFilter(kinds: Self.reproductionKinds)).filter { $0.host == host && $0.end == nil }
    }

    /// The reproductions of all runs, in the order in which they began.
    public func reproductions() throws -> [Reproduction] {
        try reproductions(EventFilter(kinds: Self.reproductionKinds))
    }

    private func reproductions(_ filter: EventFilter) throws -> [Reproduction] {
        struct Key: Hashable {
            var run: String
            var number: Int64
        }
        var found: [Reproduction] = []
        var places: [Key: Int] = [:]
        try forEachEvent(filter) { event in
            let details = event.document
            let key = Key(run: details["run"]?.string ?? "", number: details["reproduction"]?.int ?? 0)
            if let reproduction = Reproduction(started: event) {
                places[key] = found.count
                found.append(reproduction)
            } else if let place = places[key] {
                found[place].take(ended: event)
            }
            return true
        }
        return found
    }
}

extension StateTransaction {
    /// Writes down that a run is about to be reproduced, before anything is started.
    ///
    /// - Parameters:
    ///   - make: makes it of the number that it gets.
    ///   - inputs: what is recorded of each input, by where the run finds it.
    /// - Returns: it, as recorded.
    public func startReproduction(
        of run: RunRecord, inputs: [String: JSONValue] = [:], _ make: (_ number: Int) -> Reproduction
    ) throws -> Reproduction {
        let number = (try snapshot.reproductions(of: run).map(\.number).max() ?? 0) + 1
        let reproduction = make(number)
        var details = reproduction.startDetails
        if !inputs.isEmpty { details["inputs"] = .object(inputs) }
        try append([
            EventDraft(
                .reproductionStarted, of: ObjectKey(.run, run.name), cause: "reconcile reproduce", details: details)
        ])
        return reproduction
    }

    /// Writes down how a reproduction ended.
    ///
    /// - Throws: a `Diagnostic` where somebody else has done so meanwhile; then nothing is written.
    public func endReproduction(
        _ reproduction: Reproduction, of run: RunRecord, _ end: Reproduction.End, differences: [String] = [],
        cause: String
    ) throws {
        let recorded = try snapshot.reproductions(of: run).first { $0.number == reproduction.number }
        guard let recorded, recorded.end == nil else {
            throw Diagnostic.reproductionOver(reproduction.number, of: run.name.description)
        }
        try append([
            EventDraft(
                .reproductionEnded, of: ObjectKey(.run, run.name), cause: cause,
                details: reproduction.endDetails(end, differences: differences))
        ])
    }
}
