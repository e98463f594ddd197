import Testing
import YAML

@testable import Manifests

@Suite("Canonical forms and schemas")
struct CanonicalTests {
    private func job(_ spec: String, path: String = "m/a.yaml") throws -> JobSpec {
        let text = "apiVersion: slipway/v1\nkind: Job\nmetadata: {name: a}\nspec: " + spec
        let loaded = Sample.load(text, path: path)
        return try #require(loaded.desired.jobs.values.first, "\(loaded.diagnostics.map(\.summary))").spec
    }

    /// Two ways of writing the same spec.
    @Test(arguments: [
        ("{source: {path: x}, command: [a]}", "{command: [\"a\"], source: {path: ./x/}}"),
        ("{source: {path: x}, command: [a]}", "{source: {path: x}, command: [a], args: [], env: {}, outputs: []}"),
        (
            "{source: {path: x}, command: [a]}",
            "{source: {path: x}, command: [a], "
                + "retry: {limit: 0, on: [error, interruption], backoff: {initial: 5000ms}}}"
        ),
        (
            "{source: {path: x}, command: [a], timeout: 90m, resources: {cpu: 0.5, memory: 1024Mi}}",
            "{source: {path: x}, command: [a], timeout: 1h30m, resources: {memory: 1Gi, cpu: 500m, gpu: 0}}"
        ),
        (
            "{source: {path: x}, command: [a], parameters: {n: {type: number, default: 1, maximum: 2}}}",
            "{source: {path: x}, command: [a], "
                + "parameters: {n: {maximum: 2.0, type: number, default: 1.0, description: d}}}"
        ),
        ("{source: {path: x}, command: [a]}", "{source: {path: x}, command: [a], timeout: null, build: {}}"),
    ])
    func sameMeaningSameBytes(_ first: String, _ second: String) throws {
        let (first, second) = (try job(first), try job(second))
        #expect(first.canonical.canonicalText == second.canonical.canonicalText)
    }

    @Test("A manifest that moves with its relative path names the same source")
    func moved() throws {
        let first = try job("{source: {path: ../jobs/x}, command: [a]}", path: "m/a.yaml")
        let second = try job("{source: {path: ../../jobs/x}, command: [a]}", path: "m/deep/a.yaml")
        #expect(first.canonical == second.canonical)
        guard case .path(let path) = first.source else { return #expect(Bool(false)) }
        #expect(path.repositoryPath == "jobs/x" && path.written == "../jobs/x")
    }

    @Test func goldenForms() throws {
        let loaded = Sample.load(Sample.all)
        let texts = [
            loaded.desired.jobs.values.first?.spec.canonical, loaded.desired.queues.values.first?.spec.canonical,
            loaded.desired.pools.values.first?.spec.canonical, loaded.desired.runs.values.first?.spec.canonical,
        ].map { $0?.canonicalText }
        #expect(
            texts == [
                #"{"args":["--lr","${parameters.lr}"],"#
                    + #""build":{"baseImage":"scratch","platforms":[],"systemPackages":[]},"#
                    + #""command":["python3","train.py"],"env":{},"outputs":[],"#
                    + #""parameters":{"data":{"type":"string"},"#
                    + #""lr":{"default":0.01,"exclusiveMinimum":0,"maximum":1,"type":"number"}},"resources":{"gpu":0},"#
                    + #""retry":{"backoff":{"factor":2,"initial":"5s","maximum":"5m"},"#
                    + #""limit":0,"on":["error","interruption"]},"#
                    + #""source":{"path":"m/src"}}"#,
                #"{"config":{},"ordering":"fifo","resource":"local-process","suspend":false,"#
                    + #""variables":{"cores":{"default":1,"maximum":8,"minimum":1,"type":"integer"}}}"#,
                #"{"builder":{"type":"oci"},"leaseDuration":"30s","maxRuns":1,"placement":"local","#
                    + #""queues":["default/local"],"#
                    + #""registry":{"location":"layout"},"replicas":1}"#,
                #"{"job":"default/train","parameters":{"data":"x","lr":0.05},"priority":"medium","#
                    + #""queue":"default/local","#
                    + #""repeat":1,"variables":{}}"#,
            ])
    }

    @Test("Canonical JSON, read as a manifest, has the same canonical JSON")
    func stable() throws {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let spec = try job(randomJob(&generator))
            let text = String(decoding: JSONText(spec.canonical, style: .yaml).bytes, as: UTF8.self)
            #expect(try job(text, path: "a.yaml").canonical.canonicalText == spec.canonical.canonicalText)
            guard case .object(var definition) = spec.canonical else { continue }
            for key in ["source", "resources", "retry", "timeout", "outputs"] { definition[key] = nil }
            let read = try #require(JobSpec(definition: .object(definition)), "\(definition)")
            #expect(
                read.command == spec.command && read.env == spec.env)
            #expect(read.parameters.mapValues(\.canonical) == spec.parameters.mapValues(\.canonical))
        }
    }

    @Test(arguments: [JSONValue.null, [], ["command": "x"], ["nonsense": 1], ["command": [1]]])
    func notADefinition(_ value: JSONValue) { #expect(JobSpec(definition: value) == nil) }

    private func randomJob(_ generator: inout SplitMix64) -> String {
        func pick(_ values: [String]) -> String { values[Int.random(in: values.indices, using: &generator)] }
        let object = JSONText(.object(["v": .random(&generator, depth: 2)]), style: .yaml).bytes
        let value = String(decoding: object, as: UTF8.self)
        let byDefault = value.contains("\\u0000") ? "" : ", default: \(value)"
        var fields = [
            "source: {path: \(pick(["x", "../x", "./x/y"]))}",
            "command: [\(pick(["a", "\"${parameters.p}\"", "'$${x}'", "\"\\u2028\\t é\""]))]",
            "parameters: {p: {type: object, description: \(pick(["x", "y"]))\(byDefault)}}",
        ]
        if Bool.random(using: &generator) { fields.append("timeout: \(pick(["1s", "61m", "1h1ms"]))") }
        if Bool.random(using: &generator) { fields.append("env: {A: {secret: s}, B: \(pick(["x", "''", "'1'"]))}") }
        if Bool.random(using: &generator) { fields.append("resources: {memory: \(pick(["1k", "3Mi", "1025"]))}") }
        if Bool.random(using: &generator) {
            fields.append("retry: {limit: 3, backoff: {factor: \(pick(["1.5", "2.0"]))}}")
        }
        return "{" + fields.shuffled(using: &generator).joined(separator: ", ") + "}"
    }

    @Test("The JSON Schema of each kind lists the fields that decoding knows", arguments: Kind.allCases)
    func schemas(_ kind: Kind) throws {
        let schema = ManifestSchemas.jsonSchema(of: kind)
        let spec = try #require(schema.object?["properties"]?.object?["spec"]?.object)
        #expect(spec["additionalProperties"] == false && spec["type"] == "object")
        let properties = try #require(spec["properties"]?.object)
        #expect(properties.values.allSatisfy { $0.object?["description"] != nil })
        let loaded = Sample.load(Sample.all)
        let canonical: [Kind: JSONValue?] = [
            .job: loaded.desired.jobs.values.first?.spec.canonical,
            .queue: loaded.desired.queues.values.first?.spec.canonical,
            .agentPool: loaded.desired.pools.values.first?.spec.canonical,
            .run: loaded.desired.runs.values.first?.spec.canonical,
            .policy: PolicySpec().canonical,
        ]
        let keys = try #require(canonical[kind]??.object?.keys)
        #expect(keys.allSatisfy { properties[$0] != nil })
    }

    @Test func schemaDefaultsAreTheSpecsOwn() throws {
        let pool = ManifestSchemas.jsonSchema(of: .agentPool).object?["properties"]?.object?["spec"]?.object
        let properties = try #require(pool?["properties"]?.object)
        #expect(properties["replicas"]?.object?["default"] == 1)
        #expect(properties["leaseDuration"]?.object?["default"] == "30s")
        #expect(properties["placement"]?.object?["enum"] == ["local", "remote", "kubernetes", nil])
        #expect(pool?["required"] == ["queues"])
    }
}
