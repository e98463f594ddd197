/// How long the program needs before it does anything.
func measureStart() throws -> [Measurement] {
    let times = try Rounds.measure(
        41,
        [
            { try Program.run([Program.reconcile, "--version"]) },
            { try Program.run(["/bin/true"]) },
        ])
    return [
        Measurement(
            what: "start-up (`reconcile --version`)", ours: Rounds.median(times[0]).milliseconds,
            reference: "\(Rounds.median(times[1]).milliseconds) /bin/true",
            figure: Rounds.median(times[0]).milliseconds,
            goal: "≤ 10 ms")
    ]
}
