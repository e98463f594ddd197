import Manifests
import Records
import Store

/// Claims of one run at a time by 1, 2, 4 and 8 agents, each with connections of its own, against transactions of the
/// same database that change one row.
func measureClaims() throws -> [Measurement] {
    let backends = try Backends()
    let scratch = try Scratch()
    var rows: [Measurement] = []
    for kind in backends.kinds {
        let address = try backends.address(kind, in: scratch)
        let commits = try bareCommits(on: address)
        var alone = 0.0
        for agents in [1, 2, 4, 8] {
            let rate = try claims(on: address, agents: agents)
            if agents == 1 { alone = rate }
            rows.append(
                Measurement(
                    what: "claims with \(agents) agent\(agents == 1 ? "" : "s"), \(kind.rawValue)",
                    ours: "\(rate.rounded(to: 0))/s",
                    reference: "\(commits.rounded(to: 0))/s, one-row transactions",
                    figure: "\((rate / commits).rounded(to: 2))×, \((rate / alone).rounded(to: 2))× of one agent",
                    goal: "–"))
        }
    }
    return rows
}

/// Durable transactions of one writer that change one row each, per second.
private func bareCommits(on address: StateAddress) throws -> Double {
    let count = 500
    let store = try StateStore(address)
    let now = RecordedPast.now
    let agent = RecordedPast.agent("bare", at: now)
    let clock = ContinuousClock()
    let times = try (0..<3).map { _ in
        try clock.measure {
            try waiting {
                for _ in 0..<count {
                    try await store.write(as: RecordedPast.provenance, at: now) { try $0.write(agent) }
                }
            }
        }
    }
    return Double(count) / Rounds.median(times)
}

private func claims(on address: StateAddress, agents: Int) throws -> Double {
    let count = 1000
    let clock = ContinuousClock()
    let times = try (0..<3).map { round in
        let now = RecordedPast.now
        let queue = ObjectName(name: "claims-\(agents)-\(round)")
        let first = try StateStore(address)
        try waiting { try await RecordedPast.queueRuns(count, of: queue.name, in: queue, to: first, at: now) }
        let stores = try (0..<agents).map { _ in try StateStore(address) }
        return try clock.measure {
            try waiting {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, store) in stores.enumerated() {
                        group.addTask {
                            try await claimAll(in: queue, by: "\(queue.name)-\(number)", in: store, at: now)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
    return Double(count) / Rounds.median(times)
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
