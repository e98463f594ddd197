import Subprocess
import SystemPackage
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What somebody is let into a registry with.
public enum RegistryLogin: Sendable, Hashable {
    case password(name: String, String)
    /// What a token server gives tokens for.
    case identityToken(String)
}

/// Where the logins of registries are found. They go to the registry, or to the token server that it names, and
/// nowhere else.
public protocol RegistryCredentialSource: Sendable {
    /// - Returns: `nil` for a registry that is used without a login.
    /// - Throws: a `Diagnostic` that never holds a login.
    func login(for host: String) async throws -> RegistryLogin?
}

/// The logins that `docker login` and its like keep: `config.json` in the folder that `DOCKER_CONFIG` names, or in
/// `~/.docker`, with the helpers that it names.
public struct DockerCredentials: RegistryCredentialSource {
    private let environment: [String: String]
    /// How long a helper may take.
    private let patience: Duration

    public init(environment: [String: String], patience: Duration = .seconds(30)) {
        self.environment = environment
        self.patience = patience
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

    public func login(for host: String) async throws -> RegistryLogin? {
        let folder = environment["DOCKER_CONFIG"] ?? environment["HOME"].map { "\($0)/.docker" }
        guard let folder, !folder.isEmpty else { return nil }
        let path = "\(folder)/config.json"
        guard try FileAccess.status(FileAccess.resolvedIfPresent(path)) != nil else { return nil }
        let bytes = try FileAccess.read(path, limit: 4 << 20)
        guard let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(bytes)) else {
            throw Diagnostic.credentialsUnreadable(path)
        }
        // Docker's own registry is filed under the address that it once had.
        let names = host == "docker.io" ? [host, "index.docker.io", "https://index.docker.io/v1/"] : [host]
        for name in names {
            guard let helper = configuration.credHelpers?[name] else { continue }
            return try await ask(helper, for: name)
        }
        if let helper = configuration.credsStore, !helper.isEmpty {
            if let login = try await ask(helper, for: names.last ?? host) { return login }
        }
        let entries = configuration.auths ?? [:]
        let entry =
            names.lazy.compactMap { entries[$0] }.first
            ?? entries.first { names.contains(Self.host(of: $0.key)) }?.value
        return try entry.flatMap { try Self.login($0, path) }
    }

    /// Older files have whole URLs for keys.
    private static func host(of key: String) -> String {
        let rest = key.firstRange(of: "://").map { key[$0.upperBound...] } ?? key[...]
        return String(rest.prefix { $0 != "/" })
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

    private struct Said: Sendable {
        var status: TerminationStatus
        var output: String
    }

    private struct Answer: Decodable {
        var Username: String
        var Secret: String
    }

    /// Asks a helper (docker-credential-helpers): the registry on its standard input, JSON on its standard output.
    private func ask(_ helper: String, for registry: String) async throws -> RegistryLogin? {
        let program = try locate(helper)
        var variables: [Environment.Key: String] = [:]
        // It may need a cloud's variables, but never the secrets of runs.
        for (name, value) in environment where !name.hasPrefix("SLIPWAY_SECRET") {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        let surroundings = variables
        // A pipe that is filled before the helper is there: one that ends without reading would otherwise end this
        // process too (SIGPIPE).
        let question: FileDescriptor
        do {
            let ends = try FileDescriptor.pipe()
            question = ends.readEnd
            try ends.writeEnd.closeAfter { _ = try ends.writeEnd.writeAll("\(registry)\n".utf8) }
        } catch {
            throw Diagnostic.helperFailed(program, "it cannot be asked")
        }
        let outcome: Said?
        do {
            outcome = try await withThrowingTaskGroup(of: Said?.self) { group in
                group.addTask {
                    let result = try await run(
                        .path(FilePath(program)), arguments: ["get"], environment: .custom(surroundings),
                        input: .fileDescriptor(question, closeAfterSpawningProcess: true),
                        output: .string(limit: 1 << 20), error: .discarded)
                    return Said(status: result.terminationStatus, output: result.standardOutput)
                }
                group.addTask { [patience] in
                    try await Task.sleep(for: patience)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch {
            throw Diagnostic.helperFailed(program, "it cannot be run")
        }
        guard let outcome else { throw Diagnostic.helperFailed(program, "it did not answer in time") }
        guard outcome.status.isSuccess else {
            // Its own words for “there is none” are the only way in which helpers say it.
            if outcome.output.contains("credentials not found") { return nil }
            throw Diagnostic.helperFailed(program, "it failed")
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8)) else {
            throw Diagnostic.helperFailed(program, "its answer is not what a helper says")
        }
        return answer.Username == "<token>"
            ? .identityToken(answer.Secret) : .password(name: answer.Username, answer.Secret)
    }

    /// A program by its absolute path: the name comes from a file, and a relative folder on `PATH` does not count.
    private func locate(_ helper: String) throws -> String {
        let name = "docker-credential-\(helper)"
        let isPlain =
            !helper.isEmpty
            && helper.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
        guard isPlain else { throw Diagnostic.helperFailed(Diagnostic.printable(name), "that is no name of a program") }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if try FileAccess.status(FileAccess.resolvedIfPresent(path))?.isExecutable == true { return path }
        }
        throw Diagnostic.helperFailed(name, "it is not on PATH")
    }
}
