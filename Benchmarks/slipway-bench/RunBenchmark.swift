/// Runs that do nothing, from the plan to the recorded finish, against bare processes of the same command.
func measureRuns() throws -> [Measurement] {
    let count = 500
    var scratches: [Scratch] = []
    let rounds = 5
    for _ in 0...rounds {
        let scratch = try Scratch()
        try scratch.write("x\n", to: "jobs/noop/file")
        let runs = (0..<count).map { "---\n" + Sample.run($0) }.joined()
        try scratch.write(Sample.base(maxRuns: 8) + runs, to: "manifests/all.yaml")
        scratches.append(scratch)
    }
    var next = 0
    let times = try Rounds.measure(
        rounds,
        [
            {
                // A new repository each time: work that has been done is not done again.
                try Program.run([Program.reconcile], in: scratches[next].path)
                next += 1
            },
            { for number in 0..<count { try Program.run(["/bin/true", "\(number)"]) } },
        ])
    let (ours, bare) = (Rounds.median(times[0]), Rounds.median(times[1]))
    return [
        Measurement(
            what: "500 no-op runs, submitted to durably recorded",
            ours: "\((Double(count) / ours).rounded(to: 0)) runs/s",
            reference: "\((Double(count) / bare).rounded(to: 0)) bare processes/s",
            figure: "\((1 / Rounds.ratio(times[0], to: times[1])).rounded(to: 2))×", goal: "≥ 0.5×")
    ]
}
