import Manifests
import Records

extension Planner {
    /// Resolves all runs, each after those that it waits for, and returns them in that order.
    mutating func specifyInOrder(
        _ runs: [ObjectName: Manifest<RunSpec>]
    ) -> [(key: ObjectName, value: Manifest<RunSpec>)] {
        var ordered: [(key: ObjectName, value: Manifest<RunSpec>)] = []
        /// What each identity waits for: what the first run of it does.
        var dependencies: [Digest: [RunDependency]] = [:]
        for (name, depth) in RunGraph(runs).inOrder {
            guard let run = runs[name] else { continue }
            ordered.append((name, run))
            depths[name] = depth
            guard var specification = specify(run) else { continue }
            let identity = specification.identity
            // Runs that compute the same share one execution. Were it to wait for what each of them waits for, it could
            // end up waiting for itself: a waits for b, which waits for c, which computes what a does. The first of
            // them in this order waits for nothing that comes after it, so by its word that cannot be.
            specification.dependencies = dependencies[identity] ?? specification.dependencies
            dependencies[identity] = specification.dependencies
            specifications[name] = specification
            identities[name] = identity
            wanted.insert(identity)
        }
        return ordered
    }

    /// What a run waits for and reads, by what those runs compute now; `nil` where one of them could not be resolved.
    func resolvedUpstreams(
        of run: Manifest<RunSpec>
    ) -> (dependencies: [RunDependency], inputs: [RunInput])? {
        var dependencies: [RunDependency] = []
        for (name, condition) in run.spec.upstreams {
            guard let identity = identities[name] else { return nil }
            dependencies.append(RunDependency(run: name, identity: identity, condition: condition))
        }
        var inputs: [RunInput] = []
        for input in run.spec.inputs {
            guard let identity = identities[input.from] else { return nil }
            inputs.append(RunInput(run: input.from, identity: identity, path: input.path, target: input.target))
        }
        return (dependencies.sorted(), inputs.sorted())
    }

    /// How the inputs of a computation differ from those of the one before.
    enum InputChange {
        /// The same outputs of the same run, which computes something else now.
        case content(RunInput)
        /// Others are read, or they are put elsewhere.
        case selection
    }

    func changedInput(from before: RunSpecification, to after: RunSpecification) -> InputChange? {
        func selection(_ specification: RunSpecification) -> [[String]] {
            specification.inputs.map { ["\($0.run)", $0.path, $0.target] }
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
        if selection(before) != selection(after) { return .selection }
        let old = Dictionary(before.inputs.map { ($0.target, $0.identity) }) { first, _ in first }
        let changed = after.inputs.filter { old[$0.target] != $0.identity }
        return changed.min { ($0.run, $0.path) < ($1.run, $1.path) }.map { .content($0) }
    }

    /// Why a computation is wanted whose inputs are others than before. Where it is the other run that changed, the
    /// cause is the other run's.
    func explain(
        _ change: InputChange, _ key: ObjectKey, _ changes: [FieldChange], _ cause: Cause
    ) -> (Reason, String, Cause) {
        switch change {
        case .selection: return (.inputsChanged, summary(of: changes), cause)
        case .content(let input):
            let finding = findings[input.run]
            return (
                .inputsChanged,
                "input \(input.path) of \(input.run) changed" + (finding?.message.map { ": \($0)" } ?? ""),
                finding?.cause ?? cause
            )
        }
    }
}
