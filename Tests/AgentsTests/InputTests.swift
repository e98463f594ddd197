import Agents
import Engines
import Foundation
import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// What one run leaves and another reads, through a real state and real folders.
@Suite(.timeLimit(.minutes(3))) struct InputTests {
    private let bench: Workbench
    /// It leaves a file and a folder.
    private let prepare = RunSample.specification(["prepare"], outputs: ["data.csv", "model"])

    init() throws { bench = try Workbench() }

    private func reader(_ inputs: (path: String, target: String)...) -> RunSpecification {
        var specification = RunSample.specification(["train"])
        let name = ObjectName(name: "r1")
        specification.dependencies = [RunDependency(run: name, identity: prepare.identity, condition: .succeeded)]
        specification.inputs = inputs.map {
            RunInput(run: name, identity: prepare.identity, path: $0.path, target: $0.target)
        }
        return specification
    }

    private static let files = ["data.csv": "1,2\n", "model/weights": "abc", "model/deep/more": "d"]

    private static func write(_ files: [String: String], below folder: String) {
        for (name, text) in files {
            let file = URL(fileURLWithPath: "\(folder)/\(name)")
            try? FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try? Data(text.utf8).write(to: file)
        }
    }

    /// An agent whose first command leaves some files.
    private func agent(
        leaving files: [String: String] = files, _ more: @escaping @Sendable (String) -> Void = { _ in }
    ) -> Agent {
        bench.agent { submission in
            if submission.arguments == ["prepare"] {
                Self.write(files, below: submission.folder + "/outputs")
                more(submission.folder + "/outputs")
            }
            return .ends(0)
        }
    }

    /// Lets the first run succeed, then changes something, then lets the other one go on.
    private func readAfter(_ reader: RunSpecification, _ change: (String) throws -> Void) async throws -> RunRecord {
        let first = try await bench.want([prepare])
        try await bench.work([agent()], until: "the first has ended") { [bench] in try await bench.areOver(first) }
        try change("\(bench.folder.path)/runs/\(try await bench.run(first[0]).folder)/1/outputs")
        let id = try await bench.store.write(as: bench.provenance, at: bench.clock.now()) { transaction in
            try transaction.startRun(ObjectName(name: "reader"), reader).id
        }
        try await bench.work([agent()], until: "the other has ended") { [bench] in try await bench.areOver([id]) }
        return try await bench.run(id)
    }

    @Test func whatIsLeftIsRecordedAndHandedOn() async throws {
        let reader = reader(("data.csv", "data.csv"), ("model", "start/model"), ("model/deep/more", "more"))
        // The reader first: it waits all the same.
        let ids = Array(try await bench.want([reader, prepare]).reversed())
        try await bench.work([agent()], until: "both are over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded, .succeeded])
        #expect(bench.submissions.map(\.arguments) == [["prepare"], ["train"]])

        let outputs = try #require(try await bench.attempts(ids[0]).first).outputs
        #expect(outputs["data.csv"] == .file(Digest(of: "1,2\n"), size: 4))
        guard case .folder(let digest, 4)? = outputs["model"] else {
            Issue.record("\(outputs)")
            return
        }
        let submission = try #require(bench.submissions.last)
        let folder = try #require(submission.environment["SLIPWAY_INPUTS"])
        #expect(folder == submission.folder + "/inputs")
        func text(_ name: String) -> String? { try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
        #expect(text("data.csv") == "1,2\n" && text("more") == "d")
        #expect(text("start/model/weights") == "abc" && text("start/model/deep/more") == "d")
        #expect(bench.submissions.first?.environment["SLIPWAY_INPUTS"] == nil)

        let script = try String(contentsOfFile: submission.folder + "/run.sh", encoding: .utf8)
        #expect(script.contains("# Input data.csv: data.csv of r1, \(Digest(of: "1,2\n"))"))
        #expect(script.contains("export SLIPWAY_INPUTS=\(folder)"))
        let intent = try #require(try await bench.events(.attemptIntended).last)
        #expect(intent.details.contains("\(digest)") && intent.details.contains("\(Digest(of: "1,2\n"))"))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let code: String
        let change: @Sendable (String) throws -> Void

        init(_ name: String, _ path: String, _ code: String, _ change: @escaping @Sendable (String) throws -> Void) {
            testDescription = name
            self.path = path
            self.code = code
            self.change = change
        }
    }

    static let faults = [
        Fault("a file with other content", "data.csv", "SLW7014") { write(["data.csv": "1,3\n"], below: $0) },
        Fault("a file that is gone", "data.csv", "SLW7013") {
            try FileManager.default.removeItem(atPath: "\($0)/data.csv")
        },
        Fault("a folder in its place", "data.csv", "SLW7013") {
            try FileManager.default.removeItem(atPath: "\($0)/data.csv")
            write(["data.csv/a": ""], below: $0)
        },
        Fault("a folder with one more file", "model", "SLW7014") { write(["model/new": ""], below: $0) },
        Fault("a folder that is gone", "model", "SLW7013") {
            try FileManager.default.removeItem(atPath: "\($0)/model")
        },
        Fault("another file of the folder", "model/weights", "SLW7014") { write(["model/deep/more": "e"], below: $0) },
        Fault("a file that was never in the folder", "model/nothing", "SLW7011") { _ in },
        Fault("a file below a file", "data.csv/a", "SLW7011") { _ in },
        Fault("what was not declared", "other", "SLW7011") { write(["other": "a"], below: $0) },
    ]

    @Test(arguments: faults) func whatIsNotWhatItWasIsRefused(_ fault: Fault) async throws {
        let run = try await readAfter(reader((fault.path, "x")), fault.change)
        #expect(run.phase == .failed && run.reason == "SubmissionFailed", "\(run)")
        #expect(run.message.contains("[\(fault.code)]"), "\(run.message)")
        #expect(run.message.contains("\(fault.path) of r1"))
        if fault.code == "SLW7013" || fault.code == "SLW7014" {
            #expect(run.message.contains(Workbench.host) && run.message.contains("/outputs/"), "\(run.message)")
        }
        #expect(bench.submissions.count == 1, "the engine never heard of it")
    }

    /// What nobody can vouch for spoils neither the run that left it nor what does not read it.
    @Test func anOutputThatCannotBeDigested() async throws {
        let ids = try await bench.want([prepare, reader(("data.csv", "a")), reader(("model", "a"))])
        let agent = agent { folder in
            mkfifo("\(folder)/model/pipe", 0o644)
        }
        try await bench.work([agent], until: "all are over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded, .succeeded, .failed])
        #expect(try await bench.run(ids[2]).message.contains("[SLW7012]"))
        guard case .unreadable? = try await bench.attempts(ids[0]).first?.outputs["model"] else {
            Issue.record("a pipe was digested")
            return
        }
    }

    /// A link is what a training framework leaves beside its newest checkpoint.
    @Test func aLinkInsideAFolderIsHandedOn() async throws {
        let ids = try await bench.want([prepare, reader(("model", "model"))])
        let agent = agent { folder in symlink("weights", "\(folder)/model/latest") }
        try await bench.work([agent], until: "all are over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded, .succeeded])
        let inputs = try #require(bench.submissions.last?.environment["SLIPWAY_INPUTS"])
        #expect(try String(contentsOfFile: inputs + "/model/latest", encoding: .utf8) == "abc")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: inputs + "/model/latest") == "weights")
    }

    @Test func whatIsMissingIsAFailureAsBefore() async throws {
        let ids = try await bench.want([prepare, reader(("data.csv", "a"))])
        try await bench.work([agent(leaving: ["model/a": ""])], until: "the first has ended") { [bench] in
            try await bench.areOver([ids[0]])
        }
        let first = try await bench.run(ids[0])
        #expect(first.reason == "OutputMissing" && first.message.contains("did not leave data.csv"))
        #expect(try await bench.run(ids[1]).reason == "DependencyFailed")
        #expect(try await bench.attempts(ids[0]).first?.outputs.isEmpty == true)
    }
}
