import Foundation
import Manifests
import Testing

/// The schemas in `schemas/` are what the fields declare today. `SLIPWAY_UPDATE_GOLDEN=1` writes them anew.
@Suite struct PublishedSchemaTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("schemas")

    static let published: [(file: String, schema: JSONValue)] =
        [
            ("manifests.schema.json", ManifestSchemas.jsonSchema),
            ("defaults.schema.json", ManifestSchemas.defaultsSchema),
        ]
        + Kind.allCases.map { ("\($0.rawValue.lowercased()).schema.json", ManifestSchemas.jsonSchema(of: $0)) }

    @Test(arguments: published)
    func isWhatTheFieldsDeclare(_ file: String, _ schema: JSONValue) throws {
        let url = Self.folder.appendingPathComponent(file)
        let text = schema.pretty + "\n"
        if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] != nil {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == text)
    }
}
