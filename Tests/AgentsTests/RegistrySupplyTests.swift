import Agents
import Foundation
import Images
import Manifests
import Records
import Store
import Support
import Testing
import YAML

/// Images of pools that keep them in a registry.
@Suite(.timeLimit(.minutes(3))) struct RegistrySupplyTests {
    private let job = Digest(of: "job")
    private let name = JobVersionName(ObjectName(name: "train"), version: 3)
    private let place = ImageLocation.registry(host: "r.example.com", path: "team")
    private static let down = Diagnostic("SLW5082", "the registry cannot be reached")

    private func obtain(_ supply: ImageSupply) async throws -> Digest {
        try await supply.image(ofJob: job, named: name, keptIn: place)
    }

    private func forgetLayout(_ bench: Workbench) throws {
        try FileManager.default.removeItem(atPath: bench.layout.path)
        try bench.layout.initialise()
    }

    @Test func aBuiltImageIsPushedAndRecordedWithItsPlace() async throws {
        let bench = try Workbench()
        let image = try await obtain(bench.images())
        #expect(bench.registry.images(in: "r.example.com/team/train") == [image])
        #expect(bench.registry.asked == ["push r.example.com/team/train:v3"])
        let event = try #require(try await bench.events(.imageBuilt).first)
        let reference = "r.example.com/team/train:v3@\(image)"
        #expect(event.document["registry"]?.string == reference)
        let record = try await bench.store.read { [job] in try $0.imageRecord(ofJob: job) }
        #expect(record?.registry?.description == reference)
        #expect(try await bench.events(.imagePushed).isEmpty)
    }

    @Test func anotherMachinePullsByDigest() async throws {
        let bench = try Workbench()
        let image = try await obtain(bench.images())
        try forgetLayout(bench)
        // Without a builder, as a pool that only pulls.
        #expect(try await obtain(bench.images(requests: [:], builds: false)) == image)
        #expect(bench.builder.builds == ["train": 1])
        #expect(bench.registry.asked.suffix(2) == ["has", "pull r.example.com/team/train:v3"])
        // A pool that keeps images in the layout takes it from there as well.
        try forgetLayout(bench)
        #expect(try await bench.images(builds: false).image(ofJob: job, named: name) == image)
    }

    @Test func whatTheRegistryLostIsPushedAgain() async throws {
        let bench = try Workbench()
        let image = try await obtain(bench.images())
        bench.registry.forgetAll()
        #expect(try await obtain(bench.images()) == image)
        #expect(bench.registry.images(in: "r.example.com/team/train") == [image])
        #expect(bench.builder.builds == ["train": 1])
        #expect(
            try await bench.events(.imagePushed).map(\.cause) == ["r.example.com/team/train did not have it any more"])
        // Nor here: it is built again.
        bench.registry.forgetAll()
        try forgetLayout(bench)
        #expect(try await obtain(bench.images()) == image)
        #expect(bench.builder.builds == ["train": 2])
        #expect(bench.registry.images(in: "r.example.com/team/train") == [image])
    }

    @Test func whatIsNowhereIsSaidByAPoolThatDoesNotBuild() async throws {
        let bench = try Workbench()
        _ = try await obtain(bench.images())
        bench.registry.forgetAll()
        try forgetLayout(bench)
        let fault = await #expect(throws: Diagnostic.self) { try await obtain(bench.images(builds: false)) }
        #expect(fault?.code == "SLW7030" && fault?.message.contains("r.example.com/team/train") == true)
    }

    @Test func anImageOfThisMachineMovesToTheRegistryWithoutABuild() async throws {
        let bench = try Workbench()
        let image = try await bench.images().image(ofJob: job, named: name)
        #expect(bench.registry.asked.isEmpty)
        #expect(try await obtain(bench.images()) == image)
        #expect(bench.builder.builds == ["train": 1])
        #expect(try await bench.events(.imagePushed).map(\.cause) == ["the pool keeps its images there"])
        let record = try await bench.store.read { [job] in try $0.imageRecord(ofJob: job) }
        #expect(record?.registry?.name == "r.example.com/team/train")
        #expect(record?.details["source"] != nil, "what else is known of it stays")
    }

    @Test func aRegistryThatIsDownStopsWhatNeedsItAndNothingElse() async throws {
        let bench = try Workbench()
        bench.registry.fail(with: Self.down)
        let fault = await #expect(throws: Diagnostic.self) { try await obtain(bench.images()) }
        #expect(fault?.code == "SLW5082")
        // What was built stays built and recorded; it only has to get there.
        let record = try await bench.store.read { [job] in try $0.imageRecord(ofJob: job) }
        #expect(record != nil && record?.registry == nil)
        await #expect(throws: Diagnostic.self) { try await obtain(bench.images()) }
        bench.registry.fail(with: nil)
        let image = try await obtain(bench.images())
        #expect(bench.builder.builds == ["train": 1])

        // It is here and was there: nothing of the registry is needed.
        bench.registry.fail(with: Self.down)
        #expect(try await obtain(bench.images()) == image)
        // A login that is refused is somebody's to mend, and is not kept quiet.
        bench.registry.fail(with: Diagnostic("SLW5083", "the registry refuses the login"))
        await #expect(throws: Diagnostic.self) { try await obtain(bench.images()) }
        // Not here any more: it has to come from there.
        bench.registry.fail(with: Self.down)
        try forgetLayout(bench)
        await #expect(throws: Diagnostic.self) { try await obtain(bench.images()) }
        #expect(bench.builder.builds == ["train": 1])
    }

    @Test func theRegistryIsAskedOnceInALife() async throws {
        let bench = try Workbench()
        let images = bench.images()
        for _ in 1...3 { _ = try await obtain(images) }
        #expect(bench.registry.asked.count == 1)
    }

    /// By the rules that there are for builds: the reason is said, and the run is tried again as its policy allows.
    @Test func anAttemptThatCannotPushEndsWithTheReason() async throws {
        let bench = try Workbench()
        bench.registry.fail(with: Self.down)
        let runs = try await bench.want(1)
        try await bench.work([bench.agent(images: bench.images(), imagesIn: place)], until: "the run has ended") {
            try await bench.run(runs[0]).phase.isTerminal
        }
        let run = try await bench.run(runs[0])
        #expect(run.phase == .failed && run.message.contains("the registry cannot be reached"), "\(run)")
        #expect(bench.submissions.isEmpty)
    }
}
