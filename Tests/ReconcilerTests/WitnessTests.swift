import Foundation
import Reconciler
import Records
import Support
import Testing

/// A record that was written anew from some event on is in order again; a witness outside has seen the old one.
@Suite struct WitnessTests {
    private struct Witness: EventAnchors {
        var seen: [EventAnchor]

        func anchors() async throws -> [EventAnchor] { seen }
    }

    @Test func withoutWitnessesTheChainSpeaksForItself() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        let report = try await project.reconciler().examineEvents()
        #expect(report.isIntact && report.anchors == 0 && report.events > 0)
    }

    @Test func aWitnessContradictsARecordThatWasWrittenAnew() async throws {
        let project = try await Project()
        try project.writeJob()
        try project.writeManifests()
        try await project.commit()
        try await project.apply()
        let events = try await project.events()
        let middle = try #require(events.dropFirst(3).first)
        let honest = Witness(seen: [
            EventAnchor(sequence: middle.sequence, hash: middle.hash, place: "commit 1a2b3c4d of slipway/state")
        ])
        #expect(try await project.reconciler(witnesses: [honest]).examineEvents().isIntact)

        let other = Witness(seen: [
            EventAnchor(
                sequence: middle.sequence, hash: EventRecord.genesis, place: "commit 1a2b3c4d of slipway/state"),
            EventAnchor(sequence: 10_000, hash: EventRecord.genesis, place: "commit 5e6f7a8b of slipway/state"),
        ])
        let report = try await project.reconciler(witnesses: [honest, other]).examineEvents()
        #expect(report.anchors == 3 && report.findings.map(\.sequence) == [middle.sequence, 10_000])
        #expect(report.findings.allSatisfy { $0.kind == .contradicted })
        #expect(report.findings.first?.message.contains("1a2b3c4d") == true)
    }
}
