import Manifests
import Planning
import Records
import Support
import Testing
import YAML

@Suite struct RefusalTests {
    private typealias Sample = SampleManifests

    private func codes(_ plan: Plan) -> [DiagnosticCode] { plan.refusals.map(\.code) }

    @Test(arguments: ["train@v2", "train@v999"]) func pinnedToAVersionThatIsNotThere(_ reference: String) throws {
        let run = Sample.run("first", job: reference)
        for world in [World(), try World(Sample.run("other"))] {
            let refused = try world.plan(World.base + [run, Sample.run("other")])
            #expect(codes(refused) == ["SLW3001"])
            let refusal = try #require(refused.refusals.first)
            #expect(refusal.location?.line?.contains(reference) == true && refusal.message.contains("it only has v1"))
        }
    }

    @Test func pinnedToTheVersionThatThisPlanMakes() throws {
        #expect(try World().plan(World.base + [Sample.run("first", job: "train@v1")]).refusals.isEmpty)
    }

    @Test func parametersThatThePinnedVersionDoesNotHave() throws {
        var world = try World(Sample.run("other"))
        let wider = Sample.job(command: "[python3, fit.py]").replacingOccurrence(
            of: "  parameters:\n", with: "  parameters:\n    depth: {type: integer, default: 3}\n")
        let rest = Array(World.base.dropFirst()) + [Sample.run("other")]
        try world.apply([wider] + rest)
        let valid = Sample.run("first", more: "parameters: {depth: 4}")
        #expect(try world.plan([wider] + rest + [valid]).refusals.isEmpty)
        let pinned = Sample.run("first", job: "train@v1", more: "parameters: {depth: 4}")
        let refused = try world.plan([wider] + rest + [pinned])
        #expect(codes(refused) == ["SLW3002"])
        #expect(refused.refusals.first?.message.contains("there is no parameter depth") == true)
    }

    @Test func noManifestsAtAll() throws {
        let world = try World(Sample.run("first"))
        #expect(codes(try world.plan([])) == ["SLW3004"])
        #expect(codes(try world.plan([], policy: PlanPolicy(allowsMassDeletion: true))) == ["SLW3004"])
        let allowed = try world.plan([], policy: PlanPolicy(allowsEmpty: true))
        #expect(allowed.refusals.isEmpty && allowed.count(.delete) == 4)
        #expect(try World().plan([]).refusals.isEmpty)
    }

    @Test func moreThanHalf() throws {
        let runs = (1...3).map { Sample.run("run-\($0)", lr: "0.\($0)") }
        var world = World()
        try world.apply(World.base + runs)
        // Six are recorded; three may go, four may not.
        #expect(try world.plan(World.base).refusals.isEmpty)
        let fewer = [Sample.queue(), Sample.pool()]
        #expect(codes(try world.plan(fewer)) == ["SLW3005"])
        #expect(codes(try world.plan(fewer, policy: PlanPolicy(allowsEmpty: true))) == ["SLW3005"])
        #expect(try world.plan(fewer, policy: PlanPolicy(allowsMassDeletion: true)).refusals.isEmpty)
    }

    @Test func whatIsProtectedDoesNotCountAsDeleted() throws {
        let protection = "annotations: {slipway/prune: \"false\"}"
        let runs = (1...3).map { Sample.run("run-\($0)", lr: "0.\($0)", metadata: protection) }
        var world = World()
        try world.apply(World.base + runs)
        let plan = try world.plan([Sample.queue(), Sample.pool()])
        #expect(plan.refusals.isEmpty && plan.count(.delete) == 1 && plan.count(.unchanged) == 5)
    }

    @Test func aRefusedPlanSaysSoInJSON() throws {
        let plan = try World(Sample.run("first")).plan([])
        let refusals = plan.json["refusals"]?.array
        #expect(refusals?.compactMap { $0["code"]?.string } == ["SLW3004"])
    }
}

extension String {
    func replacingOccurrence(of old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return String(self[..<range.lowerBound]) + new + self[range.upperBound...]
    }
}
