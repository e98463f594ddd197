import Foundation
import Support
import Testing

/// What plans look like to programs is what the published schemas say, by a validator that is not ours.
@Suite(.timeLimit(.minutes(5))) struct PlanSchemaTests {
    /// Reads a schema and documents, and prints what is wrong with each.
    private static let validator = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        for path in sys.argv[2:]:
            for error in Draft202012Validator(schema).iter_errors(json.load(open(path))):
                print(path, error.json_path, error.message)
        """

    /// Where Python's `jsonschema` is not there, it is installed for this test alone.
    private func wrong(_ schema: String, _ documents: [String], in sandbox: Sandbox) async throws -> String {
        let packages = "\(sandbox.path)/packages"
        let isThere = try await sandbox.python("import jsonschema").status == 0
        if !isThere, !FileManager.default.fileExists(atPath: packages) {
            let installed = try await sandbox.run(
                "/usr/bin/env", ["python3", "-m", "pip", "install", "--quiet", "--target", packages, "jsonschema>=4"])
            try #require(installed.status == 0, "\(installed)")
        }
        let outcome = try await sandbox.run(
            "/usr/bin/env",
            ["PYTHONPATH=\(packages)", "python3", "-c", Self.validator, "\(BuiltProgram.checkout)/schemas/\(schema)"]
                + documents)
        try #require(outcome.status == 0, "\(outcome)")
        return outcome.output
    }

    @Test func realPlansAreAsTheSchemasSay() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox, fields: "resources: {gpu: 1, memory: 1Gi}\nenv: {A_TOKEN: x}")
        try job.want("one", gated: true, variant: 1)
        try job.want("two", variant: 2)
        try await sandbox.commit("Two runs")
        var plans: [String] = []
        var saved: [String] = []
        func keep(_ name: String, _ arguments: [String], in list: inout [String]) async throws {
            let outcome = try await sandbox.reconcile(["plan"] + arguments)
            try sandbox.write("../\(name)", outcome.output)
            list.append("\(sandbox.path)/\(name)")
        }
        try await keep("first", ["-o", "json"], in: &plans)
        try await keep("saved-first", ["--out", "-"], in: &saved)
        #expect(try await sandbox.reconcile("apply", "--wait", "submitted").status == 0)
        try sandbox.edit("manifests/setup.yaml", "A_TOKEN: x", "A_TOKEN: y")
        try sandbox.remove("manifests/two.yaml")
        try job.want("three", variant: 3)
        try await keep("under-way", ["-o", "json"], in: &plans)
        try await keep("saved-under-way", ["--out", "-"], in: &saved)
        try await keep("against", ["-o", "json", "--against-ref", "HEAD"], in: &plans)
        for file in ["setup", "one", "three"] { try sandbox.remove("manifests/\(file).yaml") }
        try await keep("refused", ["-o", "json"], in: &plans)
        #expect(try await wrong("plan.schema.json", plans, in: sandbox) == "")
        #expect(try await wrong("saved-plan.schema.json", saved, in: sandbox) == "")

        // And the schemas do say something.
        try sandbox.write("../not", "{\"formatVersion\": \"1\", \"actions\": [{\"op\": \"explode\"}]}")
        #expect(try await wrong("plan.schema.json", ["\(sandbox.path)/not"], in: sandbox).contains("explode"))
        #expect(try await wrong("saved-plan.schema.json", plans, in: sandbox).contains("tool"))
        try job.open("one")
    }
}
