import Testing
import YAML

@testable import Manifests

/// Defaults of folders, and patches in later paths.
@Suite struct CompositionTests {
    private static func queue(_ name: String, _ spec: String = "", metadata: String = "") -> String {
        "apiVersion: slipway/v1\nkind: Queue\nmetadata: {name: \(name)\(metadata)}\n"
            + "spec: {resource: local-process\(spec)}\n"
    }

    private static func patch(_ kind: String, _ name: String, _ rest: String) -> String {
        "apiVersion: slipway/v1\nkind: \(kind)\nmetadata: {name: \(name)}\n\(rest)"
    }

    private static func defaults(_ spec: String) -> String {
        "apiVersion: slipway/v1\nkind: Defaults\nmetadata: {name: here}\nspec:\n\(spec)"
    }

    private func load(_ files: [String: String], _ paths: String...) async throws -> LoadedManifests {
        let folder = try TemporaryFolder()
        for (file, text) in files { try folder.write(file, text) }
        return await folder.load(paths.isEmpty ? ["m"] : paths)
    }

    private func findings(_ loaded: LoadedManifests) -> [String] {
        loaded.diagnostics.map { "\($0.code.rawValue) \($0.location.map { "\($0)" } ?? "-")" }
    }

    // MARK: Defaults

    @Test func defaultsReachTheirFolderAndBelow() async throws {
        let loaded = try await load([
            "m/defaults.yaml": Self.defaults(
                "  labels: {team: a, stage: dev}\n  annotations: {note: x}\n  queues: {concurrency: 3, suspend: true}\n"
            ),
            "m/plain.yaml": Self.queue("plain"),
            "m/own.yaml": Self.queue("own", ", concurrency: 9", metadata: ", labels: {team: own}"),
            "m/deep/defaults.yml": Self.defaults("  labels: {stage: prod}\n  queues: {concurrency: 5}\n"),
            "m/deep/er/near.yaml": Self.queue("near"),
            "m/deep/none.yaml": Self.queue("none", ", suspend: null, concurrency: null"),
        ])
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.files == 6 && loaded.documents == 6 && loaded.desired.count == 4)
        let queues = loaded.desired.queues
        func check(_ name: String, _ labels: NamedValues<String>, _ concurrency: Int?, _ suspend: Bool) {
            let queue = queues[ObjectName(name: name)]
            #expect(queue?.metadata.labels == labels && queue?.metadata.annotations == ["note": "x"], "\(name)")
            #expect(queue?.spec.concurrency == concurrency && queue?.spec.suspend == suspend, "\(name)")
        }
        check("plain", ["team": "a", "stage": "dev"], 3, true)
        check("own", ["team": "own", "stage": "dev"], 9, true)
        check("near", ["team": "a", "stage": "prod"], 5, true)
        check("none", ["team": "a", "stage": "prod"], QueueSpec().concurrency, false)
        let near = try #require(queues[ObjectName(name: "near")])
        #expect("\(near.origin.location(of: ["spec", "concurrency"]))" == "m/deep/defaults.yml:6:25")
        #expect("\(near.origin.location(of: ["metadata", "labels", "team"]))" == "m/defaults.yaml:5:18")
        #expect("\(near.origin.location)" == "m/deep/er/near.yaml:1:1")
        #expect(near.origin.files == ["m/deep/er/near.yaml", "m/deep/defaults.yml", "m/defaults.yaml"])
    }

    /// Only what comes out has to be whole.
    @Test func defaultsAreParts() async throws {
        let loaded = try await load([
            "m/defaults.yaml": Self.defaults("  labels: {team: a, stage: dev}\n  queues: {concurrency: 3}\n"),
            "m/deep/defaults.yaml": Self.defaults(
                "  labels: {team: null}\n  queues: {concurrency: null}\n"
                    + "  jobs: {source: {}, env: {X: null}, parameters: {lr: {maximum: 1}}, command: null}\n"
            ),
            "m/deep/q.yaml": Self.queue("q"),
        ])
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let queue = loaded.desired.queues[ObjectName(name: "q")]
        #expect(queue?.metadata.labels == ["stage": "dev"] && queue?.spec.concurrency == QueueSpec().concurrency)
    }

    /// `null` takes away a list of values, as it does anything else that a farther folder gives.
    @Test func aMatrixLosesAParameter() async throws {
        let run = { Self.patch("Run", $0, "spec: {job: train, queue: local}\n") }
        let loaded = try await load([
            "m/defaults.yaml": Self.defaults("  runs: {matrix: {seed: [1, 2], size: [a, b]}}\n"),
            "m/far.yaml": run("far"), "m/deep/near.yaml": run("near"),
            "m/deep/defaults.yaml": Self.defaults("  runs: {matrix: {seed: null}}\n"),
        ])
        #expect(!findings(loaded).contains { $0.contains("defaults.yaml") }, "\(findings(loaded))")
        #expect(loaded.desired.runs.keys.count { $0.name.hasPrefix("far-") } == 4)
        #expect(loaded.desired.runs.keys.count { $0.name.hasPrefix("near-") } == 2)
    }

    /// Of a field that was not read because so much else is wrong, nobody says that it is missing.
    @Test func whatIsLeftUnreadIsNotMissing() async throws {
        let names = (0..<600).map { "n\($0)" }.joined(separator: ", ")
        let loaded = try await load([
            "m/job.yaml": Self.patch(
                "Job", "j",
                "spec:\n  parameters: {a: {type: object, additionalProperties: false, required: [\(names)]}}\n"
                    + "  command: [x]\n  source: {path: src}\n")
        ])
        #expect(Set(loaded.diagnostics.map(\.code.rawValue)) == ["SLW2023"], "\(loaded.diagnostics.suffix(3))")
    }

    @Test func theNamespaceIsThatOfReferences() async throws {
        let run = Self.patch("Run", "r", "spec: {job: train, parameters: {data: x}}\n")
        let loaded = try await load([
            "src/train.py": "", "m/x/defaults.yaml": Self.defaults("  namespace: vision\n  runs: {queue: local}\n"),
            "m/x/all.yaml": [
                Sample.job.replacing("path: src", with: "path: ../../src"), Sample.queue, Sample.pool, run,
            ]
            .joined(separator: "---\n"),
            "m/local.yaml": Self.queue("local"),
            "m/x/other.yaml": Self.queue("q", metadata: ", namespace: other"),
        ])
        #expect(!loaded.hasErrors, "\(loaded.diagnostics)")
        #expect(loaded.desired.runs.keys.map(\.full) == ["vision/r"])
        #expect(loaded.desired.runs.values.first?.spec.queue.full == "vision/local")
        #expect(Set(loaded.desired.queues.keys.map(\.full)) == ["vision/local", "default/local", "other/q"])
    }

    @Test(arguments: [
        ("  labels: [a]\n", ["SLW2004 m/d.yaml:5:11"]),
        ("  lables: {a: b}\n", ["SLW2003 m/d.yaml:5:3"]),
        ("  queues: {concurency: 3}\n", ["SLW2003 m/d.yaml:5:12"]),
        ("  queues: {concurrency: many}\n", ["SLW2004 m/d.yaml:5:25"]),
        ("  queues: {concurrency: -1}\n", ["SLW2011 m/d.yaml:5:25"]),
        ("  runs: {priority: soon, queue: 'a b'}\n", ["SLW2006 m/d.yaml:5:20", "SLW2009 m/d.yaml:5:33"]),
        ("  jobs: {retry: {limt: 2}}\n", ["SLW2003 m/d.yaml:5:18"]),
        ("  agentPools: {queues: [nowhere]}\n", []),
        ("  policies: {}\n", ["SLW2003 m/d.yaml:5:3"]),
        ("  namespace: 'A B'\n", ["SLW2007 m/d.yaml:5:14"]),
        ("  {}\n", []),
    ])
    func mistakesAreSaidOnce(spec: String, expected: [String]) async throws {
        var files = ["m/d.yaml": Self.defaults(spec)]
        for number in 0..<40 { files["m/\(number % 7)/q\(number).yaml"] = Self.queue("q\(number)") }
        #expect(findings(try await load(files)) == expected)
        // Also where no manifest has any of it.
        #expect(findings(try await load(["m/d.yaml": Self.defaults(spec)])) == expected)
    }

    @Test func whatTheyLeadToIsSaidOnce() async throws {
        var files = ["m/d.yaml": Self.defaults("  runs: {queue: nowhere}\n"), "src/a": "", "m/j.yaml": Sample.job]
        files["m/j.yaml"] = Sample.job.replacing("path: src", with: "path: ../src")
        for number in 0..<3 {
            files["m/r\(number).yaml"] = Self.patch("Run", "r\(number)", "spec: {job: train, parameters: {data: x}}\n")
        }
        #expect(findings(try await load(files)) == ["SLW2041 m/d.yaml:5:17"])
    }

    @Test func envelope() async throws {
        let two = try await load([
            "m/a.yaml": Self.defaults("  {}\n"), "m/b.yaml": Self.defaults("  {}\n"), "m/q.yaml": Self.queue("q"),
        ])
        #expect(findings(two) == ["SLW2210 m/b.yaml:1:1"] && two.diagnostics.first?.notes.count == 1)
        let named = try await load([
            "m/a.yaml": "apiVersion: slipway/v1\nkind: Defaults\nmetadata: {name: a, labels: {a: b}}\nmore: 1\n"
        ])
        #expect(findings(named) == ["SLW2005 m/a.yaml:1:1", "SLW2003 m/a.yaml:3:21", "SLW2003 m/a.yaml:4:1"])
        #expect(!named.policyFaults.isEmpty)
    }

    @Test func pathsAreThoseOfTheFileThatWroteThem() async throws {
        let job = "apiVersion: slipway/v1\nkind: Job\nmetadata: {name: train}\nspec: {command: [python3]}\n"
        let loaded = try await load(
            [
                "m/defaults.yaml": Self.defaults("  jobs: {source: {path: ../code}}\n"), "m/deep/down/job.yaml": job,
                "code/a.py": "", "code/not-a-manifest.yaml": "x: 1",
            ], ".")
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(
            loaded.desired.jobs.values.first?.spec.source
                == .path(SourcePath(written: "../code", repositoryPath: "code")))
    }

    // MARK: Overlays

    @Test func aLaterPathPatchesAnEarlier() async throws {
        let files = [
            "base/q.yaml": Self.queue("q", ", concurrency: 2, variables: {a: {type: string}, b: {type: string}}"),
            "base/d.yaml": Self.defaults("  labels: {team: t, stage: dev}\n  queues: {suspend: true}\n"),
            "prod/q.yaml": Self.patch(
                "Queue", "q", "spec:\n  concurrency: 7\n  suspend: null\n  variables: {b: null, c: {type: integer}}\n"),
            "prod/d.yaml": Self.defaults("  labels: {stage: prod}\n  queues: {concurrency: 100}\n"),
            "prod/new.yaml": Self.queue("new"),
        ]
        let loaded = try await load(files, "base", "prod")
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.desired.count == 2 && loaded.documents == 5)
        let queue = try #require(loaded.desired.queues[ObjectName(name: "q")])
        #expect(queue.spec.concurrency == 7 && !queue.spec.suspend && queue.spec.variables.keys.sorted() == ["a", "c"])
        #expect(queue.metadata.labels == ["team": "t", "stage": "prod"])
        #expect("\(queue.origin.location(of: ["spec", "concurrency"]))" == "prod/q.yaml:5:16")
        #expect("\(queue.origin.location(of: ["metadata", "name"]))" == "base/q.yaml:3:18")
        #expect(queue.origin.files == ["base/q.yaml", "base/d.yaml", "prod/q.yaml", "prod/d.yaml"])
        #expect(loaded.desired.queues[ObjectName(name: "new")]?.spec.concurrency == 100)
        // Defaults of the overlay do not reach what is not in it, and never win over what is written.
        let untouched = try await load(files.filter { $0.key != "prod/q.yaml" }, "base", "prod")
        #expect(untouched.desired.queues[ObjectName(name: "q")]?.metadata.labels["stage"] == "dev")
        let labelled = files.merging(["prod/q.yaml": Self.patch("Queue", "q", "")]) { $1 }
        #expect(try await load(labelled, "base", "prod").desired.queues[ObjectName(name: "q")]?.spec.concurrency == 2)
        // The other way round the patch is not whole.
        #expect(findings(try await load(files, "prod", "base")).isEmpty)
        #expect(try await load(files, "prod", "base").desired.queues[ObjectName(name: "q")]?.spec.concurrency == 2)
    }

    @Test func severalPatches() async throws {
        let files = [
            "a/q.yaml": Self.queue("q"),
            "b/q.yaml": Self.patch("Queue", "q", "spec: {concurrency: 2, suspend: true}\n"),
            "c/q.yaml": Self.patch("Queue", "default-q", "") + "---\n"
                + Self.patch("Queue", "q", "spec: {concurrency: 3}\n"),
        ]
        let loaded = try await load(files, "a", "b", "c")
        #expect(findings(loaded) == ["SLW2005 c/q.yaml:1:1"])
        #expect(loaded.diagnostics.first?.notes.count == 1)
        let queue = try #require(loaded.desired.queues[ObjectName(name: "q")])
        #expect(queue.spec.concurrency == 3 && queue.spec.suspend)
    }

    @Test func twiceInOnePathIsAMistake() async throws {
        let files = [
            "a/q.yaml": Self.queue("q"), "a/r.yaml": Self.queue("q"),
            "b/1.yaml": Self.patch("Queue", "q", "spec: {concurrency: 2}\n"),
            "b/2.yaml": Self.patch("Queue", "q", "spec: {concurrency: 3}\n"),
        ]
        let loaded = try await load(files, "a", "b")
        #expect(findings(loaded) == ["SLW2040 a/r.yaml:3:18", "SLW2040 b/2.yaml:3:18"])
        #expect(loaded.diagnostics.compactMap { $0.notes.first?.location?.path } == ["a/q.yaml", "b/1.yaml"])
    }

    @Test func mistakesOfAPatchAreAtThePatch() async throws {
        let files = [
            "a/q.yaml": Self.queue("q", ", concurency: 1"),
            "b/q.yaml": Self.patch(
                "Queue", "q", "spec:\n  concurrency: many\n  resource: local-procss\n  concurency: null\nmore: 1\n"),
        ]
        #expect(
            findings(try await load(files, "a", "b"))
                == ["SLW2004 b/q.yaml:5:16", "SLW2006 b/q.yaml:6:13", "SLW2003 b/q.yaml:8:1"])
        let removed = try await load(
            ["a/q.yaml": Self.queue("q"), "b/q.yaml": Self.patch("Queue", "q", "spec: {resource: null}\n")], "a", "b")
        #expect(findings(removed) == ["SLW2005 a/q.yaml:4:7"])
    }

    @Test func namespacesDecideWhatIsPatched() async throws {
        let files = [
            "a/d.yaml": Self.defaults("  namespace: vision\n"), "a/q.yaml": Self.queue("q"),
            "b/q.yaml": Self.patch("Queue", "{name: q, namespace: vision}", "spec: {concurrency: 3}\n")
                .replacing("{name: {", with: "{").replacing("}}", with: "}"),
            "c/d.yaml": Self.defaults("  namespace: vision\n"),
            "c/q.yaml": Self.patch("Queue", "q", "spec: {suspend: true}\n"),
        ]
        let loaded = try await load(files, "a", "b", "c")
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let queue = loaded.desired.queues[ObjectName(namespace: "vision", name: "q")]
        #expect(loaded.desired.count == 1 && queue?.spec.concurrency == 3 && queue?.spec.suspend == true)
    }

    @Test func aFileOfTwoPathsIsOfTheFirst() async throws {
        let files = ["m/q.yaml": Self.queue("q"), "m/o/q.yaml": Self.patch("Queue", "q", "spec: {suspend: true}\n")]
        #expect(findings(try await load(files, "m/q.yaml", "m")).isEmpty)
        #expect(findings(try await load(files, "m", "m/o")) == ["SLW2005 m/o/q.yaml:4:7", "SLW2040 m/q.yaml:3:18"])
    }

    // MARK: Rendering

    @Test func renderingIsAFixedPoint() async throws {
        let folder = try TemporaryFolder()
        try folder.write("src/train.py", "")
        try folder.write(
            "m/d.yaml", Self.defaults("  labels: {team: 'on'}\n  jobs: {source: {path: ../src}, timeout: 30m}\n"))
        try folder.write(
            "m/all.yaml",
            Sample.all.replacing("  source: {path: src}\n", with: "")
                .replacing("{name: train}", with: "\n  name: train\n  annotations:\n    note: |\n      a # b\n      c"))
        try folder.write("o/r.yaml", Self.patch("Run", "first", "spec: {parameters: {lr: 0.05}}\n"))
        let loaded = await folder.load("m", "o")
        #expect(!loaded.hasErrors, "\(loaded.diagnostics)")
        let text = loaded.desired.rendered.map { $0.yaml() }.joined(separator: "---\n")
        for commented in [false, true] {
            let again = loaded.desired.rendered.map { $0.yaml(withProvenance: commented) }.joined(separator: "---\n")
            let reread = LoadedManifests(decoding: [SourceFile(path: "rendered.yaml", text: again)])
            #expect(reread.diagnostics.filter { $0.severity == .error }.isEmpty)
            #expect(reread.desired.rendered.map { $0.yaml() }.joined(separator: "---\n") == text)
            #expect(reread.desired.jobs.mapValues(\.spec.canonical) == loaded.desired.jobs.mapValues(\.spec.canonical))
            #expect(reread.desired.runs.mapValues(\.spec.canonical) == loaded.desired.runs.mapValues(\.spec.canonical))
            #expect(reread.desired.runs.mapValues(\.metadata) == loaded.desired.runs.mapValues(\.metadata))
        }
        let run = try #require(loaded.desired.rendered.last)
        #expect(
            run.yaml(withProvenance: true) == """
                apiVersion: slipway/v1  # m/all.yaml:29
                kind: Run               # m/all.yaml:30
                metadata:
                  name: first           # m/all.yaml:31
                  labels:
                    team: "on"          # m/d.yaml:5
                spec:
                  job: train            # m/all.yaml:33
                  queue: local          # m/all.yaml:34
                  parameters:
                    lr: 0.05            # o/r.yaml:4
                    data: x             # m/all.yaml:35

                """)
        let provenance = try run.json()["provenance"]
        #expect(provenance?["/spec/parameters/lr"] == ["file": "o/r.yaml", "line": 4, "column": 25])
        #expect(provenance?["/metadata/labels/team"]?["file"] == "m/d.yaml")
        #expect(provenance?["/spec"] == nil)
    }
}
