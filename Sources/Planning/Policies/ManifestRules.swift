public import Manifests
import Records
public import YAML

/// What policies say of manifests as they are, whoever wrote them: limits, images and labels. Every denial is reported.
///
/// Pure, and in reading order for each rule.
public func denials(of desired: DesiredState, by rules: [PolicyRule]) -> [Diagnostic] {
    rules.flatMap { rule -> [Diagnostic] in
        switch rule.demand {
        case .limit(let limit): ManifestRules(desired: desired, rule: rule).denials(limit)
        case .forbiddenBase(let pattern): ManifestRules(desired: desired, rule: rule).denials(pattern)
        case .labels(let labels): ManifestRules(desired: desired, rule: rule).denials(labels)
        case .signature, .protection: []
        }
    }
}

/// One rule and what it is about.
private struct ManifestRules {
    let desired: DesiredState
    let rule: PolicyRule

    // MARK: Limits

    func denials(_ limit: LimitRule) -> [Diagnostic] {
        let byNamespace = Dictionary(grouping: desired.runs.values) { $0.metadata.namespace }
        return byNamespace.sorted { $0.key < $1.key }.flatMap { namespace, runs -> [Diagnostic] in
            guard limit.namespaces.contains(where: { $0.matches(namespace) }) else { return [] }
            return denials(limit, namespace, runs.sorted { $0.origin.location.isBefore($1.origin.location) })
        }
    }

    private func denials(_ limit: LimitRule, _ namespace: String, _ runs: [Manifest<RunSpec>]) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if let most = limit.runs, runs.count > most {
            found.append(.tooManyRuns(runs.count, most: most, in: namespace, by: rule, at: runs[most].namePlace))
        }
        if let most = limit.gpu {
            let wanted = runs.map { desired.jobs[$0.spec.job.name]?.spec.resources.gpu ?? 0 }
            var sum = 0
            let first = wanted.firstIndex { gpu in
                sum += gpu
                return sum > most
            }
            if let first {
                let total = wanted.reduce(0, +)
                found.append(.tooManyGPUs(total, most: most, in: namespace, by: rule, at: runs[first].namePlace))
            }
        }
        if let highest = limit.priority {
            for run in runs where run.spec.priority.rank < highest.rank {
                let place = run.origin.location(of: ["spec", "priority"])
                found.append(.priorityTooHigh(run.spec.priority, highest: highest, in: namespace, by: rule, at: place))
            }
        }
        return found
    }

    // MARK: Images

    func denials(_ pattern: Wildcard) -> [Diagnostic] {
        desired.jobs.sorted { $0.key < $1.key }.flatMap { name, job -> [Diagnostic] in
            var images = [(job.spec.build.baseImage, ["spec", "build", "baseImage"])]
            // A job that is an image is built from nothing.
            if case .image(let image) = job.spec.source { images = [(image, ["spec", "source", "image"])] }
            return images.compactMap { image, path in
                guard ImageName.forms(of: image).contains(where: pattern.matches) else { return nil }
                return .imageForbidden(image, pattern, of: name, by: rule, at: job.origin.location(of: path))
            }
        }
    }

    // MARK: Labels

    func denials(_ labels: LabelRule) -> [Diagnostic] {
        let objects = labels.kinds.flatMap { kind in
            desired.objects(of: kind).map { (key: ObjectKey(kind, $0.metadata.objectName), object: $0) }
        }
        return objects.sorted { $0.key < $1.key }.flatMap { key, object -> [Diagnostic] in
            guard labels.namespaces.contains(where: { $0.matches(key.name.namespace) }) else { return [] }
            return labels.required.compactMap { label, pattern in
                let place = object.origin.location(of: ["metadata", "labels", label])
                guard let value = object.metadata.labels[label] else {
                    return .labelMissing(label, pattern, on: key, by: rule, at: place)
                }
                guard !pattern.matches(value, whole: true) else { return nil }
                return .labelRefused(label, value, pattern, on: key, by: rule, at: place)
            }
        }
    }
}

extension Manifest {
    /// Where a message about the object as a whole points.
    var namePlace: SourceLocation { origin.location(of: ["metadata", "name"]) }
}

extension DesiredState {
    /// What all kinds have in common.
    fileprivate func objects(of kind: Kind) -> [(metadata: Metadata, origin: Origin)] {
        switch kind {
        case .job: jobs.values.map { ($0.metadata, $0.origin) }
        case .queue: queues.values.map { ($0.metadata, $0.origin) }
        case .agentPool: pools.values.map { ($0.metadata, $0.origin) }
        case .run: runs.values.map { ($0.metadata, $0.origin) }
        case .policy: policies.values.map { ($0.metadata, $0.origin) }
        }
    }
}

extension SourceLocation {
    fileprivate func isBefore(_ other: SourceLocation) -> Bool {
        path == other.path ? span.start < other.span.start : path.utf8.lexicographicallyPrecedes(other.path.utf8)
    }
}
