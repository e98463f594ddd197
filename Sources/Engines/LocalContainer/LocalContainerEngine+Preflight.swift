import Foundation
import Images
import Manifests

extension LocalContainerEngine {
    public func preflight(_ target: EngineTarget?) async -> [PreflightFinding] {
        let all = clients(target)
        guard !all.isEmpty else {
            return [
                PreflightFinding(
                    .bad, "docker or podman", "there is none on the agent's PATH that the queue permits",
                    remedy: "install one of the two")
            ]
        }
        var findings: [PreflightFinding] = []
        for client in all {
            do {
                let facts = try await facts(client, anew: true)
                findings.append(
                    PreflightFinding(
                        .good, client.name,
                        "\(client.program) answers: version \(facts.version)\(facts.isRootless ? ", rootless" : "")"))
                return findings + found(facts, client, target)
            } catch {
                // Where the other answers, that one is used.
                let isLast = client.tool == all.last?.tool
                findings.append(
                    PreflightFinding(
                        isLast ? .bad : .doubtful, client.name, "it cannot be asked: \(error.why)",
                        remedy: client.tool == .docker
                            ? "start the daemon, and see to it that the agent's user may speak with it"
                            : "run `podman info` as the agent's user"))
            }
        }
        return findings
    }

    private func found(
        _ facts: ContainerFacts, _ client: ContainerClient, _ target: EngineTarget?
    ) -> [PreflightFinding] {
        var findings: [PreflightFinding] = []
        let kinds = [
            ("memory", facts.limitsMemory), ("cpu", facts.limitsCPU), ("pids", facts.limitsProcesses),
        ]
        let missing = kinds.filter { !$0.1 }.map(\.0)
        findings.append(
            missing.isEmpty
                ? PreflightFinding(.good, "limits", "memory, processors and processes can be limited")
                : PreflightFinding(
                    .doubtful, "limits", "there is no control group for \(missing.joined(separator: ", "))",
                    remedy: facts.isRootless
                        ? "have systemd delegate them to the user (`Delegate=cpu cpuset io memory pids`)"
                        : "give the kernel control groups for them"))
        if facts.mapsUsers {
            findings.append(
                PreflightFinding(
                    .doubtful, "users", "the daemon gives containers users of their own, who cannot write outputs",
                    remedy: "permit `hostNamespace` and set `userns: host` in the queue, or use another daemon"))
        }
        if client.tool == .docker, let host = environment["DOCKER_HOST"], !host.hasPrefix("unix:") {
            findings.append(
                PreflightFinding(
                    .doubtful, "DOCKER_HOST", "\(host) is perhaps another machine, which has no attempts' folders",
                    remedy: "use a daemon of the agent's own machine"))
        }
        let gpus = target?.document["gpus"]
        let devices = ["/dev/nvidiactl", "/dev/nvidia0"]
        if let gpus, gpus != .int(0), gpus != .string("0"),
            !devices.contains(where: { access($0, F_OK) == 0 })
        {
            findings.append(
                PreflightFinding(
                    .doubtful, "GPUs", "the queue wants them, and there is no NVIDIA device on this machine",
                    remedy: "install the driver and the NVIDIA container toolkit"))
        }
        return findings
    }
}
