import Agents
import Support
import Testing
import YAML

@Suite struct SecretsTests {
    @Test(arguments: [
        ("hf-token", "SLIPWAY_SECRET_HF_TOKEN"), ("a.b-c", "SLIPWAY_SECRET_A_B_C"), ("plain", "SLIPWAY_SECRET_PLAIN"),
        ("x1", "SLIPWAY_SECRET_X1"),
    ])
    func aVariableHoldsIt(_ name: String, _ variable: String) throws {
        let secrets = EnvironmentSecrets(environment: [variable: "value\n", "SLIPWAY_SECRET_OTHER": "other"])
        #expect(try secrets.value(of: name) == "value\n", "a variable is taken as it is")
    }

    @Test func aFileHoldsIt() throws {
        let workspace = try TestWorkspace("secrets")
        try workspace.write("token", "value\n")
        try workspace.write("bare", "value")
        try workspace.write("lines", "one\ntwo\n\n")
        try workspace.write("empty", "")
        let secrets = EnvironmentSecrets(environment: ["SLIPWAY_SECRETS_DIR": workspace.path])
        #expect(try secrets.value(of: "token") == "value")
        #expect(try secrets.value(of: "bare") == "value")
        #expect(try secrets.value(of: "lines") == "one\ntwo\n")
        #expect(try secrets.value(of: "empty") == "")
    }

    @Test func aVariableComesBeforeAFile() throws {
        let workspace = try TestWorkspace("secrets")
        try workspace.write("token", "from the file")
        let secrets = EnvironmentSecrets(environment: [
            "SLIPWAY_SECRETS_DIR": workspace.path, "SLIPWAY_SECRET_TOKEN": "from the variable",
        ])
        #expect(try secrets.value(of: "token") == "from the variable")
    }

    /// Nothing but a plain file name of that one folder is ever read.
    @Test(arguments: ["missing", "../outside", "folder/inner", ".hidden", "..", ".", "", "folder"])
    func whatIsNoSecretIsMissed(_ name: String) throws {
        let workspace = try TestWorkspace("secrets")
        try workspace.write("outside", "s3cret")
        try workspace.write("in/folder/inner", "s3cret")
        try workspace.write("in/.hidden", "s3cret")
        let secrets = EnvironmentSecrets(environment: [
            "SLIPWAY_SECRETS_DIR": "\(workspace.path)/in", "OTHER": "s3cret",
        ])
        let error = #expect(throws: Diagnostic.self) { try secrets.value(of: name) }
        #expect(error?.code == "SLW7001")
        #expect(error.map { "\($0)".contains("s3cret") } == false)
        #expect(error?.remedy?.contains("SLIPWAY_SECRET") == true)
    }
}
