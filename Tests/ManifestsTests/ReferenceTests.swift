import Testing
import YAML

@testable import Manifests

@Suite("Manifests that refer to each other")
struct ReferenceTests {
    @Test func aWholeSetIsFine() {
        let loaded = Sample.load(Sample.all)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.summary))")
        #expect(loaded.desired.count == 4 && loaded.documents == 4 && loaded.files == 1)
        let run = loaded.desired.runs[ObjectName(name: "first")]
        #expect(run.map { loaded.desired.resolvedParameters(of: $0) } == ["lr": 0.05, "data": "x"])
    }

    @Test(arguments: [
        ("", ["SLW2128"]), ("{type: oci}", ["SLW2128"]), ("{type: podman}", []), ("{type: none}", []),
    ])
    func aJobThatNeedsAToolNeedsAPoolThatHasOne(_ builder: String, _ codes: [String]) {
        let job = Sample.all.replacing(
            "  command: [python3", with: "  build: {dockerfile: Dockerfile}\n  command: [python3")
        let text = builder.isEmpty ? job : job.replacing("[local]}", with: "[local], builder: \(builder)}")
        let loaded = Sample.load(text)
        #expect(loaded.diagnostics.map(\.code.rawValue) == codes, "\(loaded.diagnostics.map(\.summary))")
        let fault = loaded.diagnostics.first
        #expect(fault == nil || fault?.location?.span.start.line == 31, "at the run's queue")
        #expect(fault?.notes.first?.location?.line.map { $0.contains("dockerfile") } ?? true)
    }

    static let cases: [Mistake] = [
        Mistake("", "job: train", "job: trian", "SLW2041", 29, 8, "there is no Job/trian", "did you mean `train`?"),
        Mistake(
            "", "job: train", "job: other", "SLW2041", 29, 8, "there is no Job/other", "add a manifest of kind Job"),
        Mistake(
            "", "job: train", "job: vision/train", "SLW2041", 29, 8, "Job/vision/train", "did you mean `default/train`?"
        ),
        Mistake("", "queue: local\n", "queue: loacl\n", "SLW2041", 30, 10, "there is no Queue/loacl", "`local`?"),
        Mistake(
            "", "queues: [local]", "queues: [local, lcal]", "SLW2041", 23, 24, "there is no Queue/lcal", "`local`?"),
        Mistake(
            "", "{lr: 0.05,", "{rl: 0.05,", "SLW2025", 31, 16, "Job/train has no parameter `rl`", "did you mean `lr`?"),
        Mistake("", "{lr: 0.05,", "{zebra: 0.05,", "SLW2025", 31, 16, "no parameter `zebra`", "it has `data` and `lr`"),
        Mistake("", "{lr: 0.05, data: \"x\"}", "{lr: 0.05}", "SLW2026", 31, 15, "`data` of Job/train has no default"),
        Mistake("", "{lr: 0.05,", "{lr: 5,", "SLW2027", 31, 20, "parameter `lr` must be at most 1, and is 5"),
        Mistake("", "{lr: 0.05,", "{lr: fast,", "SLW2027", 31, 20, "parameter `lr` must be a number, and is “fast”"),
        Mistake(
            "", "  queue: local\n", "  queue: local\n  variables: {cores: 9}\n", "SLW2027", 31, 22,
            "variable `cores` must be"),
        Mistake(
            "", "  queue: local\n", "  queue: local\n  variables: {core: 2}\n", "SLW2025", 31, 15,
            "Queue/local has no variable"),
        Mistake(
            "", "name: first", "name: first, namespace: vision", "SLW2041", 29, 8, "Job/vision/train",
            "`default/train`?"),
    ]

    @Test(arguments: cases)
    func mistake(_ mistake: Mistake) throws {
        let loaded = Sample.load(Sample.all.replacing(mistake.from, with: mistake.to, maxReplacements: 1))
        let found = loaded.diagnostics.filter { $0.severity == .error }
        let expected = found.first { $0.code.rawValue == mistake.code }
        let diagnostic = try #require(expected, "\(found.map(\.summary))")
        #expect(
            diagnostic.location?.description == "m/a.yaml:\(mistake.line):\(mistake.column)", "\(diagnostic.summary)")
        #expect(diagnostic.message.contains(mistake.message), "\(diagnostic.message)")
        #expect((diagnostic.remedy ?? "").contains(mistake.remedy), "\(diagnostic.remedy ?? "none")")
    }

    @Test func duplicatesPointToTheFirst() throws {
        let loaded = LoadedManifests(decoding: [
            SourceFile(path: "m/b.yaml", text: Sample.queue), SourceFile(path: "m/a.yaml", text: Sample.queue),
        ])
        let diagnostic = try #require(loaded.diagnostics.first)
        #expect(loaded.diagnostics.count == 1 && diagnostic.code == "SLW2040")
        #expect(diagnostic.location?.description == "m/b.yaml:3:18")
        #expect(diagnostic.notes.first?.location?.description == "m/a.yaml:3:18")
    }

    @Test func oneNameMayBeOfSeveralKindsAndNamespaces() {
        let other = Sample.queue.replacing("{name: local}", with: "{name: local, namespace: vision}")
        let same = Sample.pool.replacing("name: here", with: "name: local")
        #expect(!Sample.load([Sample.queue, other, same].joined(separator: "---\n")).hasErrors)
    }

    @Test func aQueueWithRunsAndNoPoolIsAWarning() throws {
        let loaded = Sample.load([Sample.job, Sample.queue, Sample.run].joined(separator: "---\n"))
        #expect(loaded.diagnostics.map(\.code) == ["SLW2042"] && !loaded.hasErrors)
    }

    @Test("What a pinned version accepts is not known from the files")
    func pinned() {
        #expect(
            !Sample.load(
                Sample.all.replacing("job: train\n", with: "job: train@v3\n").replacing("lr: 0.05,", with: "q: 1,")
            ).hasErrors)
    }

    @Test("A manifest with mistakes still exists for those that refer to it")
    func mistakesAreNotRepeated() {
        let loaded = Sample.load(
            Sample.all.replacing("type: number", with: "type: nmber").replacing("{type: string}", with: "{typ: string}")
        )
        #expect(loaded.diagnostics.map(\.code.rawValue).sorted() == ["SLW2003", "SLW2006"])
    }

    @Test("All mistakes of all files come at once, by file and line")
    func all() {
        let loaded = LoadedManifests(decoding: [
            SourceFile(path: "b.yaml", text: Sample.run.replacing("train", with: "nothing")),
            SourceFile(path: "a.yaml", text: "kind: [\n"),
            SourceFile(path: "c.yaml", text: Sample.queue.replacing("resource", with: "resorce") + "---\nfoo: bar\n"),
        ])
        let places = loaded.diagnostics.map { "\($0.location?.path ?? ""):\($0.location?.span.start.line ?? 0)" }
        #expect(
            places == ["a.yaml:2", "b.yaml:5", "c.yaml:5", "c.yaml:5", "c.yaml:9"]
                || places.first?.hasPrefix("a.yaml") == true)
        #expect(Set(loaded.diagnostics.map { $0.location?.path }) == ["a.yaml", "b.yaml", "c.yaml"])
    }

    @Test("A value that a template multiplies beyond what a program can be given")
    func longArguments() {
        let long = String(repeating: "x", count: 50_000)
        let text = Sample.all.replacing("data: \"x\"", with: "data: \"\(long)\"")
        #expect(!Sample.load(text).hasErrors)
        let tripled = text.replacing("train.py]", with: "\"${parameters.data}${parameters.data}${parameters.data}\"]")
        #expect(Sample.load(tripled).diagnostics.map(\.code) == ["SLW2028"])
    }
}
