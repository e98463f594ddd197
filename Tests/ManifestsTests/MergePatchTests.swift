import Testing
import YAML

@testable import Manifests

/// JSON merge patch: the test cases of RFC 7396, appendix A, and what it does not say.
@Suite struct MergePatchTests {
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
        (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
        (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
        (#"{"a":"foo"}"#, #"null"#, nil),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
        (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func rfc7396(target: String, patch: String, result: String?) throws {
        #expect(try merge([], target, [patch]) == result)
    }

    @Test(arguments: [
        ([], "{a: {x: 1}, b: 2}", ["{a: {x: null, y: 2}}", "{a: {x: 3}}"], #"{"a":{"x":3,"y":2},"b":2}"#),
        ([], "{a: {x: 1}}", ["{a: 5}", "{a: {y: 2}}"], #"{"a":{"y":2}}"#),
        ([], "{a: {x: 1}}", ["{a: null}", "{a: {y: 2}}"], #"{"a":{"y":2}}"#),
        (["{a: 1, b: 1, c: 1}", "{b: 2, c: 2}"], "{c: 3, d: 4}", [], #"{"a":1,"b":2,"c":3,"d":4}"#),
        (["{a: {x: 1, y: 1}}", "{a: {x: null}}"], "{a: {z: 3}}", [], #"{"a":{"y":1,"z":3}}"#),
        (["{a: 1}"], "{a: null, b: null}", [], #"{"b":null}"#),
        (["{a: 1}"], "{b: 1}", ["{a: null}"], #"{"b":1}"#),
        (["{a: [1, 2]}"], "{a: [3]}", [], #"{"a":[3]}"#),
        (["{a: null, b: {c: null}}"], "{d: {e: null}}", [], #"{"b":{},"d":{"e":null}}"#),
        ([], "{base: &b {x: 1}, a: {<<: *b, y: 2}}", ["{a: {x: 3}}"], #"{"a":{"x":3,"y":2},"base":{"x":1}}"#),
    ])
    func layers(defaults: [String], document: String, patches: [String], result: String) throws {
        #expect(try merge(defaults, document, patches) == result)
    }

    /// Patches one after the other are what they are together.
    @Test(arguments: [
        ["{a: {x: 1}}", "{a: 5}", "{a: {y: 2}}"], ["{a: {b: {c: 1}}}", "{a: {b: null}}", "{a: {b: {d: 1}}}"],
        ["[1]", "{a: null}", "{a: {b: null}}"], ["{a: 1, b: {c: 2}}", "{b: {c: null, d: 1}}", "{b: 1, a: null}"],
    ])
    func together(texts: [String]) throws {
        let nodes = try texts.map { try #require(YAMLFile.parse(SourceFile(path: "m", text: $0)).documents.first) }
        let first = try #require(Layers.merge(defaults: [], nodes[0], patches: [nodes[1]]))
        let then = Layers.merge(defaults: [], Node(composing: first), patches: [nodes[2]])
        let together = Layers.merge(defaults: [], nodes[0], patches: Array(nodes[1...]))
        #expect(try then.map { try json($0) } == together.map { try json($0) })
    }

    @Test func placesAreThoseOfWhoWroteTheValue() throws {
        let merged = try #require(
            Layers.merge(
                defaults: [try node("{spec: {a: 1, d: {x: 1}}}", "d.yaml")],
                try node("spec:\n  b: 2\n  c: {y: 2}\n", "b.yaml"), patches: [try node("spec: {c: {y: 3}}", "p.yaml")]))
        let root = Node(composing: merged)
        let places = [
            ["spec"], ["spec", "a"], ["spec", "b"], ["spec", "c"], ["spec", "c", "y"], ["spec", "d", "x"],
        ]
        #expect(
            places.map { "\(Origin(document: root).location(of: $0))" } == [
                "b.yaml:2:3", "d.yaml:1:12", "b.yaml:2:6", "b.yaml:3:6", "p.yaml:1:15", "d.yaml:1:22",
            ])
        #expect(root["spec"]?.entries.map(\.key.text) == ["b", "c", "a", "d"])
        #expect(root["spec"]?.key("c")?.file == "b.yaml")
    }

    private func merge(_ defaults: [String], _ document: String, _ patches: [String]) throws -> String? {
        try Layers.merge(
            defaults: defaults.map { try node($0) }, try node(document), patches: patches.map { try node($0) }
        ).map { try json($0) }
    }

    private func json(_ composition: Composition) throws -> String {
        try JSONValue(Node(composing: composition)).canonicalText
    }

    private func node(_ text: String, _ path: String = "m.yaml") throws -> Node {
        try #require(YAMLFile.parse(SourceFile(path: path, text: text)).documents.first)
    }
}
