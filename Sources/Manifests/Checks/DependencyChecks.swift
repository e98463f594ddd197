import YAML

/// What is wrong between runs: who waits for whom, and who reads what another leaves. That the runs exist has been
/// looked at before.
struct DependencyChecks {
    private let desired: DesiredState
    /// Whose content has mistakes of its own and is not judged.
    private let unsound: Set<ObjectKey>
    private(set) var diagnostics: [Diagnostic] = []
    private var outputs: [ObjectName: DeclaredOutputs] = [:]
    private var suggestions = 0

    private static let suggestionLimit = 200

    init(_ desired: DesiredState, unsound: Set<ObjectKey>) {
        self.desired = desired
        self.unsound = unsound
        let runs = desired.runs.filter { $0.value.spec.waits && !unsound.contains(ObjectKey(.run, $0.key)) }
        for (name, run) in runs.sorted(by: { $0.key < $1.key }) {
            checkDependencies(of: run, name)
            checkInputs(of: run, name)
        }
        for circle in RunGraph(runs).circles where circle.count > 1 { report(circle, of: runs) }
    }

    private mutating func checkDependencies(of run: Manifest<RunSpec>, _ name: ObjectName) {
        func place(_ index: Int) -> SourceLocation { run.origin.location(of: ["spec", "dependsOn"], index, ["run"]) }
        var seen: [ObjectName: Int] = [:]
        for (index, dependency) in run.spec.dependsOn.enumerated() {
            if dependency.run == name { diagnostics.append(.waitsForItself(name, at: place(index))) }
            if let first = seen[dependency.run] {
                diagnostics.append(.dependencyRepeated(dependency.run, at: place(index), first: place(first)))
            } else {
                seen[dependency.run] = index
            }
        }
    }

    private mutating func checkInputs(of run: Manifest<RunSpec>, _ name: ObjectName) {
        func place(_ index: Int, _ fields: String...) -> SourceLocation {
            run.origin.location(of: ["spec", "inputs"], index, fields)
        }
        for (index, input) in run.spec.inputs.enumerated() {
            if input.from == name {
                diagnostics.append(.waitsForItself(name, at: place(index, "from")))
            } else {
                checkDeclared(input, at: place(index, "path"))
            }
        }
        // Sorted, a path stands right behind the folder that holds it or before what only begins alike; both are few.
        let targets = run.spec.inputs.enumerated().map { (path: $0.element.target, index: $0.offset) }
            .sorted { ($0.path + "/", $0.index) < ($1.path + "/", $1.index) }
        var last: (path: String, index: Int)?
        for target in targets {
            if let last, (target.path + "/").hasPrefix(last.path + "/") {
                let (first, second) = last.index < target.index ? (last, target) : (target, last)
                diagnostics.append(
                    .inputsCollide(
                        second.path, first.path, at: place(second.index, "as", "path"),
                        first: place(first.index, "as", "path")))
            } else {
                last = target
            }
        }
    }

    private mutating func checkDeclared(_ input: RunSpec.Input, at place: @autoclosure () -> SourceLocation) {
        guard let upstream = desired.runs[input.from], !unsound.contains(ObjectKey(.run, input.from)) else { return }
        let key = ObjectKey(.job, upstream.spec.job.name)
        guard let job = desired.jobs[key.name], !unsound.contains(key) else { return }
        let declared = outputs[key.name] ?? DeclaredOutputs(job.spec.outputs)
        outputs[key.name] = declared
        guard declared.declaration(of: input.path) == nil else { return }
        suggestions += 1
        let known = declared.paths
        let closest = suggestions <= Self.suggestionLimit ? Suggestion.closest(to: input.path, among: known) : nil
        diagnostics.append(
            .outputNotDeclared(
                input.path, of: input.from, key, suggestion: closest, known: known,
                declared: job.origin.location(of: ["spec", "outputs"]), at: place()))
    }

    private mutating func report(_ circle: [ObjectName], of runs: [ObjectName: Manifest<RunSpec>]) {
        let edges = zip(circle, circle.dropFirst() + circle.prefix(1)).map { from, to in
            (from: from, to: to, place: runs[from].flatMap { $0.place(of: to) })
        }
        diagnostics.append(.circle(edges))
    }
}

extension RunSpec {
    fileprivate var waits: Bool { !dependsOn.isEmpty || !inputs.isEmpty }
}

extension Manifest<RunSpec> {
    /// The elements of a list as they were written. A sound manifest's values are its list's elements, one for one.
    func nodes(of field: String) -> [Node] {
        guard let list = origin.document["spec"]?[field], list.kind == .sequence else { return [] }
        return Array(list.elements)
    }

    /// Where it says that it waits for another run.
    fileprivate func place(of upstream: ObjectName) -> SourceLocation? {
        if let index = spec.dependsOn.firstIndex(where: { $0.run == upstream }) {
            return origin.location(of: ["spec", "dependsOn"], index, ["run"])
        }
        let index = spec.inputs.firstIndex { $0.from == upstream }
        return index.map { origin.location(of: ["spec", "inputs"], $0, ["from"]) }
    }
}
