import Foundation
import Records
import Store
import YAML

/// The right to act on the state, which a process loses with its life, and, where a server keeps it, with its
/// connection.
///
/// Proof: see `EventLoop`; it is part of one world, which lives on one thread.
final class SimulatedHold: StateHold, @unchecked Sendable {
    private weak var world: World?
    private let process: SimulatedProcess
    let hold: String?

    init(_ world: World, _ process: SimulatedProcess, hold: String?) {
        self.world = world
        self.process = process
        self.hold = hold
    }

    func renew() throws {
        guard let world, let hold else { return }
        try world.renewHold(of: process, hold)
    }

    deinit { world?.endHold(of: process) }
}

extension World {
    /// What a server keeps beside its lock; it is the form in which the store reads it.
    private struct Entry: Codable {
        var hold: String
        var holder: LockHolder
    }

    /// Takes the state's lock: of a file where there is one machine, otherwise of a server.
    func hold(for process: SimulatedProcess, as name: LockHolder) throws -> SimulatedHold {
        if let holder, holder !== process { throw Diagnostic.locked(by: holderName) }
        guard hosts.count > 1 else {
            take(process, as: name)
            return SimulatedHold(self, process, hold: nil)
        }
        try reachStore(process)
        let entry = Entry(hold: "\(process.number).\(process.nextAct())", holder: name)
        // The first of all makes the state, as the real lock does.
        _ = try StateStore(
            SimulatedDatabase(world: self, process: process), location: "simulated", access: .readWrite,
            scheduler: SimulatedStoreScheduler(world: self, process: process))
        hasState = true
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(entry), as: UTF8.self)
        let failures = try database.writeTogether([
            { connection in
                try connection.execute(
                    "INSERT INTO slipway_meta (name, value) VALUES ('holder', ?) "
                        + "ON CONFLICT (name) DO UPDATE SET value = excluded.value", [.text(text)])
            }
        ])
        if let failure = failures.first ?? nil { throw failure }
        take(process, as: name)
        return SimulatedHold(self, process, hold: entry.hold)
    }

    /// Takes the lock again where its connection broke, unless somebody else has had it since.
    fileprivate func renewHold(of process: SimulatedProcess, _ hold: String) throws {
        try reachStore(process)
        guard holder !== process else { return }
        guard holder == nil, lastHolder === process else { throw Diagnostic.holdLost(to: holderName) }
        take(process, as: nil)
        note(process, "takes the state's lock again")
    }
}
