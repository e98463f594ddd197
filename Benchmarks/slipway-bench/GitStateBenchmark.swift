import Foundation
import Manifests
import Records
import Store

/// What a state in a branch costs: to begin with nothing but the branch, to go on from a working copy, and to push one
/// step, beside a past of 1,000 and 10,000 runs. The remote is a bare repository on the same disk.
func measureGitState() throws -> [Measurement] {
    try [1000, 10_000].flatMap { count in try measureGitState(BranchOfPast(runs: count)) }
}

private func measureGitState(_ branch: BranchOfPast) throws -> [Measurement] {
    let rounds = 5
    // One more than is counted, for the round that warms up.
    try branch.makeClones(rounds + 1)
    let starts = try Rounds.measure(
        rounds, [{ try branch.statusOfNextClone() }, { try branch.status() }, { try branch.cloneBranch() }])
    let steps = try Rounds.measure(9, [{ try branch.step() }, { try branch.bareStep() }])
    let past = "beside \(branch.runs) runs"
    func seconds(_ times: [Duration]) -> String { Rounds.median(times).milliseconds }
    return [
        Measurement(
            what: "`reconcile status` of a fresh clone, \(past)", ours: seconds(starts[0]),
            reference: "\(seconds(starts[2])), `git clone --depth 1` of the branch",
            figure: "\(Rounds.ratio(starts[0], to: starts[2]).rounded(to: 1))×", goal: "≤ 2 s"),
        Measurement(
            what: "the same with its working copy, \(past)", ours: seconds(starts[1]), reference: "",
            figure: seconds(starts[1]), goal: ""),
        Measurement(
            what: "one step pushed, \(past)", ours: seconds(steps[0]),
            reference: "\(seconds(steps[1])), `git commit` and `git push`",
            figure: "\(Rounds.ratio(steps[0], to: steps[1]).rounded(to: 1))×", goal: "≤ 1 s"),
    ]
}

/// A bare repository with a state that has been in use for long, and a clone of it.
private final class BranchOfPast {
    let runs: Int
    private let scratch: Scratch
    private let store: StateStore
    private var number = 0
    private var clones: [String] = []
    private var clone: String { scratch.path + "/clone" }
    private var remote: String { scratch.path + "/remote.git" }
    private static let identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]

    init(runs: Int) throws {
        self.runs = runs
        scratch = try Scratch()
        try Program.run(["git", "init", "-q", "--bare", scratch.path + "/remote.git"])
        try scratch.write(Sample.base(maxRuns: 4), to: "manifests/all.yaml")
        try scratch.write("x\n", to: "jobs/noop/file")
        try scratch.write("remote.git\nclone*\nplain\nwriter\n", to: ".gitignore")
        try scratch.commit()
        try Program.run(["git", "push", "-q", scratch.path + "/remote.git", "HEAD:main"], in: scratch.path)
        try Program.run(["git", "clone", "-q", "-b", "main", scratch.path + "/remote.git", scratch.path + "/clone"])
        try Program.run(["git", "clone", "-q", "-b", "main", scratch.path + "/remote.git", scratch.path + "/writer"])
        store = try StateStore(
            .git(
                GitPlace(
                    repository: scratch.path + "/writer", remote: "origin", ref: GitPlace.standardRef,
                    folder: scratch.path + "/writer/.slipway/git/state",
                    environment: ProcessInfo.processInfo.environment)))
        let (store, now) = (store, RecordedPast.now)
        try waiting {
            let agent = RecordedPast.agent("past", at: now)
            try await RecordedPast.queueRuns(runs, of: "past", in: RecordedPast.queue, to: store, at: now)
            try await RecordedPast.finishAll(
                in: RecordedPast.queue, atMost: 500, by: agent, in: store, at: now)
        }
        // As a server does it by itself now and then.
        try Program.run(["git", "-C", remote, "gc", "-q"])
    }

    /// Makes clones as a runner makes them, before anything is measured.
    func makeClones(_ count: Int) throws {
        clones = (0..<count).map { "\(clone)-\($0)" }
        for folder in clones {
            try Program.run(["git", "clone", "-q", "--depth", "1", "-b", "main", "file://" + remote, folder])
        }
    }

    func statusOfNextClone() throws { try status(in: clones.removeFirst()) }

    func status() throws { try status(in: clone) }

    private func status(in folder: String) throws {
        try Program.run([Program.reconcile, "status", "--state", "git"], in: folder)
    }

    func cloneBranch() throws {
        let target = scratch.path + "/plain"
        try? FileManager.default.removeItem(atPath: target)
        try Program.run(
            ["git", "clone", "-q", "--depth", "1", "-b", "slipway/state", "file://" + remote, target], in: scratch.path)
    }

    func step() throws {
        number += 1
        let (number, store, now) = (number, store, RecordedPast.now)
        try waiting {
            try await RecordedPast.queueRuns(
                1, of: "present-\(number)", in: RecordedPast.queue, to: store, at: now)
        }
    }

    func bareStep() throws {
        try Program.run(["git"] + Self.identity + ["commit", "-q", "--allow-empty", "-m", "step"], in: scratch.path)
        try Program.run(["git", "push", "-q", remote, "HEAD:bare"], in: scratch.path)
    }
}
