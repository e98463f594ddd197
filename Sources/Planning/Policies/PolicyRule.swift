public import Manifests
public import YAML

/// One rule of a policy, with its place: what a denial names.
public struct PolicyRule: Sendable, Hashable {
    public enum Demand: Sendable, Hashable {
        case signature(CommitRules)
        case protection(ProtectRule)
        case limit(LimitRule)
        case forbiddenBase(Wildcard)
        case labels(LabelRule)
    }

    public var policy: ObjectName
    /// Such as `spec.limits[0]`.
    public var path: String
    public var demand: Demand
    public var place: SourceLocation
    /// Where the policy is read from, if it is not the checkout: “on origin/main”, “as it was applied last”.
    public var standing: String?

    /// The rules of a policy.
    ///
    /// - Parameter place: where a part of the manifest is written; the path ends with an element's index.
    public static func all(
        of spec: PolicySpec, named policy: ObjectName, standing: String? = nil,
        place: (_ field: [String], _ element: Int?) -> SourceLocation
    ) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        func add(_ demand: Demand, _ field: [String], _ element: Int? = nil) {
            let path = (["spec"] + field).joined(separator: ".") + (element.map { "[\($0)]" } ?? "")
            rules.append(
                PolicyRule(
                    policy: policy, path: path, demand: demand, place: place(field, element), standing: standing))
        }
        if spec.commits.requireSigned != nil { add(.signature(spec.commits), ["commits", "requireSigned"]) }
        for (index, rule) in spec.protect.enumerated() { add(.protection(rule), ["protect"], index) }
        for (index, rule) in spec.limits.enumerated() { add(.limit(rule), ["limits"], index) }
        for (index, base) in spec.forbiddenBases.enumerated() {
            add(.forbiddenBase(base), ["images", "forbiddenBase"], index)
        }
        for (index, rule) in spec.labels.enumerated() { add(.labels(rule), ["labels"], index) }
        return rules
    }

    /// The rules of all policies of some manifests, in order of the policies' names.
    public static func all(of desired: DesiredState, standing: String? = nil) -> [PolicyRule] {
        desired.policies.sorted { $0.key < $1.key }.flatMap { name, policy in
            all(of: policy.spec, named: name, standing: standing) { field, element in
                policy.origin.location(of: ["spec"] + field, element)
            }
        }
    }

    /// What holds where a checkout is judged by its own policies and by those that are trusted: all of it, and what
    /// both say once, at its place in the checkout.
    public static func union(_ checkout: [PolicyRule], _ trusted: [PolicyRule]) -> [PolicyRule] {
        let known = Set(checkout.map(\.demand))
        return checkout + trusted.filter { !known.contains($0.demand) }
    }

    /// Whether judging it takes knowing who changed what.
    public var isAboutChange: Bool { if case .protection = demand { true } else { false } }

    /// How a denial names it.
    public var note: Diagnostic.Note {
        Diagnostic.Note("Policy/\(policy) says so in \(path)\(standing.map { ", \($0)" } ?? "")", at: place)
    }
}
