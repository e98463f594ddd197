import Manifests
import Planning
import Records
import Support

/// A repository that somebody edits at random, with manifests that are always valid.
struct RandomRepository {
    private struct Job {
        var command = 0
        var files = 0
        var lr = 1
        var timeout = 0
        var label = 0
    }

    fileprivate struct Run {
        var job: String
        var version: Int?
        var queue = "local"
        var lr: Int?
        var priority = RunSpec.Priority.medium
        var repetition = 1
        var isProtected = false
        var label = 0
        /// What it waits for: only runs whose names come before its own, so that there is no circle.
        var waitsFor: Set<String> = []
        var reads: Set<String> = []
    }

    private var jobs = ["train": Job()]
    private var runs: [String: Run] = [:]
    private var concurrency = 1

    static let runNames = ["a", "b", "c", "d", "e"]

    /// Makes a change or two, of every sort that a commit can have.
    mutating func edit(knowing recorded: RecordedState, using random: inout SeededRandom) {
        for _ in 0..<random.int(1...3) {
            switch random.int(0...9) {
            case 0: editJobs(using: &random)
            case 1: editContent(using: &random)
            case 2: remove(pickName(&random))
            case 4: editDependencies(using: &random)
            case 3: concurrency = random.int(1...3)
            default: editRun(knowing: recorded, using: &random)
            }
        }
    }

    private mutating func remove(_ name: String) {
        runs[name] = nil
        for other in runs.keys {
            runs[other]?.waitsFor.remove(name)
            runs[other]?.reads.remove(name)
        }
    }

    private mutating func editDependencies(using random: inout SeededRandom) {
        let name = pickName(&random)
        let earlier = runs.keys.filter { $0 < name }.sorted()
        guard let upstream = earlier.randomElement(using: &random) else { return }
        switch random.int(0...4) {
        case 0: runs[name]?.waitsFor.remove(upstream)
        case 1: runs[name]?.reads.remove(upstream)
        case 2: runs[name]?.reads.insert(upstream)
        default: runs[name]?.waitsFor.insert(upstream)
        }
    }

    private func pickName(_ random: inout SeededRandom) -> String {
        Self.runNames[random.int(0...(Self.runNames.count - 1))]
    }

    private mutating func editJobs(using random: inout SeededRandom) {
        if jobs["fit"] == nil {
            jobs["fit"] = jobs["train"]
        } else {
            jobs["fit"] = nil
            for name in runs.keys where runs[name]?.job == "fit" {
                runs[name]?.job = "train"
                runs[name]?.version = nil
            }
        }
    }

    private mutating func editContent(using random: inout SeededRandom) {
        let name = jobs.keys.sorted()[random.int(0...(jobs.count - 1))]
        switch random.int(0...4) {
        case 0: jobs[name]?.command = random.int(0...1)
        case 1: jobs[name]?.files = random.int(0...1)
        case 2: jobs[name]?.lr = random.int(1...2)
        case 3: jobs[name]?.timeout = random.int(0...2)
        default: jobs[name]?.label = random.int(0...1)
        }
    }

    private mutating func editRun(knowing recorded: RecordedState, using random: inout SeededRandom) {
        let name = pickName(&random)
        guard var run = runs[name] else {
            runs[name] = Run(job: "train", lr: random.int(1...3))
            return
        }
        switch random.int(0...7) {
        case 0:
            run.job = jobs.keys.sorted()[random.int(0...(jobs.count - 1))]
            run.version = nil
        case 1:
            let versions = recorded.jobVersions[ObjectName(name: run.job)]?.count ?? 0
            run.version = versions > 0 && random.chance(2, in: 3) ? random.int(1...versions) : nil
        case 2: run.queue = random.pick("local", "big")
        case 3, 4: run.lr = random.pick(nil, 1, 2, 3)
        case 5: run.priority = random.pick(.critical, .high, .medium, .low)
        case 6: run.repetition = random.int(1...2)
        default:
            run.isProtected = random.chance(1, in: 3)
            run.label = random.int(0...1)
        }
        runs[name] = run
    }

    /// The manifests, in whatever order somebody may have written them.
    func documents(using random: inout SeededRandom) -> [String] {
        var documents = [
            SampleManifests.queue(more: "concurrency: \(concurrency)"), SampleManifests.queue("big"),
            SampleManifests.pool(queues: ["local", "big"]),
        ]
        for (name, job) in jobs {
            documents.append(
                SampleManifests.job(
                    name, lr: "0.\(job.lr)", command: "[python3, train\(job.command).py]",
                    metadata: job.label > 0 ? "labels: {a: b}" : "",
                    more: "outputs: [data.csv]\n" + (job.timeout > 0 ? "timeout: \(job.timeout)m" : "")))
        }
        for (name, run) in runs {
            let metadata =
                (run.isProtected ? ["annotations: {slipway/prune: \"false\"}"] : [])
                + (run.label > 0 ? ["labels: {a: b}"] : [])
            documents.append(
                SampleManifests.run(
                    name, job: run.job + (run.version.map { "@v\($0)" } ?? ""), queue: run.queue,
                    lr: run.lr.map { "0.\($0)" }, metadata: metadata.joined(separator: ", "),
                    more: "priority: \(run.priority.rawValue)\nrepeat: \(run.repetition)"
                        + run.dependencies(using: &random)))
        }
        return documents.sorted().shuffled(using: &random)
    }

    var sources: [String: String] { jobs.mapValues { "files \($0.files)" } }
}

extension RandomRepository.Run {
    /// In whatever order somebody may have written them.
    fileprivate func dependencies(using random: inout SeededRandom) -> String {
        var text = ""
        let others = waitsFor.sorted().shuffled(using: &random).map { "{run: \($0), condition: finished}" }
        if !others.isEmpty { text += "\ndependsOn: [\(others.joined(separator: ", "))]" }
        let inputs = reads.sorted().shuffled(using: &random).map { "{from: \($0), path: data.csv, as: \($0)}" }
        if !inputs.isEmpty { text += "\ninputs: [\(inputs.joined(separator: ", "))]" }
        return text
    }
}

extension SeededRandom {
    /// Lets executions go on a little, as agents and people do.
    mutating func progress(_ recorded: inout RecordedState, at now: Timestamp) {
        // People can only name what a manifest names.
        let wanted = Set(recorded.objects.values.compactMap(\.identity))
        for identity in recorded.runs.keys.sorted() {
            guard let run = recorded.runs[identity], chance(1, in: 2) else { continue }
            let lease = Lease(agent: "here-1", token: 1, expiresAt: now + .seconds(30))
            let events: [RunEvent] = pick(
                [.claimed(lease)], [.claimed(lease), .imageReady(Digest(of: "image")), .submitted],
                [.claimed(lease), .ended(.succeeded)], [.ended(.succeeded)], [.ended(.exited(1))], [.ended(.cancelled)],
                [.cancelRequested(by: "ada", reason: "asked for")],
                wanted.contains(identity) ? [.requeued(by: "ada", reason: "asked for")] : [])
            // What cannot happen in its phase does not happen.
            recorded.runs[identity] = events.reduce(run) { run, event in (try? run.after(event, at: now)) ?? run }
        }
    }
}
