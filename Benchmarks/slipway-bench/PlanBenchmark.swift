/// A plan over many manifests of which none changed, against `git status` of the same tree.
func measurePlan() throws -> [Measurement] {
    let count = 10_000
    let scratch = try Scratch()
    try scratch.write("x\n", to: "jobs/noop/file")
    try scratch.write(Sample.base(maxRuns: 1), to: "manifests/base.yaml")
    for number in 0..<count {
        try scratch.write(Sample.run(number), to: "manifests/\(number / 100)/run-\(number).yaml")
    }
    try scratch.commit()
    try Program.run([Program.reconcile, "--wait", "none"], in: scratch.path)
    let times = try Rounds.measure(
        11,
        [
            { try Program.run([Program.reconcile, "plan", "--detailed-exitcode"], in: scratch.path) },
            { try Program.run(["git", "status"], in: scratch.path) },
        ])
    return [
        Measurement(
            what: "plan of 10,000 unchanged manifests, a file each", ours: Rounds.median(times[0]).milliseconds,
            reference: "\(Rounds.median(times[1]).milliseconds) `git status`",
            figure: "\(Rounds.ratio(times[0], to: times[1]).rounded(to: 1))×", goal: "≤ 3×")
    ]
}
