import Manifests
import Records

/// The texts that an attempt leaves for people who want to repeat it by hand. Slipway itself never executes them.
enum RunScript {
    /// A script that does what the attempt did.
    static func text(
        _ run: RunRecord, attempt: Int, inputs: [InputSource] = [], workingDirectory: String,
        environment: [String: String], container image: Digest? = nil
    ) -> String {
        let specification = run.specification
        var lines = [
            "#!/bin/sh",
            "# Attempt \(attempt) of run \(run.name), \(specification.job)@v\(specification.jobVersion), by hand.",
            "# Secrets are not in here: set them before, by the names below.",
        ]
        if let image {
            lines.append("# It ran in a container of the image \(image), which saw this folder's files below /slipway.")
        }
        for source in inputs {
            let digest = source.output?.digest.digest.map { ", \($0)" } ?? ""
            lines.append("# Input \(source.input.target): \(source.input.description)\(digest)")
        }
        for (name, entry) in specification.environment.sorted(by: { $0.key < $1.key }) {
            if case .secret(let secret) = entry {
                lines.append(": \"${\(name):?set it to the secret \(secret)}\"; export \(name)")
            }
        }
        let fixed = environment.filter { entry in
            if case .secret? = specification.environment[entry.key] { return false }
            return true
        }
        for (name, value) in fixed.sorted(by: { $0.key < $1.key }) {
            lines.append("export \(name)=\(quoted(value))")
        }
        lines.append("cd \(quoted(workingDirectory)) || exit")
        lines.append("exec " + specification.arguments.map(quoted).joined(separator: " "))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The environment as `NAME=value` lines; a secret by its name only.
    static func environmentText(_ run: RunRecord, _ environment: [String: String]) -> String {
        environment.keys.sorted().map { name in
            switch run.specification.environment[name] {
            case .secret(let secret)?: "\(name)=<secret \(secret)>"
            default: "\(name)=\(quoted(environment[name] ?? ""))"
            }
        }.joined(separator: "\n") + "\n"
    }

    /// A word as a POSIX shell reads it back unchanged (XCU 2.2.2: single quotes keep everything but themselves).
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "@%+=:,./-_".utf8.contains(byte)
        }
        guard !plain || word.isEmpty else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
