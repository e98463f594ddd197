import Support
import Testing

@testable import Manifests

/// How the runs of a matrix are named.
@Suite struct MatrixNameTests {
    @Test(arguments: [
        ("{lr: 0.01, depth: 4}", "sweep-lr-0-01-depth-4"), ("{depth: 4, lr: 0.01}", "sweep-depth-4-lr-0-01"),
        ("{x: -1}", "sweep-x--1"), ("{x: -0.5}", "sweep-x--0-5"), ("{x: -0.0}", "sweep-x-0"), ("{x: 1.0}", "sweep-x-1"),
        ("{x: 1e-5}", "sweep-x-1e-05"), ("{x: 1e30}", "sweep-x-1e30"), ("{x: true}", "sweep-x-true"),
        ("{x: null}", "sweep-x-null"), ("{model: resnet-50}", "sweep-model-resnet-50"),
        ("{batch_size: 32}", "sweep-batch-size-32"), ("{learningRate: 1}", "sweep-learningrate-1"),
        ("{data: 2024-01-31}", "sweep-data-2024-01-31"),
    ])
    func readable(_ set: String, _ name: String) throws {
        #expect(try MatrixSample(matrix: "[\(set)]").runs.map(\.name) == [name])
    }

    /// What reads like another value, or not whole, is told from it by a digest.
    @Test(arguments: [
        ("{x: '0.1'}", "sweep-x-0-1"), ("{x: 0-1}", "sweep-x-0-1"), ("{x: '1'}", "sweep-x-1"), ("{x: 1e5x}", nil),
        ("{x: 'true'}", "sweep-x-true"), ("{x: AdamW}", "sweep-x-adamw"), ("{x: a.b}", "sweep-x-a-b"),
        ("{x: ''}", "sweep-x"), ("{x: '🚀'}", "sweep-x"), ("{x: é}", "sweep-x"),
        ("{x: ../../etc/passwd}", "sweep-x-etc-passwd"),
        ("{x: $(rm -rf /)}", "sweep-x-rm-rf"), ("{x: -a}", "sweep-x-a"), ("{x: a-}", "sweep-x-a"),
        ("{x: a--b}", "sweep-x-a-b"),
        ("{x: [64, 64]}", "sweep-x-64-64"), ("{x: {d: 1, w: 2}}", "sweep-x-d-1-w-2"), ("{'é': 1}", "sweep-1"),
        ("{x: \"a\\0b\\nc\"}", "sweep-x-a-b-c"),
        ("{x: abcdefghijklmnopqrstuvwxyz}", "sweep-x-abcdefghijklmnopqrstuvwx"),
    ])
    func marked(_ set: String, _ start: String?) throws {
        let name = try #require(try MatrixSample(matrix: "[\(set)]").runs.first?.name)
        #expect(Syntax.isName(name[...]))
        guard let start else { return #expect(name == "sweep-x-1e5x") }
        let digest = name.dropFirst(start.count + 1)
        #expect(name.hasPrefix(start + "-") && digest.count == 8 && digest.allSatisfy(\.isHexDigit), "\(name)")
    }

    /// Any two values have names of their own, and a value has the same name whatever stands beside it.
    @Test func distinctAndStable() throws {
        let values = [
            "0.1", "'0.1'", "0-1", "1", "-1", "'-1'", "1.5", "1-5", "'1'", "true", "'true'", "True!", "null", "''",
            "~x",
            "AdamW", "adamw", "a.b", "a_b", "a-b", "a--b", "[1]", "['1']", "{a: 1}", "{a: '1'}", "1e10", "1e-10",
            "1e-7", "\"1e-07\"", "1e400x", String(repeating: "y", count: 200), String(repeating: "y", count: 201),
        ]
        let all = try MatrixSample(matrix: "{x: [\(values.joined(separator: ", "))]}").runs.map(\.name)
        #expect(all.count == values.count && Set(all).count == values.count, "\(all)")
        #expect(all.allSatisfy { Syntax.isName($0[...]) })
        for (value, name) in zip(values, all) {
            #expect(try MatrixSample(matrix: "{x: [\(value)]}").runs.map(\.name) == [name], "\(value)")
            #expect(try MatrixSample(matrix: "[{x: \(value)}, {z: 1}]").runs.first?.name == name, "\(value)")
        }
    }

    /// Where one value ends and the next parameter begins is told by a digest where it cannot be read.
    @Test func boundaries() throws {
        let names = try MatrixSample(matrix: "[{a: x, b: z}, {a: x-b-z}, {a_b: 1}, {a-b: 1}]").runs.map(\.name)
        #expect(Set(names).count == 4 && names.allSatisfy { Syntax.isName($0[...]) }, "\(names)")
    }

    /// What `include` adds to a combination is no part of its name, so that to change it is to change that run.
    @Test func additions() throws {
        func names(_ include: String) throws -> [String] {
            try MatrixSample(matrix: "{lr: [1, 2], include: [\(include)]}").runs.map(\.name)
        }
        #expect(try names("") == ["sweep-lr-1", "sweep-lr-2"])
        #expect(try names("{lr: 2, epochs: 9}") == ["sweep-lr-1", "sweep-lr-2"])
        #expect(
            try names("{lr: 3, epochs: 9}, {epochs: 7, lr: 4}").suffix(2) == [
                "sweep-lr-3-epochs-9", "sweep-lr-4-epochs-7",
            ])
    }

    @Test func neverTooLong() throws {
        let run = String(repeating: "r", count: 63)
        let wide = "{\((1...9).map { "parameter\($0): [1, 2]" }.joined(separator: ", "))}"
        for sample in [
            MatrixSample(name: run, matrix: "{lr: [0.1, 0.2]}"), MatrixSample(matrix: wide),
            MatrixSample(name: String(repeating: "r", count: 53) + "-s", matrix: "{lr: [0.1, 0.2]}"),
        ] {
            let names = try sample.runs.map(\.name)
            #expect(names.count >= 2 && Set(names).count == names.count)
            #expect(names.allSatisfy { Syntax.isName($0[...]) && !$0.contains("--") }, "\(names)")
        }
    }
}
