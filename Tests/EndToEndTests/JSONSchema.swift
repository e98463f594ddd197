import Foundation
import Testing

extension Sandbox {
    /// What is wrong with a document by one of the published schemas, as Python's jsonschema says it; empty where
    /// nothing is.
    func violations(of schema: String, in document: String) async throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("schemas").path
        let file = "\(path)/document-\(UUID().uuidString).json"
        try Data(document.utf8).write(to: URL(fileURLWithPath: file))
        let result = try await python(
            """
            import json, sys, jsonschema
            schema, document = (json.load(open(path)) for path in sys.argv[1:])
            jsonschema.Draft202012Validator.check_schema(schema)
            for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
                print("/".join(map(str, error.absolute_path)), error.message[:300])
            """, "\(folder)/\(schema).schema.json", file)
        return result.status == 0 ? result.output : result.errors
    }

    /// Whether Python has what it takes; `scripts/install-dependencies --tests` sees to it.
    static let canValidate: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "from jsonschema import Draft202012Validator"]
        process.standardError = FileHandle.nullDevice
        try? process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}
