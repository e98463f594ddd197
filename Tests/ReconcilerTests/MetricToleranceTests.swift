import Manifests
import Reconciler
import Testing

/// What counts as the same of metrics.
@Suite struct MetricToleranceTests {
    @Test(arguments: [
        (JSONValue.double(1), JSONValue.double(1), 0.0, true), (.int(1), .double(1), 0, true),
        (.double(0.5), .double(0.5000001), 0, false), (.double(0.5), .double(0.5000001), 1e-6, true),
        (.double(1000), .double(1000.9), 1e-3, true), (.double(1000), .double(1001.1), 1e-3, false),
        (.double(-1), .double(1), 0.5, false), (.double(0), .double(0.4), 0.5, true),
        (.string("a"), .string("a"), 0, true), (.string("a"), .string("b"), 9, false),
        (.string("1"), .int(1), 9, false), (.null, .null, 0, true),
    ])
    func twoValues(_ left: JSONValue, _ right: JSONValue, _ tolerance: Double, isSame: Bool) {
        let found = MetricTolerance(relative: tolerance).compare(["m": left], with: ["m": right])
        #expect(found.map(\.isSame) == [isSame])
        #expect(MetricTolerance(relative: tolerance).compare(["m": right], with: ["m": left]).map(\.isSame) == [isSame])
    }

    @Test func whatOnlyOneHasDiffersAndWhatIsIgnoredIsNotThere() {
        let found = MetricTolerance(relative: 100, ignored: ["seconds"])
            .compare(["a": 1, "b": 1, "seconds": 2], with: ["b": 1, "c": 1, "seconds": 9])
        #expect(found.map(\.name) == ["a", "b", "c"] && found.map(\.isSame) == [false, true, false])
    }
}
