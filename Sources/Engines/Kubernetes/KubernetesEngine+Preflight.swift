import Manifests
import Records
import YAML

extension KubernetesEngine {
    public func preflight(_ target: EngineTarget?) async -> [PreflightFinding] {
        let settings = KubernetesSettings(target?.settings)
        let kind = KubernetesKind(target?.document)
        let cluster: KubernetesCluster
        do { cluster = try self.cluster(settings) } catch {
            return [PreflightFinding(.bad, "the cluster", error.message, remedy: error.remedy)]
        }
        let place = "\(cluster.source) leads to \(cluster.address)"
        var findings: [PreflightFinding] = []
        let version: String
        let minor: Int
        do {
            let answer = try await cluster.api.call("GET", "/version")
            version = (answer["gitVersion"]?.string ?? "an unknown version").shortened(40)
            minor = Int((answer["minor"]?.string ?? "").prefix { $0.isNumber }) ?? 0
            findings.append(PreflightFinding(.good, "the cluster", "\(place), which is Kubernetes \(version)"))
        } catch {
            return [
                PreflightFinding(
                    .bad, "the cluster", "\(place), which cannot be asked: \(error)",
                    remedy: "see that it runs, can be reached from here, and that the credentials are still valid")
            ]
        }
        findings += versionFindings(minor, target)
        do {
            let path = try await cluster.path(of: kind)
            findings.append(PreflightFinding(.good, "the kind", "the cluster knows \(kind.apiVersion) \(kind.kind)"))
            let resource = path.split(separator: "/").last.map(String.init) ?? ""
            findings += await accessFindings(cluster, kind, resource)
        } catch {
            findings.append(
                PreflightFinding(
                    .bad, "the kind", error.description,
                    remedy: "install its CustomResourceDefinition, or correct the queue's config"))
        }
        if !kind.isJob, settings.status == nil, kind.builtInStatus == nil {
            let fault = Diagnostic.kubernetesStatusUnknown(kind.kind)
            findings.append(PreflightFinding(.bad, "the status", fault.message, remedy: fault.remedy))
        }
        findings += await quotaFindings(cluster)
        return findings
    }

    /// What an older cluster does not do, and says nothing of.
    private func versionFindings(_ minor: Int, _ target: EngineTarget?) -> [PreflightFinding] {
        guard minor > 0, minor < 21 else { return [] }
        var findings = [
            PreflightFinding(
                .doubtful, "the version", "before 1.21 Jobs that have ended stay until somebody deletes them",
                remedy: "switch the feature gate TTLAfterFinished on, or delete them now and then")
        ]
        if target?.document.at(["spec", "suspend"]) == .bool(true) {
            findings.append(
                PreflightFinding(
                    .bad, "the version", "before 1.21 a Job with `suspend` starts at once",
                    remedy: "leave `suspend` out, or use a newer cluster"))
        }
        return findings
    }

    /// What Slipway does, and what for.
    private func accessFindings(
        _ cluster: KubernetesCluster, _ kind: KubernetesKind, _ resource: String
    ) async -> [PreflightFinding] {
        let group = kind.apiVersion.split(separator: "/").count == 2 ? kind.apiVersion.split(separator: "/")[0] : ""
        let needs: [(group: String, resource: String, part: String, verbs: [String], isNeeded: Bool)] = [
            (String(group), resource, "", ["create", "get", "list", "watch", "patch", "delete"], true),
            ("", "pods", "", ["list", "watch", "delete"], true), ("", "pods", "log", ["get"], true),
            ("", "events", "", ["list", "watch"], false),
        ]
        var (missing, useful): ([String], [String]) = ([], [])
        do {
            for need in needs {
                for verb in need.verbs where try await !may(cluster, verb, need.group, need.resource, need.part) {
                    let name = need.part.isEmpty ? need.resource : "\(need.resource)/\(need.part)"
                    if need.isNeeded { missing.append("\(verb) \(name)") } else { useful.append("\(verb) \(name)") }
                }
            }
        } catch {
            return [PreflightFinding(.doubtful, "the rights", "the cluster does not say what is permitted: \(error)")]
        }
        let place = "in the namespace \(cluster.namespace)"
        if !missing.isEmpty {
            return [
                PreflightFinding(
                    .bad, "the rights", "it is not permitted \(place) to \(missing.joined(separator: ", "))",
                    remedy: "bind the Role of docs/kubernetes.md to this account")
            ]
        }
        if !useful.isEmpty {
            return [
                PreflightFinding(
                    .doubtful, "the rights",
                    "all that is needed is permitted \(place), but not to \(useful.joined(separator: ", ")), so that "
                        + "some reasons stay unknown", remedy: "bind the Role of docs/kubernetes.md to this account")
            ]
        }
        return [PreflightFinding(.good, "the rights", "all that is needed is permitted \(place)")]
    }

    private func may(
        _ cluster: KubernetesCluster, _ verb: String, _ group: String, _ resource: String, _ part: String
    ) async throws(KubernetesFailure) -> Bool {
        let attributes: JSONValue = [
            "namespace": .string(cluster.namespace), "verb": .string(verb), "group": .string(group),
            "resource": .string(resource), "subresource": .string(part),
        ]
        let review: JSONValue = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": attributes],
        ]
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        return try await cluster.api.call("POST", path, [], review).at(["status", "allowed"]) == .bool(true)
    }

    private func quotaFindings(_ cluster: KubernetesCluster) async -> [PreflightFinding] {
        let path = "/api/v1/namespaces/\(cluster.namespace)/resourcequotas"
        // Whoever may not read quotas learns of them when they are exceeded.
        guard let quotas = try? await cluster.api.list(path, []).items else { return [] }
        return quotas.map { quota in
            let name = quota.at(["metadata", "name"])?.string ?? ""
            let hard = quota.at(["status", "hard"])?.object ?? [:]
            let used = quota.at(["status", "used"])?.object ?? [:]
            let parts = hard.sorted { $0.key < $1.key }.map { key, most in
                "\(used[key]?.string ?? "0") of \(most.string ?? "?") \(key)"
            }
            let isFull = hard.contains { used[$0.key] == $0.value }
            return PreflightFinding(
                isFull ? .doubtful : .good, "the quota \(name)", "used: \(parts.joined(separator: ", "))",
                remedy: isFull ? "runs wait until there is room" : nil)
        }
    }

    /// Server-side apply without effect: unlike what creates, it does not pass over fields that it does not know.
    public func dryRun(_ submission: Submission) async -> [String]? {
        let reference = reference(to: submission)
        var submission = submission
        if submission.image == nil {
            // It is not built yet, and no cluster looks for it now.
            let digest = Digest(of: "")
            submission.image = SubmittedImage(
                digest: digest, config: digest, layout: "", reference: "invalid.invalid/not-built-yet")
        }
        do {
            let one = try await openCase(reference)
            let object = try object(for: submission, one)
            _ = try await one.cluster.api.call(
                "PATCH", one.objectPath, [("fieldManager", "slipway"), ("dryRun", "All"), ("force", "true")], object,
                as: .apply)
            return []
        } catch let fault as Diagnostic {
            return [fault.message]
        } catch {
            return ["\(error)"]
        }
    }
}
