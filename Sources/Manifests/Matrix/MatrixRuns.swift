import YAML

extension DecodedDocument {
    /// That a manifest is one of a matrix's runs.
    struct Membership: Sendable {
        /// The name of the Run that has the matrix. No run of that name is there.
        var matrix: ObjectName
        /// The document as it was written, which names the matrix.
        var origin: Origin
        /// Whether it stands for the whole matrix, of which the runs are not known: it has mistakes.
        var isUnknown = false
        /// Whether it is the first of the runs, who speaks for what all have in common.
        var isFirst: Bool
        /// The parameters whose values stand in the matrix, and which of its values they are.
        var values: [String: Int] = [:]
    }

    /// The runs that the matrix of a Run stands for; the document itself where it has none.
    ///
    /// Each is what somebody would have written by hand for one set of parameters: its document says so, and each of
    /// its values is known by its place in the matrix. What all have in common is reported by the first.
    var expanded: [DecodedDocument] {
        // Most runs have none, and need not be looked through: a matrix that could not be read is a mistake.
        guard case .run(let run)? = manifest, run.spec.matrix != nil || !isSound,
            let node = run.origin.document["spec"]?["matrix"], !node.isNull
        else {
            return [self]
        }
        var membership = Membership(matrix: run.metadata.objectName, origin: run.origin, isFirst: true)
        var leader = self
        var sets: [ParameterSet] = []
        if let matrix = run.spec.matrix {
            let expansion = MatrixExpansion(matrix, at: node)
            sets = expansion.sets
            leader.diagnostics += expansion.diagnostics + run.matrixFaults(sets, at: node)
        }
        guard !sets.isEmpty, !leader.isTooLarge(run, sets) else {
            if !sets.isEmpty { leader.diagnostics.append(.matrixTooLarge(at: node.location)) }
            membership.isUnknown = true
            leader.membership = membership
            return [leader]
        }
        let names = MatrixNames(run: run.metadata.name).names(of: sets)
        return zip(names, sets).enumerated().map { index, each in
            membership.isFirst = index == 0
            membership.values = Dictionary(each.1.cells.map { ($0.name, $0.offset) }) { first, _ in first }
            var document = leader
            if index > 0 { document.diagnostics = [] }
            document.manifest = .run(run.with(each.1, named: each.0))
            document.membership = membership
            document.hasFaultsElsewhere = !leader.isSound
            return document
        }
    }

    /// Whether the runs together would take more memory than a few kilobytes of text should be able to ask for.
    private func isTooLarge(_ run: Manifest<RunSpec>, _ sets: [ParameterSet]) -> Bool {
        let texts = [run.metadata.labels, run.metadata.annotations].flatMap { $0.flatMap { [$0.key, $0.value] } }
        let own = run.spec.canonical.canonicalBytes.count + texts.reduce(0) { $0 + $1.utf8.count }
        let total = sets.reduce(0) { sum, set in set.cells.reduce(sum + own) { $0 + $1.bytes } }
        return total > MatrixLimits.bytes
    }
}

extension Manifest<RunSpec> {
    /// What is wrong between a matrix and the rest of its run.
    fileprivate func matrixFaults(_ sets: [ParameterSet], at matrix: Node) -> [Diagnostic] {
        guard let first = sets.first, let parameters = origin.document["spec"]?["parameters"] else { return [] }
        var always = Set(first.cells.map(\.name))
        for set in sets { always.formIntersection(set.cells.map(\.name)) }
        return parameters.entries.filter { always.contains($0.key.text) }.map { key, _ in
            let cell = first.cells.first { $0.name == key.text }
            return .parameterNeverUsed(key.text, at: key.location, set: (cell?.key ?? matrix).location)
        }
    }

    /// The run of one set of parameters.
    fileprivate func with(_ set: ParameterSet, named name: String) -> Manifest {
        var (metadata, spec) = (metadata, spec)
        metadata.name = name
        spec.matrix = nil
        for cell in set.cells { spec.parameters[cell.name] = cell.value }
        let document = StoredDocument(Node(composing: origin.document.with(set, named: name)))
        return Manifest(metadata: metadata, spec: spec, origin: Origin(document, parts: origin.parts))
    }
}

extension Node {
    /// The document of one set of parameters.
    fileprivate func with(_ set: ParameterSet, named name: String) -> Composition {
        replacing { field, value in
            switch field {
            case "metadata":
                value.replacing { field, value in field == "name" ? .scalar(name, at: value) : .node(value) }
            case "spec": value.with(set)
            default: .node(value)
            }
        }
    }

    /// The spec of one set of parameters: what it says of a parameter holds before what all have in common.
    private func with(_ set: ParameterSet) -> Composition {
        let own = Set(set.cells.map(\.name))
        let common = self["parameters"].map { $0.entries.filter { !own.contains($0.key.text) } } ?? []
        let parameters = common + set.cells.map { (key: $0.key, value: $0.node) }
        var entries = entries.filter { $0.key.text != "matrix" && $0.key.text != "parameters" }
            .map { (key: Composition.node($0.key), value: Composition.node($0.value)) }
        let place = key("parameters") ?? key("matrix") ?? self
        entries.append(
            (
                .scalar("parameters", at: place),
                .mapping(
                    parameters.map { (.node($0.key), .node($0.value)) },
                    at: set.isSeparate ? set.place : self["parameters"] ?? set.place)
            ))
        return .mapping(entries, at: self)
    }

    /// A mapping with the same keys.
    func replacing(_ value: (_ field: String, _ value: Node) -> Composition) -> Composition {
        .mapping(entries.map { (.node($0.key), value($0.key.text, $0.value)) }, at: self)
    }
}
