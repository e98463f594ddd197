import Foundation
import Support

/// A repository with a first job, in which several people commit.
extension Sandbox {
    /// The first job, committed by Ada on `main`.
    static func withJob() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write(
            "manifests/job.yaml",
            SampleManifests.stream([SampleManifests.job(), SampleManifests.queue(), SampleManifests.pool()]))
        try sandbox.write("jobs/train/train.py", "print('trained')\n")
        try sandbox.writeRun("one")
        try await sandbox.commit("The first job")
        return sandbox
    }

    /// Writes a run into a file of its own.
    func writeRun(_ name: String, lr: String? = nil, more: String = "") throws {
        try write("manifests/\(name).yaml", SampleManifests.run(name, lr: lr, more: more))
    }

    func writePolicy(_ rules: String..., file: String = "manifests/policy.yaml") throws {
        let spec = rules.flatMap { $0.split(separator: "\n") }.map { "  \($0)\n" }.joined()
        try write(file, "apiVersion: slipway/v1\nkind: Policy\nmetadata: {name: house}\nspec:\n\(spec)")
    }

    /// Commits all that is there, as somebody.
    func commit(as person: String, _ arguments: String...) async throws {
        try await git("add", "--all")
        let outcome = try await run(
            "/usr/bin/git", ["commit", "--quiet", "--message", "A change by \(person)"] + arguments,
            Self.identity(person))
        guard outcome.status == 0 else { throw Refused(outcome: outcome) }
    }

    func git(as person: String, _ arguments: String...) async throws {
        let outcome = try await run("/usr/bin/git", arguments, Self.identity(person))
        guard outcome.status == 0 else { throw Refused(outcome: outcome) }
    }

    static func identity(_ person: String) -> [String: String] {
        let address = "\(person)@example.com"
        return [
            "GIT_AUTHOR_NAME": person, "GIT_AUTHOR_EMAIL": address, "GIT_COMMITTER_NAME": person,
            "GIT_COMMITTER_EMAIL": address,
        ]
    }

    struct Refused: Error {
        let outcome: Outcome
    }
}

extension Outcome {
    /// The codes of all that was reported, in order.
    var codes: [String] {
        errors.split(separator: "\n").compactMap { line in
            line.hasSuffix("]") && (line.contains(": error: ") || line.hasPrefix("error: "))
                ? String(line.suffix(8).dropLast()) : nil
        }
    }
}
