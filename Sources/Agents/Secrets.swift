import Foundation
import YAML

/// Where an agent finds the values of secrets. A value goes into the environment of the process that needs it and
/// nowhere else.
public protocol SecretSource: Sendable {
    /// - Throws: a `Diagnostic` where there is no such secret; it never holds a value.
    func value(of name: String) throws -> String
}

/// Secrets from the agent's own environment (`SLIPWAY_SECRET_HF_TOKEN` for `hf-token`), or from files in the folder
/// that `SLIPWAY_SECRETS_DIR` names, one secret a file, as container platforms mount them.
public struct EnvironmentSecrets: SecretSource {
    private let environment: [String: String]

    public init(environment: [String: String]) { self.environment = environment }

    public func value(of name: String) throws -> String {
        let variable = "SLIPWAY_SECRET_" + String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
        if let value = environment[variable] { return value }
        if let folder = environment["SLIPWAY_SECRETS_DIR"], !name.contains("/"), !name.hasPrefix("."),
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
        {
            let text = String(decoding: data, as: UTF8.self)
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
        throw Diagnostic.secretMissing(name, variable: variable)
    }
}
