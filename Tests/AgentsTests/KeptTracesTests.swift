import Agents
import Engines
import Foundation
import Images
import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// What an attempt leaves is in its pool's store before anybody is told that it ended.
@Suite(.timeLimit(.minutes(3))) struct KeptTracesTests {
    private let bench: Workbench
    private let location: ArtifactLocation
    private let stores: ArtifactStores

    init() throws {
        bench = try Workbench()
        location = .folder("\(bench.folder.path)/store")
        stores = ArtifactStores(root: bench.folder.path, environment: [:])
    }

    /// An agent whose commands write a log, metrics and two outputs, and end with a status.
    private func agent(
        _ status: Int32 = 0, in location: ArtifactLocation? = nil, patience: Duration = .seconds(300),
        disk: String = "disk-1"
    ) -> Agent {
        let store = location ?? self.location
        return bench.agent(environment: Self.environment, artifacts: store, patience: patience, disk: disk) {
            [folder = bench.folder] submission in
            let own = String(submission.folder.dropFirst(folder.path.utf8.count + 1))
            do {
                try folder.write("\(own)/stdout.log", "said \(submission.arguments[0])\n")
                try folder.write("\(own)/metrics.jsonl", "{\"loss\":0.5}\n")
                if submission.arguments == ["prepare"] {
                    try folder.write("\(own)/outputs/data.csv", "1,2\n")
                    try folder.write("\(own)/outputs/model/weights", "abc")
                }
                return .ends(status)
            } catch { return .ends(99) }
        }
    }

    private static let environment = ["PATH": "/usr/bin", "SLIPWAY_SECRET_HF_TOKEN": "s3cret"]

    private let prepare = RunSample.specification(
        ["prepare"], environment: ["TOKEN": .secret("hf-token")], outputs: ["data.csv", "model"])

    private var reader: RunSpecification {
        var specification = RunSample.specification(["train"])
        let name = ObjectName(name: "r1")
        specification.dependencies = [RunDependency(run: name, identity: prepare.identity, condition: .succeeded)]
        specification.inputs = ["data.csv", "model"].map {
            RunInput(run: name, identity: prepare.identity, path: $0, target: $0)
        }
        return specification
    }

    private func artifact(_ id: RunID) async throws -> AttemptArtifact {
        try #require(try await bench.attempts(id).last?.artifact)
    }

    @Test(arguments: [0, 3]) func logsMetricsAndOutputsAreKept(_ status: Int32) async throws {
        let ids = try await bench.want([prepare])
        try await bench.work([agent(status)], until: "it is over") { [bench] in try await bench.areOver(ids) }
        let artifact = try await artifact(ids[0])
        #expect(artifact.location == location && artifact.warning == nil)
        let digest = try #require(artifact.digest)
        let manifest = try await stores.open(location).attempt(digest)
        let logs = ["stdout.log", "metrics.jsonl"]
        #expect(manifest.parts.map(\.title) == logs + (status == 0 ? ["outputs/data.csv", "outputs/model"] : []))
        #expect(manifest.annotations["slipway.run"] == "r1" && manifest.annotations["slipway.attempt"] == "1")
        #expect(manifest.annotations["slipway.job"] == "train@v3")
        // The audit trail knows what the store has to have.
        let end = try #require(try await bench.events(.attemptEnded).last)
        #expect(end.details.contains("\(digest)"))
        #expect(try bench.files(holding: "s3cret").isEmpty)
        #expect(try bench.files(holding: "hf-token").allSatisfy { !$0.hasPrefix("store/") })
        let left = try bench.folder.contents().filter { $0.contains(".kept-") || $0.contains(".part") }
        #expect(left.isEmpty, "\(left)")
    }

    @Test func anotherMachineReadsInputsFromTheStore() async throws {
        let first = try await bench.want([prepare])
        try await bench.work([agent()], until: "the first has ended") { [bench] in try await bench.areOver(first) }
        // The machine that left them is gone with its folder.
        try bench.folder.remove("runs")
        let id = try await bench.store.write(as: bench.provenance, at: bench.clock.now()) { [reader] transaction in
            try transaction.startRun(ObjectName(name: "reader"), reader).id
        }
        #expect(try await bench.run(id).affinity == nil, "any agent may take it")
        try await bench.work([agent(disk: "disk-2")], until: "the other has ended") { [bench] in
            try await bench.areOver([id])
        }
        let run = try await bench.run(id)
        #expect(run.phase == .succeeded, "\(run.message)")
        let inputs = try #require(bench.submissions.last?.environment["SLIPWAY_INPUTS"])
        #expect(try String(contentsOfFile: inputs + "/data.csv", encoding: .utf8) == "1,2\n")
        #expect(try String(contentsOfFile: inputs + "/model/weights", encoding: .utf8) == "abc")
        #expect(try bench.folder.contents().allSatisfy { !$0.contains("/fetched") && !$0.contains("/.1-") })
    }

    @Test func aReaderThatWaitedIsFreeToGoAnywhere() async throws {
        let ids = Array(try await bench.want([reader, prepare]).reversed())
        try await bench.work([agent()], until: "both are over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded, .succeeded])
        #expect(try await bench.run(ids[1]).affinity == nil)
        #expect(try await bench.attempts(ids[0]).last?.location == "disk-1")
    }

    @Test func withoutAStoreAReaderGoesToItsInputs() async throws {
        let ids = Array(try await bench.want([reader, prepare]).reversed())
        let agent = bench.agent(environment: Self.environment, disk: "disk-1") { submission in
            guard submission.arguments == ["prepare"] else { return .ends(0) }
            let model = submission.folder + "/outputs/model"
            do {
                try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
                try Data("1,2\n".utf8).write(to: URL(fileURLWithPath: submission.folder + "/outputs/data.csv"))
                return .ends(0)
            } catch { return .ends(99) }
        }
        try await bench.work([agent], until: "both are over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.run(ids[1]).affinity == "disk-1")
    }

    @Test func inputsThatAreNowhereAreAnHonestRefusal() async throws {
        let first = try await bench.want([prepare])
        try await bench.work([agent()], until: "the first has ended") { [bench] in try await bench.areOver(first) }
        try bench.folder.remove("runs")
        try bench.folder.remove("store")
        let id = try await bench.store.write(as: bench.provenance, at: bench.clock.now()) { [reader] transaction in
            try transaction.startRun(ObjectName(name: "reader"), reader).id
        }
        try await bench.work([agent()], until: "the other has ended") { [bench] in try await bench.areOver([id]) }
        let run = try await bench.run(id)
        #expect(run.phase == .failed && run.message.contains("[SLW7020]"), "\(run.message)")
        #expect(run.message.contains("data.csv of r1") && run.message.contains("[SLW5070]"), "\(run.message)")
    }

    /// A file stands where the store's folder ought to be.
    private func broken() throws -> ArtifactLocation {
        try bench.folder.write("file", "in the way")
        return .folder("\(bench.folder.path)/file/store")
    }

    @Test func aStoreThatCannotBeUsedCostsNoSuccess() async throws {
        let ids = try await bench.want([prepare])
        let broken = try broken()
        try await bench.work([agent(in: broken)], until: "it is over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded])
        let artifact = try await artifact(ids[0])
        #expect(artifact.digest == nil && artifact.warning?.contains("[SLW5001]") == true, "\(artifact)")
        #expect(try await bench.attempts(ids[0]).last?.outputs.count == 2)
    }

    @Test func unlessAnotherRunIsToReadIt() async throws {
        let ids = Array(try await bench.want([reader, prepare]).reversed())
        let agent = agent(in: try broken(), patience: .milliseconds(1))
        try await bench.work([agent], until: "the first has ended") { [bench] in try await bench.areOver([ids[0]]) }
        let run = try await bench.run(ids[0])
        #expect(run.phase == .failed && run.reason == "OutputMissing", "\(run)")
        #expect(run.message.contains("what others are to read of it could not be put into"), "\(run.message)")
        #expect(try await bench.attempts(ids[0]).last?.outputs.isEmpty == true)
        #expect(try await bench.run(ids[1]).reason == "DependencyFailed")
    }

    @Test func withoutAStoreNothingIsKept() async throws {
        let ids = try await bench.want([RunSample.specification(["a"])])
        try await bench.work([bench.agent()], until: "it is over") { [bench] in try await bench.areOver(ids) }
        #expect(try await bench.attempts(ids[0]).last?.artifact == nil)
    }
}
