/// Building an image that has not changed, against doing nothing at all.
func measureImages() throws -> [Measurement] {
    let scratch = try Scratch()
    for number in 0..<20 { try scratch.write("print(\(number))\n", to: "jobs/noop/file-\(number).py") }
    try scratch.write(Sample.base(maxRuns: 1), to: "manifests/base.yaml")
    let times = try Rounds.measure(
        41,
        [
            { try Program.run([Program.reconcile, "build", "noop"], in: scratch.path) },
            { try Program.run([Program.reconcile, "--version"]) },
        ])
    let above = Rounds.median(zip(times[0], times[1]).map { $0.inSeconds - $1.inSeconds })
    return [
        Measurement(
            what: "rebuild of an unchanged image, above start-up", ours: Rounds.median(times[0]).milliseconds,
            reference: "\(Rounds.median(times[1]).milliseconds) start-up", figure: above.milliseconds, goal: "≤ 10 ms")
    ]
}
