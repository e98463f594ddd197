import Support

/// Manifests of a small team, from which the text is written.
struct ManifestDraft {
    struct Job {
        var source = 1
        var retries = 0
        var onError = true
        var timeout: Int?
        var rate = 1
    }

    struct Queue {
        var concurrency: Int?
        var isByPriority = false
        var isSuspended = false
    }

    struct Pool {
        var queues: [String]
        var replicas = 1
        var maxRuns = 1
        var lease = 5
        var isRemote = false
        /// Whether it names a store for what attempts leave.
        var keeps = false
    }

    struct Run {
        var job: String
        var queue: String
        /// The learning rate in hundredths; `nil` for the job's own.
        var rate: Int?
        var priority = 2
        var repetition = 1
        /// A run that it waits for, with a lower name, so that nobody waits in a circle.
        var waitsFor: String?
        var isContent = false
    }

    var jobs: [String: Job] = [:]
    var queues: [String: Queue] = [:]
    var pools: [String: Pool] = [:]
    var runs: [String: Run] = [:]
    /// Whether somebody committed what cannot be read.
    var isBroken = false

    init(dice: Dice, hosts: Int) {
        func int(_ range: ClosedRange<Int>, _ detail: UInt64) -> Int { dice.int(range, .commit, 0, detail) }
        for index in 0..<int(1...2, 1) {
            jobs["job-\(index)"] = Job(
                retries: int(0...3, 10 + UInt64(index)), onError: int(0...3, 20 + UInt64(index)) > 0,
                timeout: int(0...3, 30 + UInt64(index)) == 0 ? int(1...8, 40 + UInt64(index)) : nil)
        }
        for index in 0..<int(1...2, 2) {
            queues["queue-\(index)"] = Queue(
                concurrency: int(0...1, 50 + UInt64(index)) == 0 ? int(1...3, 60 + UInt64(index)) : nil,
                isByPriority: int(0...1, 70 + UInt64(index)) == 0)
        }
        for index in 0..<int(1...2, 3) {
            pools["pool-\(index)"] = Pool(
                queues: queues.keys.sorted(), replicas: int(1...2, 80 + UInt64(index)),
                maxRuns: int(1...3, 90 + UInt64(index)), lease: int(1...8, 100 + UInt64(index)),
                isRemote: int(0...1, 110 + UInt64(index)) == 0, keeps: int(0...1, 120 + UInt64(index)) == 0)
        }
        for index in 0..<int(1...6, 4) { addRun(dice, 0, 200 + UInt64(index) * 10) }
    }

    private mutating func addRun(_ dice: Dice, _ place: UInt64, _ detail: UInt64) {
        func int(_ range: ClosedRange<Int>, _ more: UInt64) -> Int { dice.int(range, .commit, place, detail + more) }
        guard let job = pick(jobs, int(0...99, 0)), let queue = pick(queues, int(0...99, 1)) else { return }
        let other = pick(runs, int(0...99, 7))
        runs["run-\(10 + int(0...20, 2))"] = Run(
            job: job, queue: queue, rate: int(0...2, 3) == 0 ? nil : int(1...6, 4), priority: int(0...3, 5),
            waitsFor: int(0...2, 6) > 0 ? other : nil, isContent: int(0...2, 8) == 0)
    }

    private func pick<T>(_ items: [String: T], _ number: Int) -> String? {
        let names = items.keys.sorted()
        return names.isEmpty ? nil : names[number % names.count]
    }

    /// Changes one thing.
    mutating func change(_ dice: Dice, _ place: UInt64, _ change: UInt64) {
        let detail = 1000 + change * 50
        func int(_ range: ClosedRange<Int>, _ more: UInt64) -> Int { dice.int(range, .commit, place, detail + more) }
        let number = int(0...99, 20)
        let (job, queue) = (pick(jobs, number), pick(queues, number))
        let (pool, run) = (pick(pools, number), pick(runs, number))
        switch int(0...15, 21) {
        case 0, 1, 2: addRun(dice, place, detail)
        case 3: if runs.count > 1, let run { runs[run] = nil }
        case 4, 5: if let run { runs[run]?.rate = int(1...6, 22) }
        case 6: if let run { runs[run]?.priority = int(0...3, 23) }
        case 7: if let run, let queue { runs[run]?.queue = queue }
        case 8:
            guard let run else { return }
            let other = pick(runs, int(0...99, 33))
            if int(0...1, 32) == 0 { runs[run]?.repetition += 1 } else { runs[run]?.waitsFor = other }
        case 9: if let job { jobs[job]?.source += 1 }
        case 10: if let job { jobs[job]?.retries = int(0...3, 24) }
        case 11: if let job { jobs[job]?.timeout = int(0...1, 25) == 0 ? nil : int(1...8, 26) }
        case 12: if let queue { queues[queue]?.isSuspended.toggle() }
        case 13: if let queue { queues[queue]?.concurrency = int(0...1, 27) == 0 ? nil : int(1...3, 28) }
        case 14: if let queue { queues[queue]?.isByPriority.toggle() }
        default:
            guard let pool else { return }
            pools[pool]?.replicas = int(0...2, 29)
            pools[pool]?.maxRuns = int(1...3, 30)
            if int(0...4, 31) == 0 { pools[pool]?.isRemote.toggle() }
        }
    }

    /// Makes everything executable again.
    mutating func repair() {
        for name in queues.keys { queues[name]?.isSuspended = false }
        for (name, pool) in pools where pool.replicas == 0 { pools[name]?.replicas = 1 }
    }

    private static let priorities = ["critical", "high", "medium", "low"]

    var text: String {
        var documents: [String] = []
        for (name, job) in jobs.sorted(by: { $0.key < $1.key }) {
            let retry =
                "retry: {limit: \(job.retries), on: [\(job.onError ? "error, " : "")interruption], "
                + "backoff: {initial: 500ms, factor: 2, maximum: 3s}}"
            let timeout = job.timeout.map { "\ntimeout: \($0)s" } ?? ""
            documents.append(SampleManifests.job(name, more: retry + timeout))
        }
        for (name, queue) in queues.sorted(by: { $0.key < $1.key }) {
            var more = "ordering: \(queue.isByPriority ? "priority" : "fifo")\nsuspend: \(queue.isSuspended)"
            if let most = queue.concurrency { more += "\nconcurrency: \(most)" }
            documents.append(SampleManifests.queue(name, more: more))
        }
        for (name, pool) in pools.sorted(by: { $0.key < $1.key }) {
            documents.append(
                SampleManifests.pool(
                    name, queues: pool.queues,
                    more: "replicas: \(pool.replicas)\nmaxRuns: \(pool.maxRuns)\nleaseDuration: \(pool.lease)s\n"
                        + "placement: \(pool.isRemote ? "remote" : "local")"
                        + (pool.keeps ? "\nartifacts: {location: store}" : "")))
        }
        for (name, run) in runs.sorted(by: { $0.key < $1.key }) {
            var more = "priority: \(Self.priorities[run.priority])\nrepeat: \(run.repetition)"
            if let other = run.waitsFor, other < name, runs[other] != nil {
                more += "\ndependsOn: [{run: \(other), condition: \(run.isContent ? "finished" : "succeeded")}]"
            }
            documents.append(
                SampleManifests.run(
                    name, job: isBroken ? "nobody" : run.job, queue: run.queue, lr: run.rate.map { "0.0\($0)" },
                    more: more))
        }
        return SampleManifests.stream(documents)
    }
}
