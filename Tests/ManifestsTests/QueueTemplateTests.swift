import Testing

@testable import Manifests

@Suite("Queue templates")
struct QueueTemplateTests {
    private static let variables: [String: JSONValue] = [
        "gpus": 2, "flag": true, "tier": "fast", "list": ["a", 1], "sly": "${run_id} {{gpus}}",
    ]
    private static let macros: [QueueTemplate.Macro: String] = [
        .runID: "abc", .image: "r.io/x@sha256:1", .attempt: "3",
    ]

    private static func rendered(_ document: JSONValue) -> JSONValue {
        QueueTemplate.rendered(
            document, variables: variables, macros: macros, parameters: ["lr": 0.5, "name": "a,b=c"])
    }

    static let texts: [(String, JSONValue)] = [
        // A whole value keeps its type; inside a text it is text.
        ("{{gpus}}", 2), ("{{ gpus }}", 2), ("{{flag}}", true), ("{{list}}", ["a", 1]),
        ("gpu:{{gpus}}", "gpu:2"), ("{{tier}}-{{flag}}", "fast-true"), ("x{{list}}", "x[\"a\",1]"),
        // A macro is text always.
        ("${run_id}", "abc"), ("${attempt}", "3"), ("run-${run_id}-${attempt}", "run-abc-3"),
        ("${parameters.lr}", "0.5"), ("n=${parameters.name}", "n=a,b=c"),
        // What a value contains is not read again.
        ("{{sly}}", "${run_id} {{gpus}}"), ("x{{sly}}", "x${run_id} {{gpus}}"),
        // The marks themselves.
        ("{{{{gpus}}", "{{gpus}}"), ("$${run_id}", "${run_id}"), ("$", "$"), ("{", "{"), ("}}", "}}"), ("", ""),
        ("é{{tier}}é", "éfasté"),
        // What is not known yet stands there as it was written.
        ("${commit}", "${commit}"), ("{{nobody}}", "{{nobody}}"),
    ]

    @Test(arguments: texts) func renders(_ text: String, _ expected: JSONValue) {
        #expect(Self.rendered(.string(text)) == expected)
        #expect(Self.rendered(["a": [.string(text), 1]]) == ["a": [expected, 1]])
    }

    @Test func keysAndOtherValuesStayAsTheyAre() {
        let document: JSONValue = ["{{gpus}}": 1, "b": nil, "c": [true, 2.5]]
        #expect(Self.rendered(document) == document)
    }

    @Test(arguments: [
        ("a{{", QueueTemplate.Malformed.Reason.unclosed("{{"), 1), ("${", .unclosed("${"), 0),
        ("é${run}", .unknownMacro("run"), 1), ("${parameters.}", .unknownMacro("parameters."), 0),
        ("{{a b}}", .badVariable("a b"), 0), ("{{}}", .badVariable(""), 0),
        ("{{.Values.x}}", .badVariable(".Values.x"), 0),
        (String(repeating: "{{a}}", count: 65), .tooManyReferences, 0),
    ])
    func malformed(_ text: String, _ reason: QueueTemplate.Malformed.Reason, _ offset: Int) {
        #expect(throws: QueueTemplate.Malformed(reason: reason, offset: offset)) { try QueueTemplate.pieces(of: text) }
    }

    @Test func knowsWhatARunSays() {
        #expect(QueueTemplate.takesFromRun(["a": ["x", "{{gpus}}"]]))
        #expect(QueueTemplate.takesFromRun("${parameters.lr}"))
        #expect(!QueueTemplate.takesFromRun(["a": "${image}", "b": 1]))
        #expect(
            QueueTemplate.parameters(in: ["a": "${parameters.b} ${parameters.a}", "c": ["${parameters.b}"]]) == [
                "a", "b",
            ])
    }

    /// What is dangerous is the queue's to decide: it has to be permitted, and to stand in the queue itself.
    @Test(arguments: permits)
    func dangers(_ template: JSONValue, _ settings: JSONValue, _ variables: [String: JSONValue], _ refusals: Int) {
        let rules = EngineDocument(
            dangerWords: ["hostPath"],
            dangers: { document in
                var found: [EngineDocument.Danger] = []
                if document["hostPath"] != nil { found.append(.init("hostPath", at: ["hostPath"])) }
                if document["volume"]?["hostPath"] != nil {
                    found.append(.init("hostPath", at: ["volume", "hostPath"]))
                }
                return found
            })
        let rendered = QueueTemplate.rendered(template, variables: variables, macros: [.runID: "r"], parameters: [:])
        #expect(rules.refusals(of: rendered, from: template, settings: settings).count == refusals)
    }

    static let permits: [(JSONValue, JSONValue, [String: JSONValue], Int)] = [
        (["hostPath": "/data"], ["allow": ["hostPath"]], [:], 0),
        (["hostPath": "/data"], [:], [:], 1),
        (["hostPath": "{{path}}"], ["allow": ["hostPath"]], ["path": "/etc"], 1),
        (["volume": "{{any}}"], ["allow": ["hostPath"]], ["any": ["hostPath": "/etc"]], 1),
        (["volume": "{{any}}"], ["allow": ["hostPath"]], ["any": ["size": 1]], 0),
        (["hostPath": "/data/${run_id}"], ["allow": ["hostPath"]], [:], 0),
    ]
}
