import Foundation
import YAML
import YAMLLoop

/// `reconcile validate` over 50,000 resources in 35,000 files, as a process, against what else reads them: a loop over
/// libyaml's events in C (the least that a reader on libyaml can do), Python's readers, and a checker of the published
/// schema. Those in Python are given a part of the files, and their time is scaled.
func measureValidating() throws -> [Measurement] {
    let corpus = ManifestCorpus(resources: 50_000, files: 35_000)
    let scratch = try Scratch()
    for file in corpus.files { try scratch.write(String(decoding: file.bytes, as: UTF8.self), to: file.path) }
    try scratch.write("print('trained')\n", to: "\(ManifestCorpus.source)/train/main.py")
    try scratch.write("", to: "\(ManifestCorpus.source)/\(ManifestCorpus.requirements)")
    let paths = corpus.files.map { "\(scratch.path)/\($0.path)" }
    let validate = [Program.reconcile, "validate"]
    var peak = 0
    let times = try Rounds.measure(
        5,
        [
            { peak = max(peak, try Program.peakMemory(of: validate, in: scratch.path)) },
            { try loopOverFiles(paths) },
        ])
    let broken = corpus.files[17_000]
    let text = String(decoding: broken.bytes, as: UTF8.self)
    let faulty = try Rounds.measure(
        5,
        [
            {
                try scratch.write(text.replacing("kind: ", with: "kind:\t- "), to: broken.path)
                try Program.run(validate, in: scratch.path, status: 3)
            },
            {
                try scratch.write(text, to: broken.path)
                try Program.run(validate, in: scratch.path)
            },
        ])
    let megabytes = Double(corpus.bytes) / 1e6
    let what = "validate 50,000 resources in 35,000 files (\(megabytes.rounded(to: 0)) MB)"
    func row(_ what: String, _ ours: String, _ reference: String, _ figure: String, _ goal: String) -> Measurement {
        Measurement(what: what, ours: ours, reference: reference, figure: figure, goal: goal)
    }
    let (ours, loop) = (Rounds.median(times[0]), Rounds.median(times[1]))
    var rows = [
        row(
            what, ours.milliseconds, "\(loop.milliseconds) C loop over the same files, one thread",
            "\(Rounds.ratio(times[0], to: times[1]).rounded(to: 2))×", "≤ 2.5×"),
        row(
            "its peak memory", "\((Double(peak) / 1e6).rounded(to: 0)) MB", "\(megabytes.rounded(to: 0)) MB read",
            "\((Double(peak) / 1e6 / megabytes).rounded(to: 1))×", "≤ 6×"),
        row(
            "with one broken file among them", Rounds.median(faulty[0]).milliseconds,
            "\(Rounds.median(faulty[1]).milliseconds) without",
            "\(Rounds.ratio(faulty[0], to: faulty[1]).rounded(to: 2))×", "1×"),
    ]
    rows += try measurePython(scratch, paths, ours: ours / Double(paths.count), what)
    return rows
}

/// The same files in Python: PyYAML's reader in C with `jsonschema`, and `check-jsonschema`, where they are installed.
private func measurePython(
    _ scratch: Scratch, _ paths: [String], ours: Double, _ what: String
) throws -> [Measurement] {
    // `check-jsonschema` reads one document of a file.
    let single = try paths.filter { path in
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.components(separatedBy: "---").count == 2
    }
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let schema = repository.appendingPathComponent("schemas/manifests.schema.json").path
    try scratch.write(
        """
        import json, sys, yaml
        from jsonschema import Draft202012Validator
        validator = Draft202012Validator(json.load(open(sys.argv[1])))
        for path in open(sys.argv[2]).read().split("\\n"):
            with open(path, "rb") as file:
                for document in yaml.load_all(file, Loader=yaml.CSafeLoader):
                    # What YAML 1.1 reads otherwise (the key `on`) is refused, and costs no less than what is not.
                    if document is not None: list(validator.iter_errors(document))

        """, to: "bare.py")
    func sample(_ count: Int) throws -> (list: String, paths: [String]) {
        let step = single.count / count
        let chosen = (0..<count).map { single[$0 * step] }
        try scratch.write(chosen.joined(separator: "\n"), to: "sample-\(count)")
        return ("\(scratch.path)/sample-\(count)", chosen)
    }
    func perFile(_ count: Int, _ command: ([String], String) -> [String]) throws -> Double {
        // What starting the interpreter and reading the schema take is not counted: a few files are taken off.
        let (few, many) = (try sample(10), try sample(count))
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<3 {
            let less = try clock.measure { try Program.run(command(few.paths, few.list), in: scratch.path) }
            let more = try clock.measure { try Program.run(command(many.paths, many.list), in: scratch.path) }
            times.append((more.inSeconds - less.inSeconds) / Double(count - 10))
        }
        return Rounds.median(times)
    }
    var rows: [Measurement] = []
    func add(_ name: String, _ count: Int, _ goal: String, _ command: ([String], String) -> [String]) throws {
        let theirs: Double
        do {
            theirs = try perFile(count, command)
        } catch let failure as Program.Failure {
            let text = "\(name) is not measured: `\(failure.command[0])` ended with \(failure.status)\n"
            return FileHandle.standardError.write(Data(text.utf8))
        }
        rows.append(
            Measurement(
                what: what, ours: (ours * Double(paths.count)).milliseconds,
                reference: "\((theirs * Double(paths.count)).rounded(to: 0)) s \(name), by a sample of \(count) files",
                figure: "\((theirs / ours).rounded(to: 0))× as fast", goal: goal))
    }
    try add("PyYAML (C) and jsonschema", 2000, "≥ 20×") { ["python3", "\(scratch.path)/bare.py", schema, $1] }
    let checker = repository.appendingPathComponent(".build/tools/check-jsonschema/bin/check-jsonschema").path
    try add("check-jsonschema", 300, "–") { paths, _ in [checker, "--schemafile", schema] + paths }
    return rows
}

private func loopOverFiles(_ paths: [String]) throws {
    for path in paths {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let events = bytes.withUnsafeBytes { buffer in
            let text = buffer.bindMemory(to: UInt8.self)
            return yaml_loop_parse(text.baseAddress, text.count)
        }
        guard events > 0 else { throw WrongCorpus(description: "libyaml cannot read \(path)") }
    }
}
