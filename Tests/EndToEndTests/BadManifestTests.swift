import Foundation
import Testing

/// Every bad manifest gets a clear error with its own code and place, in little time, and nothing is written.
@Suite struct BadManifestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The code that the error has.
        let code: String
        /// Where it points to, below `manifests/`.
        let place: String
        /// Puts the mistake into a repository that is fine otherwise.
        let spoil: @Sendable (Sandbox) throws -> Void
    }

    private static func text(_ name: String, _ code: String, line place: String, _ text: String) -> Case {
        Case(testDescription: name, code: code, place: "bad.yaml:\(place): ") {
            try $0.write("manifests/bad.yaml", text)
        }
    }

    private static func run(_ spec: String, name: String = "bad") -> String {
        "apiVersion: slipway/v1\nkind: Run\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    private static func job(source: String) -> String {
        """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: other}
        spec:
          source: {path: \(source)}
          command: [sh]

        """
    }

    private static let bomb =
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + (1...9).map { level in
            "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }.joined()

    static let texts: [Case] = [
        text("unknown kind", "SLW2006", line: "2:7", "apiVersion: slipway/v1\nkind: Rum\nmetadata: {name: bad}\n"),
        text("no manifest of ours", "SLW2001", line: "1:1", "kind: Deployment\n"),
        text("another version", "SLW2002", line: "1:13", "apiVersion: slipway/v9\nkind: Run\n"),
        text("unknown field", "SLW2003", line: "4:34", run("{job: gated, queue: local, prioritee: high}")),
        text("unknown word", "SLW2006", line: "4:44", run("{job: gated, queue: local, priority: urgent}")),
        text("wrong type", "SLW2004", line: "4:42", run("{job: gated, queue: local, repeat: often}")),
        text("missing field", "SLW2005", line: "4:7", run("{job: gated}")),
        text("missing job", "SLW2041", line: "4:13", run("{job: gatde, queue: local}")),
        text("missing queue", "SLW2041", line: "4:27", run("{job: gated, queue: locale}")),
        text("unknown parameter", "SLW2025", line: "4:47", run("{job: gated, queue: local, parameters: {gaet: a}}")),
        text(
            "parameter of a wrong type", "SLW2027", line: "4:55",
            run("{job: gated, queue: local, parameters: {status: many}}")),
        text("a tab", "SLW1023", line: "2:1", "a:\n\t- b\n"),
        text("an open bracket", "SLW1024", line: "2:1", "a: [b\n"),
        text("a duplicate key", "SLW1013", line: "2:1", "a: 1\na: 2\n"),
        text("an unknown alias", "SLW1010", line: "1:4", "a: *nothing\n"),
        text("an alias cycle", "SLW1011", line: "1:8", "a: &a [*a]\n"),
        text("a bomb", "SLW1006", line: "6:10", bomb),
        text("deep nesting", "SLW1005", line: "1:65", String(repeating: "[", count: 200_000)),
        text("source outside", "SLW2051", line: "5:18", job(source: "../../elsewhere")),
        text("source absolute", "SLW2050", line: "5:18", job(source: "/etc")),
        text("source missing", "SLW2052", line: "5:18", job(source: "../jobs/none")),
    ]

    static let files: [Case] = [
        Case(testDescription: "duplicate name", code: "SLW2040", place: "two.yaml:3:18: ") {
            try $0.write("manifests/two.yaml", run("{job: gated, queue: local}", name: "one"))
        },
        Case(testDescription: "a scalar of 100 MB", code: "SLW2072", place: "huge.yaml:1:1: ") { sandbox in
            try sandbox.write("manifests/huge.yaml", "a: x")
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(sandbox.repository)/manifests/huge.yaml"))
            try file.truncate(atOffset: 100 << 20)
            try file.close()
        },
        Case(testDescription: "a scalar of 2 MB", code: "SLW1004", place: "huge.yaml:1:4: ") { sandbox in
            try sandbox.write("manifests/huge.yaml", "a: \(String(repeating: "x", count: 2 << 20))\n")
        },
        Case(testDescription: "not UTF-8", code: "SLW1022", place: "latin.yaml:1:") { sandbox in
            let url = URL(fileURLWithPath: "\(sandbox.repository)/manifests/latin.yaml")
            try Data([0x61, 0x3A, 0x20, 0xE9, 0x0A]).write(to: url)
        },
        Case(testDescription: "a link out of the repository", code: "SLW2074", place: "away.yaml:1:1: ") { sandbox in
            try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: sandbox.path + "/outside.yaml"))
            try sandbox.link("manifests/away.yaml", to: sandbox.path + "/outside.yaml")
        },
        Case(testDescription: "a source that is a link outside", code: "SLW2054", place: "bad.yaml:5:18: ") { sandbox in
            try sandbox.link("jobs/away", to: "/etc")
            try sandbox.write("manifests/bad.yaml", job(source: "../jobs/away"))
        },
        Case(testDescription: "a cycle of links", code: "SLW2075", place: "again:1:1: ") {
            try $0.link("manifests/again", to: ".")
        },
        Case(testDescription: "a link to nothing", code: "SLW2076", place: "lost.yaml:1:1: ") {
            try $0.link("manifests/lost.yaml", to: "nowhere.yaml")
        },
        Case(testDescription: "a pipe", code: "SLW2077", place: "pipe.yaml:1:1: ") {
            #expect(mkfifo("\($0.repository)/manifests/pipe.yaml", 0o600) == 0)
        },
    ]

    @Test(arguments: texts + files)
    func eachIsRefusedAndNothingIsWritten(_ spoiled: Case) async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try spoiled.spoil(sandbox)
        let clock = ContinuousClock()
        var outcome: Outcome?
        let took = try await clock.measure { outcome = try await sandbox.reconcile() }
        let refused = try #require(outcome)
        #expect(refused.status == 3 && refused.output == "", "\(refused)")
        #expect(refused.errors.contains("[\(spoiled.code)]"), "\(refused)")
        let line = refused.errors.split(separator: "\n").first { $0.contains("[\(spoiled.code)]") } ?? ""
        #expect(line.hasPrefix("manifests/\(spoiled.place)"), "\(refused)")
        #expect(refused.errors.utf8.count < 20_000, "an error is no dump")
        #expect(!sandbox.exists(".slipway"))
        // Milliseconds on a quiet machine; minutes where something is quadratic.
        #expect(took < .seconds(30))

        let validated = try await sandbox.reconcile("validate", "-o", "json")
        #expect(validated.status == 3 && validated.output.contains("\"\(spoiled.code)\""), "\(validated)")
    }

    @Test func allErrorsAreReportedAtOnce() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try sandbox.write("manifests/first.yaml", Self.run("{job: gatde, queue: locale}", name: "first"))
        try sandbox.write(
            "manifests/second.yaml", Self.run("{job: gated, queue: local, prioritee: low}", name: "second"))
        let outcome = try await sandbox.reconcile("validate")
        let end = "\n3 errors in 2 files\n`reconcile validate --fix` mends 1 of them\n"
        #expect(outcome.status == 3 && outcome.errors.hasSuffix(end), "\(outcome)")
        #expect(outcome.errors.contains("did you mean `gated`?") && outcome.errors.contains("did you mean `priority`?"))
    }

    @Test func aPathThatIsNotThere() async throws {
        let sandbox = try await Sandbox()
        let outcome = try await sandbox.reconcile("apply", "-f", "nothing")
        #expect(outcome.status == 3 && outcome.errors.contains("[SLW2070]"), "\(outcome)")
        #expect(!sandbox.exists(".slipway"))
    }

    @Test func aManifestsFolderThatIsALinkIntoAnotherRepository() async throws {
        let other = try await Sandbox()
        try GatedJob(in: other).want("one")
        let sandbox = try await Sandbox()
        try sandbox.link("manifests", to: other.repository + "/manifests")
        let outcome = try await sandbox.reconcile()
        #expect(outcome.status == 3 && outcome.errors.contains("[SLW2074]"), "\(outcome)")
        #expect(!other.exists(".slipway") && !sandbox.exists(".slipway"))
    }

    @Test(.disabled(if: getuid() == 0, "root reads every file"))
    func aFileThatMayNotBeRead() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        chmod("\(sandbox.repository)/manifests/one.yaml", 0)
        let outcome = try await sandbox.reconcile()
        #expect(outcome.status == 3 && outcome.errors.contains("[SLW2071]"), "\(outcome)")
        #expect(!sandbox.exists(".slipway"))
    }

    @Test func noManifestsAtAll() async throws {
        let sandbox = try await Sandbox()
        try FileManager.default.createDirectory(
            atPath: sandbox.repository + "/manifests", withIntermediateDirectories: true)
        for (arguments, code) in [(["apply"], "SLW8002"), (["plan"], "SLW8002"), (["validate"], "SLW8002")] {
            let outcome = try await sandbox.reconcile(arguments)
            #expect(outcome.status == 3 && outcome.errors.contains("[\(code)]"), "\(arguments): \(outcome)")
        }
        #expect(!sandbox.exists(".slipway"))
    }
}
