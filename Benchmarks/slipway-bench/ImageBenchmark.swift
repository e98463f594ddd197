import Foundation
import LayerLoop

/// Images: one that has not changed, one of which a file has, and the same as a Dockerfile.
func measureImages() throws -> [Measurement] {
    [try unchangedImage(), try oneFileChanged()] + (try againstBuildah())
}

/// Building an image that has not changed, against doing nothing at all.
private func unchangedImage() throws -> Measurement {
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
    return Measurement(
        what: "rebuild of an unchanged image, above start-up", ours: Rounds.median(times[0]).milliseconds,
        reference: "\(Rounds.median(times[1]).milliseconds) start-up", figure: above.milliseconds, goal: "≤ 10 ms")
}

/// One file of a source of 500 MB has changed: its layer is written anew. The reference does that with the same
/// libraries and nothing besides.
private func oneFileChanged() throws -> Measurement {
    let (files, bytes) = (10_000, 50_000)
    let scratch = try Scratch()
    var random = SystemRandomNumberGenerator()
    let block = Data((0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    for number in 0..<files {
        let folder = "\(scratch.path)/jobs/noop/folder-\(number / 100)"
        if number % 100 == 0 {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try (Data("\(number)\n".utf8) + block).write(to: URL(fileURLWithPath: "\(folder)/file-\(number)"))
    }
    try scratch.write(Sample.base(maxRuns: 1), to: "manifests/base.yaml")
    var change = 0
    struct Failed: Error {}
    let times = try Rounds.measure(
        5,
        [
            {
                change += 1
                try scratch.write("change \(change)\n", to: "jobs/noop/folder-50/file-5000")
                try Program.run([Program.reconcile, "build", "noop"], in: scratch.path)
            },
            {
                guard layer_loop("\(scratch.path)/jobs/noop", "\(scratch.path)/layer.tar") == 0 else { throw Failed() }
            },
        ])
    return Measurement(
        what: "one file of 10,000 (500 MB) changed, image built", ours: Rounds.median(times[0]).milliseconds,
        reference: "\(Rounds.median(times[1]).milliseconds), archive and digests in C",
        figure: "\(Rounds.ratio(times[0], to: times[1]).rounded(to: 2))×", goal: "≤ 1.3×")
}

/// The code of a small job has changed: its image, against the one that `buildah` makes of the same files.
private func againstBuildah() throws -> [Measurement] {
    let scratch = try Scratch()
    for number in 0..<20 { try scratch.write("print(\(number))\n", to: "jobs/noop/file-\(number).py") }
    try scratch.write("FROM scratch\nCOPY . /app\nWORKDIR /app\n", to: "Dockerfile")
    try scratch.write(Sample.base(maxRuns: 1), to: "manifests/base.yaml")
    let image = "slipway-bench-\(UUID().uuidString.prefix(8).lowercased())"
    let buildah = ["buildah", "bud", "--layers", "-q", "-t", image, "-f", "\(scratch.path)/Dockerfile", "jobs/noop"]
    guard (try? Program.run(buildah, in: scratch.path)) != nil else {
        return [
            Measurement(
                what: "rebuild after a code change, against buildah", ours: "", reference: "no buildah that works here",
                figure: "", goal: "≥ 10×")
        ]
    }
    defer { try? Program.run(["buildah", "rmi", "-f", image]) }
    var change = 0
    func changeCode() throws {
        change += 1
        try scratch.write("print(\"change \(change)\")\n", to: "jobs/noop/file-7.py")
    }
    let times = try Rounds.measure(
        9,
        [
            {
                try changeCode()
                try Program.run([Program.reconcile, "build", "noop"], in: scratch.path)
            },
            {
                try changeCode()
                try Program.run(buildah, in: scratch.path)
            },
        ])
    return [
        Measurement(
            what: "rebuild after a code change, against buildah", ours: Rounds.median(times[0]).milliseconds,
            reference: "\(Rounds.median(times[1]).milliseconds), buildah bud",
            figure: "\((1 / Rounds.ratio(times[0], to: times[1])).rounded(to: 1))×", goal: "≥ 10×")
    ]
}
