import Foundation
import Support
import Testing
import YAML

@testable import Manifests

/// The schemas in `schemas/` and the reference page are what the fields declare today. `SLIPWAY_UPDATE_GOLDEN=1` writes
/// them anew.
@Suite struct PublishedSchemaTests {
    /// By their path in the repository.
    static let published: [(file: String, text: String)] =
        [
            ("docs/reference/manifests.md", ReferencePage.markdown),
            ("schemas/manifests.schema.json", ManifestSchemas.jsonSchema.pretty + "\n"),
            ("schemas/defaults.schema.json", ManifestSchemas.defaultsSchema.pretty + "\n"),
            ("schemas/patch.schema.json", ManifestSchemas.patchSchema.pretty + "\n"),
        ]
        + Kind.allCases.map { kind in
            ("schemas/\(kind.rawValue.lowercased()).schema.json", ManifestSchemas.jsonSchema(of: kind).pretty + "\n")
        }

    @Test(arguments: published)
    func isWhatTheFieldsDeclare(_ file: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(BuiltProgram.checkout)/\(file)")
        if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] != nil {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let isSame = try String(contentsOf: url, encoding: .utf8) == text
        #expect(isSame, "\(file) is not what the fields declare: write it anew with SLIPWAY_UPDATE_GOLDEN=1")
    }

    // MARK: What a reader gets

    /// Every schema below one, with where it stands.
    private func schemas(_ schema: JSONValue, at path: String) -> [(path: String, schema: JSONValue)] {
        var found = [(path: path, schema: schema)]
        for (name, field) in (schema["properties"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            found += schemas(field, at: "\(path).\(name)")
        }
        for inner in ["items", "additionalProperties"] {
            if let schema = schema[inner], schema.object != nil { found += schemas(schema, at: "\(path).*") }
        }
        return found
    }

    /// What is neither told by a default, nor by its words, nor by its fields, has an example. Parameters are JSON
    /// Schema's own.
    @Test(arguments: Kind.allCases.map(\.rawValue) + [DefaultsSpec.kind]) func everyFieldIsTold(_ kind: String) throws {
        let schema = Kind(rawValue: kind).map(ManifestSchemas.jsonSchema) ?? ManifestSchemas.defaultsSchema
        let definitions = try #require(schema["$defs"]?.object)
        let metadata = try #require(definitions["metadata"] ?? definitions["defaultsMetadata"])
        let all = schemas(schema, at: "") + schemas(metadata, at: ".metadata")
        #expect(all.count > 10)
        for (path, field) in all where !path.hasSuffix("*") && path != "" && path != ".metadata" {
            #expect(field["title"]?.string?.isEmpty == false, "\(path)")
            #expect(field["description"]?.string?.isEmpty == false, "\(path)")
            let isTold = ["default", "enum", "const", "properties", "examples"].contains { field[$0] != nil }
            #expect(isTold, "\(path) has no example")
        }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        for (file, text) in Self.published where file.hasSuffix(".json") {
            let schema = try JSONValue(parsing: Array(text.utf8))
            let definitions = try #require(schema["$defs"]?.object)
            let names = text.split(separator: "\"#/$defs/").dropFirst().compactMap { $0.split(separator: "\"").first }
            #expect(!names.isEmpty && names.allSatisfy { definitions[String($0)] != nil }, "\(file)")
        }
    }

    @Test func examplesAreTaken() throws {
        for example in Kind.allCases.map(\.example) + [.defaults] {
            let document = try #require(example.value)
            #expect(SchemaAgreementTests.errors(document).map(\.message) == [])
        }
    }

    @Test(.enabled(if: SchemaChecker.isThere, "check-jsonschema is not installed")) func allAreSchemas() throws {
        let folder = "\(BuiltProgram.checkout)/schemas"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        let (status, output) = try SchemaChecker.run(
            ["--check-metaschema"] + files.sorted().map { "\(folder)/\($0)" }, in: TestWorkspace("schemas"))
        #expect(status == 0 && files.count > Kind.allCases.count, "\(output.prefix(1000))")
    }

    @Test func examplesAreSoundTogether() {
        let text = (Kind.allCases.map(\.example.text) + [Self.others]).joined(separator: "---\n")
        let loaded = Sample.load(text)
        #expect(loaded.diagnostics.map(\.message) == [])
    }

    private static let others = """
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: prepare}
        spec: {job: train-penguins, queue: gpu}

        """
}
