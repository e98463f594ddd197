import Subprocess
import SystemPackage
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A program that keeps logins (docker-credential-helpers).
struct CredentialProgram: Sendable {
    let environment: [String: String]
    /// How long it may take.
    let patience: Duration

    private struct Said: Sendable {
        var status: TerminationStatus
        var output: String
    }

    private struct Answer: Decodable {
        var Username: String
        var Secret: String
    }

    /// Asks a helper (docker-credential-helpers): the registry on its standard input, JSON on its standard output.
    func ask(_ helper: String, for registry: String) async throws -> RegistryLogin? {
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
