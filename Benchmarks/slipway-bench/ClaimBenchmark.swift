import Manifests
import Records
import Store

/// Claims of one run at a time by 1, 2, 4 and 8 agents, each with connections of its own, against transactions of the
/// same database that change one row.
func measureClaims() throws -> [Measurement] {
    let backends = try Backends()
    let scratch = try Scratch()
    return try backends.kinds.flatMap { kind in
        try measureClaims(on: backends.address(kind, in: scratch), named: kind.rawValue)
    }
}

private let crews = [1, 2, 4, 8]
private let claimCount = 500
private let commitCount = 200

/// A disk's speed changes from second to second on a shared machine: each crew has its own reference beside it.
private func measureClaims(on address: StateAddress, named name: String) throws -> [Measurement] {
    var round = 0
    var bodies: [() throws -> Void] = []
    var clocked: [[Duration]] = Array(repeating: [], count: crews.count)
    for (index, agents) in crews.enumerated() {
        bodies.append { try commitBare(on: address) }
        bodies.append {
            round += 1
            clocked[index].append(try claim(on: address, agents: agents, round: round))
        }
    }
    let times = try Rounds.measure(5, bodies)
    // Preparing the runs is not counted; the first round of each is the one that is thrown away.
    let claims = clocked.map { Array($0.dropFirst()) }
    return crews.enumerated().map { index, agents in
        let bare = times[2 * index].map { $0.inSeconds / Double(commitCount) }
        let own = claims[index].map { $0.inSeconds / Double(claimCount) }
        let alone = claims[0].map { $0.inSeconds / Double(claimCount) }
        let ratio = Rounds.median(zip(bare, own).map { $0 / $1 })
        let gain = Rounds.median(zip(alone, own).map { $0 / $1 })
        return Measurement(
            what: "claims with \(agents) agent\(agents == 1 ? "" : "s"), \(name)",
            ours: "\((1 / Rounds.median(own)).rounded(to: 0))/s",
            reference: "\((1 / Rounds.median(bare)).rounded(to: 0)) one-row transactions/s",
            figure: "\(ratio.rounded(to: 2))×, \(gain.rounded(to: 2))× of one agent", goal: "–")
    }
}

/// Durable transactions of one writer that change one row each.
private func commitBare(on address: StateAddress) throws {
    let store = try StateStore(address)
    let now = RecordedPast.now
    let agent = RecordedPast.agent("bare", at: now)
    try waiting {
        for _ in 0..<commitCount {
            try await store.write(as: RecordedPast.provenance, at: now) { try $0.write(agent) }
        }
    }
}

private func claim(on address: StateAddress, agents: Int, round: Int) throws -> Duration {
    let now = RecordedPast.now
    let queue = ObjectName(name: "claims-\(agents)-\(round)")
    let first = try StateStore(address)
    try waiting { try await RecordedPast.queueRuns(claimCount, of: queue.name, in: queue, to: first, at: now) }
    let stores = try (0..<agents).map { _ in try StateStore(address) }
    return try ContinuousClock().measure {
        try waiting {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, store) in stores.enumerated() {
                    group.addTask { try await claimAll(in: queue, by: "\(queue.name)-\(number)", in: store, at: now) }
                }
                try await group.waitForAll()
            }
        }
    }
}

private func claimAll(in queue: ObjectName, by name: String, in store: StateStore, at now: Timestamp) async throws {
    let agent = RecordedPast.agent(name, at: now)
    let rules = QueueRules(name: queue, QueueSpec())
    var isMore = true
    while isMore {
        isMore = try await store.write(as: RecordedPast.provenance, at: now) { transaction in
            try !transaction.claim(for: agent, from: [rules], atMost: 1, leaseDuration: RecordedPast.lease).isEmpty
        }
    }
}
