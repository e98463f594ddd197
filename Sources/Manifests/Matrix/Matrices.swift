import YAML

/// The matrices among some documents, and what it means to name one: to wait for a matrix is to wait for all its runs.
struct Matrices {
    /// The runs of each, in their order; none where they are not known.
    private var runs: [ObjectName: [ObjectName]] = [:]
    private var pairs = 0
    /// The matrices that may not wait for another one, and that one: there would be too many pairs.
    private var refused: Set<[ObjectName]> = []

    /// How many dependencies may come of waiting for matrices: two of a thousand runs each would make a million.
    static let pairLimit = 200_000

    init(_ documents: some Collection<DecodedDocument>) {
        var isRepeated = false
        for document in documents {
            guard let membership = document.membership, case .run(let run)? = document.manifest else { continue }
            if membership.isFirst { isRepeated = runs[membership.matrix] != nil }
            guard !isRepeated else { continue }
            runs[membership.matrix, default: []] += membership.isUnknown ? [] : [run.metadata.objectName]
        }
    }

    var isEmpty: Bool { runs.isEmpty }

    /// The runs of a matrix; `nil` where there is no matrix of that name.
    subscript(_ name: ObjectName) -> [ObjectName]? { runs[name] }

    /// Whether a name may be that of a run of a matrix that could not be expanded.
    func mayHave(_ name: ObjectName) -> Bool {
        runs.contains { matrix, members in
            members.isEmpty && matrix.namespace == name.namespace && name.name.hasPrefix(matrix.name + "-")
        }
    }

    /// A document in which each dependency on a matrix is one on each of its runs, at the place where it was written.
    mutating func resolve(_ document: DecodedDocument) -> DecodedDocument {
        guard case .run(let run)? = document.manifest, document.isSound,
            run.spec.dependsOn.contains(where: { runs[$0.run] != nil })
        else { return document }
        var document = document
        var seen: [ObjectName: SourceLocation] = [:]
        var resolved: [(dependency: RunSpec.Dependency, written: Composition)] = []
        for (dependency, node) in zip(run.spec.dependsOn, run.nodes(of: "dependsOn")) {
            guard let members = runs[dependency.run], let name = node["run"] else {
                resolved.append((dependency, .node(node)))
                continue
            }
            if let problem = problem(dependency.run, of: document, first: seen[dependency.run], at: name.location) {
                document.diagnostics.append(problem)
                continue
            }
            seen[dependency.run] = name.location
            guard count(members, of: dependency.run, for: document.membership) else {
                document.diagnostics.append(
                    .tooManyMatrixPairs(dependency.run, most: Self.pairLimit, at: name.location))
                continue
            }
            for member in members {
                var one = dependency
                one.run = member
                resolved.append(
                    (one, node.replacing { $0 == "run" ? .scalar(member.full, at: name) : .node($1) }))
            }
        }
        var spec = run.spec
        spec.dependsOn = resolved.map(\.dependency)
        let origin = run.origin.withDependencies(resolved.map(\.written))
        document.manifest = .run(Manifest(metadata: run.metadata, spec: spec, origin: origin))
        return document
    }

    /// Counts what comes of it if a run, or with the first of a matrix all its runs, waits for those of a matrix; says
    /// whether it may.
    private mutating func count(
        _ members: [ObjectName], of matrix: ObjectName, for membership: DecodedDocument.Membership?
    ) -> Bool {
        let waiting = membership.map { [$0.matrix, matrix] }
        guard membership?.isFirst ?? true else { return waiting.map { !refused.contains($0) } ?? true }
        let all = pairs + members.count * (membership.flatMap { runs[$0.matrix]?.count } ?? 1)
        if all <= Self.pairLimit {
            pairs = all
            return true
        }
        if let waiting { refused.insert(waiting) }
        return false
    }

    private func problem(
        _ matrix: ObjectName, of document: DecodedDocument, first: SourceLocation?, at place: SourceLocation
    ) -> Diagnostic? {
        if document.membership?.matrix == matrix { return .waitsForItself(matrix, at: place) }
        return first.map { .dependencyRepeated(matrix, at: place, first: $0) }
    }
}

extension Origin {
    fileprivate func withDependencies(_ list: [Composition]) -> Origin {
        let document = document.replacing { field, value in
            guard field == "spec" else { return .node(value) }
            return value.replacing { field, value in
                field == "dependsOn" ? .sequence(list, at: value) : .node(value)
            }
        }
        return Origin(StoredDocument(Node(composing: document)), parts: parts)
    }
}
