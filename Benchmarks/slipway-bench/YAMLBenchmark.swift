import Dispatch
import Manifests
import YAML
import YAMLLoop

/// Files become nodes, and validated manifests: against the plain loop over libyaml's events, which every reader on
/// libyaml has to pay. The files are in memory; reading them from a disk is no part of it.
func measureReading() throws -> [Measurement] {
    let corpus = ManifestCorpus(bytes: 50_000_000)
    let files = corpus.files
    let times = try Rounds.measure(
        9,
        [
            { try loopOverEvents(files) },
            { try parse(files) },
            { try parseOnTwoThreads(files) },
            { try validate(files) },
        ])
    let (loop, one, two, valid) = (times[0], times[1], times[2], times[3])
    func rate(_ times: [Duration]) -> String {
        "\((Double(corpus.bytes) / 1e6 / Rounds.median(times)).rounded(to: 1)) MB/s"
    }
    func row(_ what: String, _ ours: [Duration], _ reference: String, _ ratio: Double, _ goal: String) -> Measurement {
        Measurement(
            what: what, ours: rate(ours), reference: reference, figure: "\(ratio.rounded(to: 2))×", goal: goal)
    }
    let bare = "\(rate(loop)) C loop"
    return [
        row("50 MB of manifests to nodes, one thread", one, bare, Rounds.ratio(one, to: loop), "≤ 1.2×"),
        row("the same on two threads", two, "\(rate(one)) one", Rounds.ratio(one, to: two), "≥ 1.7×"),
        row("the same, decoded and validated, one thread", valid, bare, Rounds.ratio(valid, to: loop), "≤ 2×"),
    ]
}

private func loopOverEvents(_ files: [SourceFile]) throws {
    for file in files {
        let events = file.bytes.withUnsafeBufferPointer { yaml_loop_parse($0.baseAddress, $0.count) }
        guard events > 0 else { throw WrongCorpus(description: "libyaml cannot read \(file.path)") }
    }
}

private func parse(_ files: some Sequence<SourceFile>) throws {
    for file in files {
        let parsed = YAMLFile.parse(file)
        guard parsed.diagnostics.isEmpty, !parsed.documents.isEmpty else { throw WrongCorpus(file, parsed.diagnostics) }
    }
}

/// Real threads, which take every second file: tasks might share one.
private func parseOnTwoThreads(_ files: [SourceFile]) throws {
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
        // What is wrong with a file has been thrown by the measurement on one thread.
        try? parse(stride(from: thread, to: files.count, by: 2).lazy.map { files[$0] })
    }
}

private func validate(_ files: [SourceFile]) throws {
    let loaded = LoadedManifests(decoding: files)
    guard loaded.diagnostics.isEmpty, loaded.files == files.count else {
        throw WrongCorpus(files[0], loaded.diagnostics)
    }
}

/// What is measured is not what was meant to be measured.
struct WrongCorpus: Error, CustomStringConvertible {
    var description: String

    init(description: String) { self.description = description }

    init(_ file: SourceFile, _ diagnostics: [Diagnostic]) {
        let first = diagnostics.first
        description = "\(first?.location?.description ?? file.path): \(first?.message ?? "nothing was read")"
    }
}
