import Images
import Manifests
import YAML

extension SlurmEngine {
    public func preflight(_ target: EngineTarget?) async -> [PreflightFinding] {
        let client = client(target)
        var findings: [PreflightFinding] = []
        let missing = ["sbatch", "squeue", "scancel", "scontrol"].filter { client.path(of: $0) == nil }
        guard missing.isEmpty else {
            let place = client.settings.commands.map { "in \($0)" } ?? "on the agent's PATH"
            return [
                PreflightFinding(
                    .bad, "Slurm's commands",
                    "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") "
                        + "not \(place)",
                    remedy: "run the agent on a machine from which jobs are submitted, or set the queue's settings.bin")
            ]
        }
        let configuration: [String: String]
        do {
            configuration = try await client.configuration()
        } catch {
            let why = (error as? SlurmSilence)?.why ?? "\(error)"
            return [
                PreflightFinding(
                    .bad, "Slurm's controller", "it cannot be asked: \(why)",
                    remedy: "see whether `scontrol ping` says UP; the queue's settings.conf may name another slurm.conf"
                )
            ]
        }
        let version = configuration["SLURM_VERSION"] ?? "of an unknown version"
        findings.append(
            PreflightFinding(
                .good, "Slurm's controller", "cluster \(configuration["ClusterName"] ?? "?") answers, Slurm \(version)")
        )
        let hasAccounting = (configuration["AccountingStorageType"] ?? "").hasSuffix("/slurmdbd")
        findings.append(accounting(hasAccounting, client, configuration))
        findings += await lookAtContainers(target)
        for (option, value) in (target?.document.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let text = value.string, !QueueTemplate.takesFromRun(value) else { continue }
            switch option {
            case "partition":
                for name in text.split(separator: ",") { findings.append(await partition(String(name), client)) }
            case "account" where hasAccounting:
                findings.append(await association("account", text, ["show", "associations"], client))
            case "qos" where hasAccounting:
                findings.append(await association("qos", text, ["show", "qos"], client))
            default: break
            }
        }
        return findings
    }

    private func accounting(
        _ hasAccounting: Bool, _ client: SlurmClient, _ configuration: [String: String]
    ) -> PreflightFinding {
        guard hasAccounting else {
            return PreflightFinding(
                .good, "Slurm's accounting",
                "there is none: how a job ended that left no exit status is known for "
                    + "\(configuration["MinJobAge"] ?? "some time") after its end")
        }
        guard client.path(of: "sacct") != nil else {
            return PreflightFinding(
                .doubtful, "Slurm's accounting", "the cluster has it, but `sacct` is not where its other commands are")
        }
        let keepsComments = (configuration["AccountingStoreFlags"] ?? "").contains("job_comment")
        return PreflightFinding(
            .good, "Slurm's accounting", keepsComments ? "on, with comments" : "on, without comments")
    }

    private func partition(_ name: String, _ client: SlurmClient) async -> PreflightFinding {
        let subject = "the partition \(name)"
        do {
            // `sinfo` says nothing, and no error, of a partition that is not there.
            let answer = try await client.ask("sinfo", ["--noheader", "--partition=\(name)", "--format=%a"])
            guard answer.status == 0 else {
                return PreflightFinding(.doubtful, subject, SlurmClient.complaint(answer, of: "sinfo"))
            }
            let states = Set(String(decoding: answer.output, as: UTF8.self).split(whereSeparator: \.isWhitespace))
            if states.isEmpty {
                return PreflightFinding(
                    .bad, subject, "the cluster has none of that name", remedy: "`sinfo --summarize` lists those it has"
                )
            }
            return states.contains("up")
                ? PreflightFinding(.good, subject, "it is up")
                : PreflightFinding(.doubtful, subject, "it is \(states.sorted().joined(separator: ", "))")
        } catch {
            return PreflightFinding(.doubtful, subject, "it could not be asked for: \(error.why)")
        }
    }

    /// Whether accounting has an account or quality of service.
    private func association(
        _ what: String, _ name: String, _ question: [String], _ client: SlurmClient
    ) async -> PreflightFinding {
        let subject = "the \(what) \(name)"
        do {
            let field = what == "qos" ? "name" : "account"
            let answer = try await client.ask(
                "sacctmgr", ["--noheader", "--parsable2", "--readonly"] + question + ["format=\(field)"])
            guard answer.status == 0 else {
                return PreflightFinding(.doubtful, subject, SlurmClient.complaint(answer, of: "sacctmgr"))
            }
            let names = Set(String(decoding: answer.output, as: UTF8.self).split(whereSeparator: \.isNewline))
            return names.contains(Substring(name.lowercased())) || names.contains(Substring(name))
                ? PreflightFinding(.good, subject, "accounting has it")
                : PreflightFinding(
                    .bad, subject, "accounting has none of that name",
                    remedy: "`sacctmgr show \(what)` lists those it has")
        } catch {
            return PreflightFinding(.doubtful, subject, "it could not be asked for: \(error.why)")
        }
    }

    /// `sbatch --test-only`, which checks partition, limits and resources, and submits nothing.
    public func dryRun(_ submission: Submission) async -> [String]? {
        do {
            let arguments = try SlurmArguments(submission)
            let words =
                arguments.options.filter { $0 != "--no-requeue" } + ["--chdir=/", "--output=/dev/null", "--wrap=:"]
            return try await client(submission.target).test(words).map { [$0] } ?? []
        } catch let diagnostic as Diagnostic {
            return [diagnostic.message]
        } catch {
            return nil
        }
    }
}
