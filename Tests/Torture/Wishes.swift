import Foundation
import Support

/// What people want in a round: runs that come, change and go, each with parameters that foretell how it ends.
struct Wishes: Sendable {
    private struct Wish: Sendable {
        var job: String
        var queue: String
        var priority: String
        /// Tells it from every other; a new one is a new computation.
        var key: Int
        /// So many attempts end with the status; later ones succeed.
        var failures: Int
        var status: Int
        var milliseconds: Int
        var isStubborn: Bool
        /// What it waits for, as a line of its manifest, and whose that is.
        var needs: (line: String, name: String)?

        /// Whether it reads what another leaves: then only agents of that one's checkout can take it.
        var reads: Bool { needs?.line.hasPrefix("inputs") == true }
    }

    /// A queue that agents of every checkout serve.
    private static let everywhere = "far"

    private let ground: Ground
    private var random: SeededRandom
    private var wanted: [String: Wish] = [:]
    /// As they were before they were changed or taken away.
    private var former: [(name: String, wish: Wish)] = []
    private var sourceVersion = 1
    private var nextRun = 1
    private var nextKey = 1

    /// How many different computations have been asked for, those of new versions of a job not counted.
    var asked: Int { nextKey - 1 }
    var names: [String] { wanted.keys.sorted() }

    /// The most that are wanted at once, so that a plan does not grow with the length of the round.
    private static let most = 60

    init(on ground: Ground, seed: UInt64) {
        self.ground = ground
        random = SeededRandom(seed: seed)
    }

    // MARK: - Changes

    /// Writes what all runs need.
    func begin() throws {
        try writeSource()
        try ground.write("manifests/setup.yaml", Self.setup(ground))
    }

    /// Wants one more run.
    mutating func add() throws {
        if wanted.count >= Self.most { try remove() }
        let name = "run-\(nextRun)"
        nextRun += 1
        var wish = Wish(
            job: random.chance(1, in: 5) ? "strict" : "steady", queue: queue(), priority: priority(), key: key(),
            failures: random.chance(1, in: 3) ? random.int(1...5) : 0, status: random.int(1...9),
            milliseconds: random.chance(1, in: 2) ? random.int(300...2000) : random.int(5...300),
            isStubborn: random.chance(1, in: 5))
        if random.chance(1, in: 3), let other = one(of: names) {
            let line = random.pick(
                "inputs: [{from: \(other), path: out.txt}]", "dependsOn: [{run: \(other)}]",
                "dependsOn: [{run: \(other), condition: finished}]")
            wish.needs = (line, other)
            if wish.reads { wish.queue = Self.everywhere }
        }
        try put(name, wish)
    }

    /// Changes one thing. Each is one file, so that whoever reads in the middle of it reads something valid.
    mutating func change() throws {
        switch random.int(0...11) {
        case 0...2: try vary { $0.key = $1 }
        case 3...4:
            let (queue, priority) = (queue(), priority())
            try vary { wish, _ in (wish.queue, wish.priority) = (wish.reads ? Self.everywhere : queue, priority) }
        case 5...6: try remove()
        case 7...8: try revert()
        case 9: try want(twice: one(of: names))
        case 10 where random.chance(1, in: 4):
            sourceVersion += 1
            try writeSource()
        default: break
        }
    }

    private mutating func vary(_ change: (inout Wish, Int) -> Void) throws {
        guard let name = one(of: names), var wish = wanted[name] else { return }
        former.append((name, wish))
        change(&wish, key())
        try put(name, wish)
    }

    private mutating func remove() throws {
        let needed = Set(wanted.values.compactMap(\.needs?.name))
        guard let name = one(of: names.filter { !needed.contains($0) }), let wish = wanted[name] else { return }
        former.append((name, wish))
        wanted[name] = nil
        try ground.remove("manifests/\(name).yaml")
    }

    private mutating func revert() throws {
        guard let (name, wish) = former.popLast(), wish.needs.map({ wanted[$0.name] != nil }) ?? true else { return }
        // What waits for it must not be what it waits for now.
        if let needs = wish.needs?.name, leads(from: needs, to: name) { return }
        try put(name, wish)
    }

    /// Asks for the same computation under another name.
    private mutating func want(twice name: String?) throws {
        guard let name, let wish = wanted[name], wanted.count < Self.most else { return }
        defer { nextRun += 1 }
        try put("run-\(nextRun)", wish)
    }

    private func leads(from name: String, to other: String) -> Bool {
        name == other || wanted[name]?.needs.map { leads(from: $0.name, to: other) } ?? false
    }

    // MARK: - Chance

    private mutating func one(of names: [String]) -> String? {
        names.isEmpty ? nil : names[random.int(0...names.count - 1)]
    }

    private mutating func queue() -> String { random.pick("near", "shared", "shared", Self.everywhere) }
    private mutating func priority() -> String { random.pick("medium", "high", "low") }

    private mutating func key() -> Int {
        defer { nextKey += 1 }
        return nextKey
    }

    // MARK: - Files

    private mutating func put(_ name: String, _ wish: Wish) throws {
        wanted[name] = wish
        try ground.write(
            "manifests/\(name).yaml",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: \(name)}
            spec:
              job: \(wish.job)
              queue: \(wish.queue)
              priority: \(wish.priority)
              parameters:
                key: \(wish.key)
                failures: \(wish.failures)
                status: \(wish.status)
                milliseconds: \(wish.milliseconds)
                stubborn: \(wish.isStubborn)
              \(wish.needs?.line ?? "")

            """)
    }

    /// The job writes two lines into the ledger, each in one piece: where it is at work, when, and as which process.
    private func writeSource() throws {
        try ground.write(
            "jobs/work/work.sh",
            """
            # Version \(sourceVersion).
            ledger=$1 failures=$2 status=$3 milliseconds=$4 stubborn=$5 key=$6
            here=${SLIPWAY_OUTPUTS%/outputs}
            [ "$stubborn" = true ] && trap '' TERM
            printf '%s START %s %s\\n' "$here" "$(date +%s%N)" "$$" >> "$ledger"
            sleep "$(printf '%d.%03d' $((milliseconds / 1000)) $((milliseconds % 1000)))"
            if [ -n "$SLIPWAY_INPUTS" ]; then cat "$SLIPWAY_INPUTS/out.txt" || exit 70; fi > "$SLIPWAY_OUTPUTS/out.txt"
            printf '(%s)' "$key" >> "$SLIPWAY_OUTPUTS/out.txt"
            printf '%s END %s %s\\n' "$here" "$(date +%s%N)" "$$" >> "$ledger"
            [ "$SLIPWAY_ATTEMPT" -gt "$failures" ] || exit "$status"

            """)
    }

    /// Queues of the one pool, of both, and of the other; leases so short that a stop outlasts them.
    private static func setup(_ ground: Ground) -> String {
        func job(_ name: String, _ retry: String) -> String {
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: \(name)}
            spec:
              source: {path: ../jobs/work}
              command: [sh, work.sh, "\(ground.ledger)"]
              args: ["${parameters.failures}", "${parameters.status}", "${parameters.milliseconds}",
                "${parameters.stubborn}", "${parameters.key}"]
              env: {\(Ground.markerName): "\(ground.marker)"}
              outputs: [out.txt]
              retry: \(retry)
              parameters:
                key: {type: integer}
                failures: {type: integer}
                status: {type: integer}
                milliseconds: {type: integer}
                stubborn: {type: boolean}
            """
        }
        func other(_ kind: String, _ name: String, _ spec: String) -> String {
            "apiVersion: slipway/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: \(spec)"
        }
        let documents = [
            job("steady", "{limit: 3, on: [error, interruption], backoff: {initial: 100ms, factor: 2, maximum: 1s}}"),
            job("strict", "{limit: 1, on: [error], backoff: {initial: 50ms}}"),
            other("Queue", "near", "{resource: local-process, concurrency: 2}"),
            other("Queue", "shared", "{resource: local-process, concurrency: 3, ordering: priority}"),
            other("Queue", "far", "{resource: local-process, concurrency: 3}"),
            other("AgentPool", "here", "{queues: [near, shared], replicas: 2, leaseDuration: 2s}"),
            other(
                "AgentPool", Pools.remote, "{queues: [shared, far], placement: remote, maxRuns: 2, leaseDuration: 1s}"),
        ]
        return documents.joined(separator: "\n---\n") + "\n"
    }
}

/// What the round and its manifests call by the same name.
enum Pools {
    static let remote = "workers"
}
