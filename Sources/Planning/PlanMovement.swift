import Manifests
import Records

/// What is no longer as it was when a plan was saved.
public enum PlanMovement: Sendable, Hashable {
    case commit(from: String, to: String?)
    /// Whether the working tree differs from the commit.
    case tree(isDirty: Bool)
    /// What the manifests want, or the sources of their jobs, at the same commit.
    case input
    /// The record: listed only where it changes what would be done.
    case state(from: Int64, to: Int64)
    /// What would be done with one object, as a clause.
    case object(String, String)
}

extension PlanMovement: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .commit(let from, let to):
            "the commit: planned at \(from.prefix(12)), checked out is \(to.map { String($0.prefix(12)) } ?? "none")"
        case .tree(let isDirty):
            isDirty
                ? "the working tree: it has changes that are not committed"
                : "the working tree: it had changes, and has none now"
        case .input: "the manifests or the files of a job: they are not what was planned with"
        case .state(let from, let to): "the state: it was at event \(from), and is at event \(to)"
        case .object(let name, let what): "\(name): \(what)"
        }
    }
}

extension SavedPlan {
    /// What moved between this plan and one that was made just now, in order of importance; empty where applying
    /// either does the same. That the record went on matters only where it changes what would be done.
    ///
    /// - Parameter plan: the plan of which `now` was made; it knows why nothing is to be done any more.
    public func movements(to now: SavedPlan, of plan: Plan) -> [PlanMovement] {
        var found: [PlanMovement] = []
        if revision.commit != now.revision.commit {
            found.append(.commit(from: revision.commit ?? "none", to: now.revision.commit))
        } else if revision.isDirty != now.revision.isDirty {
            found.append(.tree(isDirty: now.revision.isDirty))
        } else if input != now.input {
            found.append(.input)
        }
        let objects = objectMovements(to: now, of: plan)
        if !objects.isEmpty, state != now.state {
            found.append(.state(from: state?.sequence ?? 0, to: now.state?.sequence ?? 0))
        }
        return found + objects
    }

    private func objectMovements(to now: SavedPlan, of plan: Plan) -> [PlanMovement] {
        let before = Dictionary(steps.map { ($0.key, $0) }) { first, _ in first }
        let after = Dictionary(now.steps.map { ($0.key, $0) }) { first, _ in first }
        let unchanged = Dictionary(
            plan.actions.filter { $0.operation == .unchanged }.map { ($0.key, $0.message) }
        ) { first, _ in first }
        var found: [PlanMovement] = []
        for key in Set(before.keys).union(after.keys).sorted() {
            let name = "\(key.kind.rawValue)/\(key.name.namespace)/\(key.name.name)"
            switch (before[key], after[key]) {
            case (let old?, let new?):
                if !old.does(new) { found.append(.object(name, old.difference(to: new))) }
            case (let old?, nil):
                let state = unchanged[key].map { $0.isEmpty ? "it is as planned already" : "it is \($0)" }
                found.append(.object(name, "planned \(old.operation.rawValue), now nothing: \(state ?? "it is gone")"))
            case (nil, let new?):
                found.append(.object(name, "planned nothing, now \(new.operation.rawValue): \(new.message)"))
            case (nil, nil): break
            }
        }
        // The same steps in another order, or one of them twice.
        if found.isEmpty, steps.count != now.steps.count || !zip(steps, now.steps).allSatisfy({ $0.does($1) }) {
            found.append(.object("The actions", "their order or number is another"))
        }
        return found
    }
}

extension SavedPlan.Step {
    /// Why two steps for one object are not the same.
    fileprivate func difference(to new: SavedPlan.Step) -> String {
        if operation != new.operation {
            return "planned \(operation.rawValue), now \(new.operation.rawValue): \(new.message)"
        }
        let old = Dictionary(fields.map { ($0["path"]?.string ?? "", $0) }) { first, _ in first }
        let now = Dictionary(new.fields.map { ($0["path"]?.string ?? "", $0) }) { first, _ in first }
        // The numbers of masked values are each plan's own, and say nothing about the other's.
        func isMasked(_ field: JSONValue?) -> Bool { field?["after"]?.string.map(MaskedValues.isMask) ?? false }
        let paths = Set(old.keys).union(now.keys)
            .filter { old[$0] != now[$0] && !(isMasked(old[$0]) && isMasked(now[$0])) }.sorted()
        if let path = paths.first {
            let before = old[path]?["after"]?.brief ?? "no change"
            let after = now[path]?["after"]?.brief ?? "no change"
            return "\(path): planned \(before), now \(after)" + (paths.count > 1 ? ", and \(paths.count - 1) more" : "")
        }
        if reason != new.reason { return "planned because of \(reason.rawValue), now of \(new.reason.rawValue)" }
        return "it would write something else than planned"
    }
}
