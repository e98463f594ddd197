import Agents
import Engines
import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

/// What an attempt gets, and what it leaves in its folder (the design's “How a run leaves traces”).
@Suite(.timeLimit(.minutes(3))) struct AttemptTraceTests {
    private static let environment = [
        "PATH": "/agent/bin:/usr/bin", "HOME": "/home/ada", "LANG": "C.UTF-8", "AWS_SECRET_ACCESS_KEY": "s3cret-aws",
        "SLIPWAY_SECRET_HF_TOKEN": "s3cret-token",
    ]

    @Test func aCommandGetsItsEnvironmentAndNothingOfTheAgents() async throws {
        let bench = try Workbench()
        let specification = RunSample.specification(
            ["train", "--lr", "0.1"], environment: ["MODE": .value("fast $HOME"), "TOKEN": .secret("hf-token")],
            parameters: ["lr": .double(0.1)])
        let ids = try await bench.want([specification])
        try await bench.work([bench.agent(environment: Self.environment)], until: "it is over") {
            try await bench.areOver(ids)
        }
        let submission = try #require(bench.submissions.first)
        let folder = "\(bench.folder.path)/runs/r1-\(ids[0])/1"
        #expect(submission.name == "\(ids[0])-1")
        #expect(submission.folder == folder)
        #expect(submission.arguments == ["train", "--lr", "0.1"])
        #expect(
            submission.environment == [
                "PATH": "/agent/bin:/usr/bin", "HOME": "/home/ada", "LANG": "C.UTF-8", "IMAGE": "train",
                "MODE": "fast $HOME", "TOKEN": "s3cret-token", "SLIPWAY_ATTEMPT": "1", "SLIPWAY_JOB": "train@v3",
                "SLIPWAY_METRICS": "\(folder)/metrics.jsonl", "SLIPWAY_OUTPUTS": "\(folder)/outputs",
                "SLIPWAY_PARAMETERS": "\(folder)/parameters.json", "SLIPWAY_RUN": "r1",
            ])
        #expect(bench.folder.text("runs/r1-\(ids[0])/1/parameters.json") == "{\"lr\":0.1}\n")
        #expect(bench.folder.text("runs/r1-\(ids[0])/1/env")?.contains("TOKEN=<secret hf-token>\n") == true)
        #expect(bench.folder.exists("runs/r1-\(ids[0])/1/work"))
    }

    @Test func noSecretIsEverWritten() async throws {
        let bench = try Workbench()
        let ids = try await bench.want([
            RunSample.specification(["a"], environment: ["TOKEN": .secret("hf-token")]),
            RunSample.specification(["b"], environment: ["TOKEN": .secret("hf-token")]),
            RunSample.specification(["c"], environment: ["TOKEN": .secret("missing")]),
        ])
        let agent = bench.agent(environment: Self.environment) { submission in
            submission.arguments == ["a"] ? .ends(0) : .refused(Diagnostic("SLW6001", "no such program"))
        }
        try await bench.work([agent], until: "all is over") { try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded, .failed, .failed])
        let message = try await bench.run(ids[2]).message
        #expect(message.contains("SLW7001") && message.contains("SLIPWAY_SECRET_MISSING"))
        #expect(try bench.files(holding: "s3cret") == [])
        #expect(
            try !bench.files(holding: "hf-token").isEmpty, "the name is there, or this test looks in the wrong place")
    }

    @Test func declaredOutputsAreCollected() async throws {
        let bench = try Workbench()
        let ids = try await bench.want([
            RunSample.specification(["good"], outputs: ["model.json", "deep/er.txt"]),
            RunSample.specification(["bad"], outputs: ["model.json", "other.txt"]),
        ])
        let agent = bench.agent { [folder = bench.folder] submission in
            let own = String(submission.folder.dropFirst(folder.path.utf8.count + 1))
            do {
                try folder.write("\(own)/work/app/model.json", "{}")
                if submission.arguments == ["good"] { try folder.write("\(own)/outputs/deep/er.txt", "direct") }
                return .ends(0)
            } catch { return .ends(99) }
        }
        try await bench.work([agent], until: "all is over") { try await bench.areOver(ids) }
        #expect(try await bench.phases(ids) == [.succeeded, .failed])
        #expect(bench.folder.text("runs/r1-\(ids[0])/1/outputs/model.json") == "{}")
        #expect(bench.folder.text("runs/r1-\(ids[0])/1/outputs/deep/er.txt") == "direct")
        let run = try await bench.run(ids[1])
        #expect(run.reason == "OutputMissing")
        #expect(run.message.contains("other.txt") && !run.message.contains("model.json"))
    }
}
