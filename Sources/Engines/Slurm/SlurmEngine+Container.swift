import Foundation
import Images
import Manifests
import YAML

extension SlurmEngine {
    /// Whether commands could be put into containers on this machine. The nodes are what counts, but they look for
    /// `ch-run` on the same PATH and mostly run the same system.
    func lookAtContainers(_ target: EngineTarget?) async -> [PreflightFinding] {
        guard SlurmContainer.isWanted(target) else { return [] }
        do {
            _ = try SlurmContainer(target)
        } catch {
            let fault = error as? Diagnostic
            return [PreflightFinding(.bad, "containers", fault?.message ?? "\(error)", remedy: fault?.remedy)]
        }
        return [await runtime(), await userNamespaces()].compactMap { $0 }
    }

    private func runtime() async -> PreflightFinding {
        guard let path = program("ch-run") else {
            return PreflightFinding(
                .doubtful, "ch-run", "it is not on the agent's PATH, on which the nodes look for it too",
                remedy: "install Charliecloud here and on the nodes, or put its folder on the agent's PATH")
        }
        // It says nothing at all without a user.
        let answer = await tried(path, ["--version"], ["USER": "slipway"])
        guard let answer, answer.status == 0 else {
            return PreflightFinding(
                .doubtful, "ch-run", "\(path) does not say its version: \(Self.words(answer))",
                remedy: "run it by hand as the agent's user")
        }
        let version =
            (String(decoding: answer.output, as: UTF8.self) + answer.complaint)
            .split(whereSeparator: \.isWhitespace).first ?? "?"
        return PreflightFinding(.good, "ch-run", "\(path) is there: Charliecloud \(version.prefix(40))")
    }

    /// By making one: whether it may is a matter of several settings, which differ from system to system.
    private func userNamespaces() async -> PreflightFinding? {
        guard let unshare = program("unshare"), let nothing = program("true") else { return nil }
        let answer = await tried(unshare, ["--user", "--map-root-user", "--mount", "--", nothing], [:])
        if let answer, answer.status == 0 {
            return PreflightFinding(.good, "user namespaces", "the agent's user may make them")
        }
        return PreflightFinding(
            .doubtful, "user namespaces", "none can be made on this machine: \(Self.words(answer))",
            remedy: "see to it that the nodes permit them (user.max_user_namespaces, "
                + "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)")
    }

    private func program(_ name: String) -> String? {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// What a program said in a few seconds; `nil` where it cannot be started.
    private func tried(_ program: String, _ arguments: [String], _ more: [String: String]) async -> ToolProcess.Answer?
    {
        let process = ToolProcess(
            executable: program, arguments: arguments,
            environment: ["LC_ALL": "C", "PATH": "/usr/bin:/bin"].merging(more) { $1 },
            workingFolder: "/", deadline: .seconds(10))
        return try? await process.answer(most: 4096)
    }

    private static func words(_ answer: ToolProcess.Answer?) -> String {
        guard let answer else { return "it cannot be started" }
        if answer.timedOut { return "it did not answer" }
        let words = answer.complaint.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) }
        return words ?? "it ended with status \(answer.status)"
    }
}
