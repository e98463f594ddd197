import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The logins that `docker login`, `podman login` and their like keep. The first file that has one counts:
///
/// 1. `config.json` in the folder that `DOCKER_CONFIG` names, or in `~/.docker`;
/// 2. the file that `REGISTRY_AUTH_FILE` names, or else `containers/auth.json` in `XDG_RUNTIME_DIR`, then in
///    `XDG_CONFIG_HOME` or `~/.config` (containers-auth.json(5)).
///
/// Podman's are for a registry or for a part of one: the longest key that fits counts.
public struct StoredLogins: RegistryCredentialSource {
    private let environment: [String: String]
    private let helper: CredentialProgram

    /// - Parameter patience: how long a helper may take.
    public init(environment: [String: String], patience: Duration = .seconds(30)) {
        self.environment = environment
        helper = CredentialProgram(environment: environment, patience: patience)
    }

    private struct Configuration: Decodable {
        struct Entry: Decodable {
            var auth: String?
            var username: String?
            var password: String?
            var identitytoken: String?
        }

        var auths: [String: Entry]?
        var credHelpers: [String: String]?
        var credsStore: String?
    }

    public func login(for host: String, repository: String) async throws -> RegistryLogin? {
        for path in paths {
            if let login = try await login(for: host, repository, in: path) { return login }
        }
        return nil
    }

    /// In the order in which they are read.
    private var paths: [String] {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = variable("HOME")
        var folders = [variable("DOCKER_CONFIG") ?? home.map { "\($0)/.docker" }].compactMap { $0 }
            .map { "\($0)/config.json" }
        if let file = variable("REGISTRY_AUTH_FILE") { return folders + [file] }
        let configuration = variable("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
        folders += [variable("XDG_RUNTIME_DIR"), configuration].compactMap { $0 }.map { "\($0)/containers/auth.json" }
        return folders
    }

    private func login(
        for host: String, _ repository: String, in path: String
    ) async throws -> RegistryLogin? {
        guard try FileAccess.status(FileAccess.resolvedIfPresent(path)) != nil else { return nil }
        let bytes = try FileAccess.read(path, limit: 4 << 20)
        guard let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(bytes)) else {
            throw Diagnostic.credentialsUnreadable(path)
        }
        // Docker's own registry is filed under the address that it once had.
        let hosts = host == "docker.io" ? [host, "index.docker.io", "https://index.docker.io/v1/"] : [host]
        let names = Self.parts(of: repository).map { "\(host)/\($0)" } + hosts
        for name in names {
            guard let program = configuration.credHelpers?[name] else { continue }
            return try await helper.ask(program, for: name)
        }
        if let program = configuration.credsStore, !program.isEmpty {
            if let login = try await helper.ask(program, for: hosts.last ?? host) { return login }
        }
        let entries = configuration.auths ?? [:]
        let entry =
            names.lazy.compactMap { entries[$0] }.first
            ?? entries.sorted { $0.key < $1.key }.first { hosts.contains(Self.host(of: $0.key)) }?.value
        return try entry.flatMap { try Self.login($0, path) }
    }

    /// A repository and what is above it, the longest first.
    private static func parts(of repository: String) -> [String] {
        let parts = repository.split(separator: "/")
        return (1...max(1, parts.count)).reversed().map { parts.prefix($0).joined(separator: "/") }
    }

    /// Older files have whole URLs for keys. Any other key with a path is for a part of the registry.
    private static func host(of key: String) -> String {
        guard let scheme = key.firstRange(of: "://") else {
            let suffix = ["/v1/", "/v2/", "/v1", "/v2"].first { key.hasSuffix($0) }
            return String(key.dropLast(suffix?.count ?? 0))
        }
        return String(key[scheme.upperBound...].prefix { $0 != "/" })
    }

    private static func login(_ entry: Configuration.Entry, _ path: String) throws -> RegistryLogin? {
        if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
        if let name = entry.username, let password = entry.password { return .password(name: name, password) }
        guard let auth = entry.auth, !auth.isEmpty else { return nil }
        guard let data = Data(base64Encoded: auth), let text = String(data: data, encoding: .utf8),
            let colon = text.firstIndex(of: ":")
        else { throw Diagnostic.credentialsUnreadable(path) }
        let password = text[text.index(after: colon)...].prefix { $0 != "\0" }
        return .password(name: String(text[..<colon]), String(password))
    }
}
