import Testing
import YAML

@testable import Manifests

@Suite("Where a pool keeps images")
struct ImageLocationTests {
    private func pool(_ location: String) -> LoadedManifests {
        Sample.load(
            Sample.all.replacing("{queues: [local]}", with: "{queues: [local], registry: {location: \"\(location)\"}}"))
    }

    @Test(arguments: ["layout", "r.io/x", "localhost/a", "127.0.0.1:5000/team/models", "[::1]:5000/a"])
    func isTakenAsItIsWritten(_ text: String) throws {
        let loaded = pool(text)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.summary))")
        let location = try #require(loaded.desired.pools.first?.value.spec.images)
        #expect(location.description == text && ImageLocation(text) == location)
    }

    @Test(arguments: [
        "layuot", "r.io", "r.io/", "team/models", "https://r.io/x", "r.io/x:v1", "r.io/X", "r.io/../x", "r.io:0/x",
        "r.io/\(String(repeating: "a", count: 200))", "-r.io/x", "r.io/x@sha256:\(ImageReferenceTests.hex)",
    ]) func isRefusedAtItsLine(_ text: String) {
        let faults = pool(text).diagnostics
        #expect(faults.map(\.code) == ["SLW2118"], "\(faults)")
        #expect(faults.first?.location?.description == "m/a.yaml:23:46")
        #expect(faults.first?.remedy != nil)
    }

    @Test func aPasswordIsNotRepeated() {
        let faults = pool("ada:s3same@r.io/x").diagnostics
        #expect(faults.map(\.code) == ["SLW2117"])
        #expect(!"\(faults)".contains("s3same"))
    }

    @Test func eachJobHasARepositoryAndEachVersionATag() throws {
        let location = try #require(ImageLocation("r.io:5000/team/models"))
        #expect(
            location.reference(to: ObjectName(name: "train"), version: 3)?.description
                == "r.io:5000/team/models/train:v3")
        #expect(
            location.reference(to: ObjectName(namespace: "vision", name: "train"), version: 12)?.description
                == "r.io:5000/team/models/vision/train:v12")
        #expect(ImageLocation.layout.reference(to: ObjectName(name: "train"), version: 1) == nil)
        // The longest names still make one.
        let long = String(repeating: "n", count: 63)
        let path = String(repeating: "p", count: 127)
        let far = try #require(ImageLocation("r.io/\(path)"))
        #expect(far.reference(to: ObjectName(namespace: long, name: long), version: 1)?.repository.utf8.count == 255)
    }
}
