import Agents
import Foundation
import Images
import Manifests
import Records
import Store
import Support
import Testing
import YAML

@Suite(.timeLimit(.minutes(3))) struct ImageSupplyTests {
    private let job = Digest(of: "job")
    private let name = JobVersionName(ObjectName(name: "train"), version: 3)

    @Test func manyAskersShareOneBuild() async throws {
        let bench = try Workbench()
        let images = bench.images()
        bench.builder.hold()
        async let digests = withThrowingTaskGroup(of: Digest.self) { group in
            for _ in 1...20 {
                group.addTask {
                    try await images.image(ofJob: job, named: name)
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        try await eventually("the build has begun") { bench.builder.builds["train"] == 1 }
        bench.builder.release()
        let built = try await digests
        #expect(built.count == 1)
        #expect(built.allSatisfy(bench.layout.contains))
        #expect(bench.builder.builds == ["train": 1])
        #expect(try await bench.events(.imageBuilt).count == 1)
        let recorded = try await bench.store.read { [job] in try $0.image(ofJob: job) }
        #expect(recorded == built.first)
    }

    @Test func anErrorReachesEverybodyAndIsNotKept() async throws {
        let bench = try Workbench()
        let images = bench.images()
        bench.builder.hold()
        bench.builder.fail(with: Diagnostic("SLW5001", "pip failed"))
        async let failures = withTaskGroup(of: DiagnosticCode?.self) { group in
            for _ in 1...10 {
                group.addTask {
                    do {
                        _ = try await images.image(
                            ofJob: job, named: name)
                        return nil
                    } catch { return (error as? Diagnostic)?.code }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try await eventually("the build has begun") { !bench.builder.builds.isEmpty }
        bench.builder.release()
        #expect(await failures == Array(repeating: "SLW5001", count: 10))
        #expect(try await bench.events(.imageBuilt).isEmpty)
        bench.builder.fail(with: nil)
        _ = try await images.image(ofJob: job, named: name)
    }

    @Test func whatIsThereIsNotBuiltAgain() async throws {
        let bench = try Workbench()
        let first = try await bench.images().image(
            ofJob: job, named: name)
        let images = bench.images()
        #expect(
            try await images.image(ofJob: job, named: name) == first)
        #expect(try await bench.images(requests: [:], builds: false).image(ofJob: job, named: name) == first)
        #expect(bench.builder.builds == ["train": 1])
    }

    @Test func whatIsRecordedButGoneIsBuiltAgain() async throws {
        let bench = try Workbench()
        let first = try await bench.images().image(
            ofJob: job, named: name)
        try bench.folder.remove("images")
        try bench.layout.initialise()
        #expect(
            try await bench.images().image(ofJob: job, named: name)
                == first)
        #expect(bench.builder.builds == ["train": 2])
    }

    @Test func aJobVersionIsBuiltAgainOnTheBaseThatIsRecorded() async throws {
        let bench = try Workbench()
        let base = BuiltBase(reference: "python:3.11", digest: Digest(of: "index"), manifest: Digest(of: "manifest"))
        bench.builder.begin(with: base)
        _ = try await bench.images().image(ofJob: job, named: name)
        let event = try await bench.events(.imageBuilt).first
        #expect(event?.document["base"] == base.json)
        try bench.folder.remove("images")
        try bench.layout.initialise()
        _ = try await bench.images().image(ofJob: job, named: name)
        #expect(bench.builder.asked == [nil, base.digest])
    }

    @Test func eachJobHasItsOwnImage() async throws {
        let bench = try Workbench()
        let other = Digest(of: "other")
        let images = bench.images(requests: [job: Workbench.request("train"), other: Workbench.request("eval")])
        async let first = images.image(ofJob: job, named: name)
        async let second = images.image(ofJob: other, named: JobVersionName(ObjectName(name: "eval"), version: 1))
        #expect(try await first != second)
        #expect(bench.builder.builds == ["train": 1, "eval": 1])
    }

    @Test func whatCannotBeBuiltIsSaid() async throws {
        let bench = try Workbench()
        let unknown = await #expect(throws: Diagnostic.self) {
            try await bench.images(requests: [:]).image(
                ofJob: job, named: JobVersionName(ObjectName(name: "train"), version: 1))
        }
        #expect(unknown?.code == "SLW7003")
        #expect(unknown?.message.contains("train@v1") == true)
        let idle = await #expect(throws: Diagnostic.self) {
            try await bench.images(builds: false).image(
                ofJob: job, named: JobVersionName(ObjectName(name: "train"), version: 1))
        }
        #expect(idle?.code == "SLW7004")
    }
}
