import Manifests
import Records
import Support
import Testing

/// What the store keeps of a run is all of it.
@Suite struct RecordedFormTests {
    @Test(arguments: SeededRandom.seeds(100)) func isReadBackAsItWas(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let specification = random.specification()
        let text = specification.recorded.canonicalText
        let read = try #require(RunSpecification(recorded: try JSONValue(parsing: Array(text.utf8))))
        #expect(read == specification)
        #expect(read.identity == specification.identity)
        #expect(read.recorded.canonicalText == text)
    }

    /// Parameters reach the record in their one form; even one that does not keeps its identity.
    @Test func aWholeDoubleKeepsItsIdentity() throws {
        let specification = RunSpecification.sample.with { $0.parameters["lr"] = .double(2) }
        let bytes = specification.recorded.canonicalBytes
        let read = try #require(RunSpecification(recorded: try JSONValue(parsing: bytes)))
        #expect(read.identity == specification.identity)
    }

    @Test(arguments: [
        "arguments", "environment", "job", "jobName", "jobVersion", "outputs", "parameters", "priority", "queue",
        "repeat",
        "retry", "variables",
    ])
    func aRecordWithoutOneOfItsFieldsIsNotRead(field: String) throws {
        var fields = try #require(RunSpecification.sample.recorded.object)
        #expect(fields.removeValue(forKey: field) != nil)
        #expect(RunSpecification(recorded: .object(fields)) == nil)
        fields[field] = [["no": "such form"]]
        #expect(RunSpecification(recorded: .object(fields)) == nil)
    }

    @Test(arguments: ["dependsOn", "inputs"]) func aDependencyOfAnotherFormIsNotRead(field: String) throws {
        let specification = RunSpecification.sample.with {
            $0.dependencies = [.sample("prepare")]
            $0.inputs = [.sample()]
        }
        var fields = try #require(specification.recorded.object)
        #expect(RunSpecification(recorded: .object(fields)) == specification)
        for value: JSONValue in ["text", ["text"], [["run": "a/b"]]] {
            fields[field] = value
            #expect(RunSpecification(recorded: .object(fields)) == nil)
        }
    }

    @Test(arguments: [
        OutputDigest.file(Digest(of: "a"), size: 7), .folder(Digest(of: "b"), size: 0), .unreadable("it's \"odd\""),
    ])
    func anOutputIsReadBackAsItWas(_ output: OutputDigest) {
        #expect(OutputDigest(recorded: output.recorded) == output)
        for field in output.recorded.object?.keys.sorted() ?? [] {
            var fields = output.recorded.object ?? [:]
            fields[field] = nil
            #expect(OutputDigest(recorded: .object(fields)) == nil)
        }
    }

    @Test(arguments: [JSONValue.null, "text", 1, [], [:], ["job": "sha256:short"]])
    func anythingElseIsNotRead(_ value: JSONValue) { #expect(RunSpecification(recorded: value) == nil) }
}
