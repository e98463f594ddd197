public import Manifests
public import YAML

/// What policies say of a change: that what is protected was changed by those who may. Every denial is reported.
///
/// A change is known by files: whoever changes a file that holds a protected object, in a commit of the range and so
/// that in the end the object differs, has changed that object. Pure.
public func denials(of change: BranchChange, to desired: DesiredState, by rules: [PolicyRule]) -> [Diagnostic] {
    let protections = rules.compactMap { rule -> (PolicyRule, ProtectRule)? in
        if case .protection(let protect) = rule.demand { (rule, protect) } else { nil }
    }
    guard !protections.isEmpty else { return [] }
    let objects = ObjectChange.all(from: change, to: desired)
    return protections.flatMap { rule, protect in
        ChangeRule(rule: rule, protect: protect, baseName: change.baseName).denials(objects, change.paths)
    }
}

/// One rule about who may.
private struct ChangeRule {
    let rule: PolicyRule
    let protect: ProtectRule
    let baseName: String

    func denials(_ objects: [ObjectChange], _ paths: [String: [BranchChange.Step]]) -> [Diagnostic] {
        let rules = IgnoreRules(protect.paths.joined(separator: "\n"))
        let files = paths.filter { rules.isIgnored($0.key, isDirectory: false) }
        return objects.filter(covers).compactMap { denial("\($0.key)", $0.steps, at: $0.place) }
            + files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .compactMap { denial("`\($0.key)`", $0.value, at: SourceLocation(path: $0.key)) }
    }

    private func covers(_ object: ObjectChange) -> Bool {
        protect.kinds.contains(object.key.kind)
            || protect.namespaces.contains { $0.matches(object.key.name.namespace) }
            || protect.queues.contains { pattern in
                object.queues.contains { pattern.matches("\($0)") || pattern.matches("\($0.namespace)/\($0.name)") }
            }
    }

    private func denial(_ subject: String, _ steps: [BranchChange.Step], at place: SourceLocation) -> Diagnostic? {
        guard !steps.isEmpty else { return .changedByNobody(subject, since: baseName, by: rule, at: place) }
        let allowed = protect.authors.map { Wildcard($0.source.lowercased()) ?? $0 }
        let others = steps.filter { step in
            step.commit == nil || !allowed.contains { $0.matches(step.author.lowercased()) }
        }
        if others.isEmpty { return nil }
        let committed = others.filter { $0.commit != nil }
        guard !committed.isEmpty else { return .changedUncommitted(subject, by: rule, at: place) }
        return .changedByOthers(subject, committed, allowed: protect.authors, by: rule, at: place)
    }
}

/// An object that is not what it was.
private struct ObjectChange {
    var key: ObjectKey
    /// Where it is written, or was.
    var place: SourceLocation
    /// The queues that it is, uses or serves, before or after.
    var queues: Set<ObjectName>
    var steps: [BranchChange.Step]

    static func all(from change: BranchChange, to desired: DesiredState) -> [ObjectChange] {
        let base = change.base
        var found = changes(.job, base.jobs, desired.jobs, change, source: \.sourceFolder)
        found += changes(.queue, base.queues, desired.queues, change, queues: { name, _ in [name] })
        found += changes(.agentPool, base.pools, desired.pools, change, queues: { $1.queues })
        found += changes(.run, base.runs, desired.runs, change, queues: { [$1.queue] })
        found += changes(.policy, base.policies, desired.policies, change)
        return found.sorted { $0.key < $1.key }
    }

    private static func changes<Spec: ManifestSpec & Hashable>(
        _ kind: Kind, _ before: [ObjectName: Manifest<Spec>], _ after: [ObjectName: Manifest<Spec>],
        _ change: BranchChange, source: (Spec) -> String? = { _ in nil },
        queues: (ObjectName, Spec) -> [ObjectName] = { _, _ in [] }
    ) -> [ObjectChange] {
        Set(before.keys).union(after.keys).compactMap { name in
            let both = [before[name], after[name]].compactMap { $0 }
            // What a job computes is in its source as much as in its manifest.
            let sources = Set(both.compactMap { source($0.spec) })
            let code = change.paths.filter { path, _ in
                sources.contains { $0.isEmpty || path == $0 || path.hasPrefix($0 + "/") }
            }
            let isSame = isSame(before[name], after[name])
            guard !isSame || !code.isEmpty, let object = both.last else { return nil }
            let files = isSame ? [] : Set(both.flatMap(\.origin.files))
            let touched = code.merging(change.paths.filter { files.contains($0.key) }) { known, _ in known }
            // An object, or a part of it, may also come and go with a rule of what is ignored; then any step may have
            // done it.
            let came = both.count < 2 ? [object.origin.file] : files.subtracting(commonFiles(both))
            let isExplained = !touched.isEmpty && (isSame || came.allSatisfy { change.paths[$0] != nil })
            let steps = isExplained ? touched.sorted { $0.key < $1.key }.flatMap(\.value) : change.steps
            return ObjectChange(
                key: ObjectKey(kind, name), place: object.namePlace,
                queues: Set(both.flatMap { queues(name, $0.spec) }), steps: steps.unique)
        }
    }

    /// The files that have a say in an object before and after.
    private static func commonFiles<Spec>(_ manifests: [Manifest<Spec>]) -> Set<String> {
        manifests.dropFirst().reduce(manifests.first?.origin.files ?? []) { $0.intersection($1.origin.files) }
    }

    private static func isSame<Spec: ManifestSpec & Hashable>(
        _ before: Manifest<Spec>?, _ after: Manifest<Spec>?
    ) -> Bool {
        guard let before, let after else { return false }
        return before.metadata.labels == after.metadata.labels
            && before.metadata.annotations == after.metadata.annotations
            && (before.spec == after.spec || before.spec.canonical == after.spec.canonical)
    }
}

extension JobSpec {
    /// Relative to the repository's root; `nil` where the code is elsewhere.
    fileprivate var sourceFolder: String? {
        if case .path(let path) = source { path.repositoryPath } else { nil }
    }
}

extension [BranchChange.Step] {
    fileprivate var unique: [BranchChange.Step] {
        var seen: Set<BranchChange.Step> = []
        return filter { seen.insert($0).inserted }
    }
}
