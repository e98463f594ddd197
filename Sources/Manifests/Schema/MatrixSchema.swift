import YAML

extension Codec where Value == RunMatrix? {
    /// A list of parameter sets, or a grid of lists with `include` and `exclude`.
    ///
    /// It has no canonical form: the runs that it stands for have theirs, which are those of runs without a matrix.
    static let matrix: Codec = Codec(
        decode: { node, decoding in
            switch node.kind {
            case .sequence: MatrixReader.sets(node, &decoding).map { RunMatrix(include: $0) }
            case .mapping: MatrixReader.grid(node, &decoding)
            case .scalar: MatrixReader.refuse(node, &decoding)
            }
        },
        encode: { _ in nil },
        schema: .object(MatrixReader.form.merging(MatrixReader.constraint) { $1 }),
        partSchema: .object(MatrixReader.partForm))
}

private enum MatrixReader {
    static func refuse(_ node: Node, _ decoding: inout Decoding) -> RunMatrix?? {
        decoding.report(
            .wrongType(
                decoding.path, expected: "a list of parameter sets, or lists of values by parameter", node,
                remedy: "write it as `[{lr: 0.1}, {lr: 0.2}]` or as `{lr: [0.1, 0.2]}`"))
        return nil
    }

    static func grid(_ node: Node, _ decoding: inout Decoding) -> RunMatrix?? {
        var matrix = RunMatrix()
        var isWhole = true
        for (key, child) in node.entries where !decoding.isFull {
            decoding.inside(.key(key)) { decoding in
                switch key.text {
                case "include", "exclude":
                    // Left empty, it is left out.
                    guard !child.isNull else { return }
                    guard let sets = sets(child, &decoding) else { return isWhole = false }
                    if key.textEquals("include") { matrix.include = sets } else { matrix.exclude = sets }
                // In a fragment it takes away what another gives.
                case _ where decoding.isFragment && child.isNull: isWhole = name(key, &decoding) != nil && isWhole
                default:
                    guard let axis = axis(key, child, &decoding) else { return isWhole = false }
                    matrix.axes.append(axis)
                }
            }
        }
        return isWhole ? matrix : nil
    }

    private static func axis(_ key: Node, _ node: Node, _ decoding: inout Decoding) -> RunMatrix.Axis? {
        guard let name = name(key, &decoding) else { return nil }
        guard node.kind == .sequence else {
            decoding.report(.matrixValuesNotListed(decoding.path, name, node))
            return nil
        }
        let count = node.count
        guard (1...MatrixLimits.runs).contains(count) else {
            decoding.report(
                .wrongCount(decoding.path, count, allowed: 1...MatrixLimits.runs, at: node.location))
            return nil
        }
        var first: [JSONValue: Node] = [:]
        var values: [RunMatrix.Cell] = []
        var isWhole = true
        for (index, element) in node.elements.enumerated() where !decoding.isFull {
            guard let value = decoding.inside(.index(index), { Codec<JSONValue>.json.decode(element, &$0) }) else {
                isWhole = false
                continue
            }
            let cell = RunMatrix.Cell(name: name, value: value, key: key, node: element)
            if let twin = first[cell.value] {
                decoding.report(.matrixValueRepeated(cell, at: element.location, first: twin.location))
                isWhole = false
                continue
            }
            first[cell.value] = element
            values.append(cell)
        }
        return isWhole ? RunMatrix.Axis(name: name, values: values) : nil
    }

    static func sets(_ node: Node, _ decoding: inout Decoding) -> [RunMatrix.Entry]? {
        guard node.kind == .sequence else {
            decoding.report(.wrongType(decoding.path, expected: setsInWords, node, remedy: setsRemedy))
            return nil
        }
        guard node.count <= MatrixLimits.runs else {
            decoding.report(.wrongCount(decoding.path, node.count, allowed: 0...MatrixLimits.runs, at: node.location))
            return nil
        }
        var entries: [RunMatrix.Entry] = []
        var isWhole = true
        for (index, element) in node.elements.enumerated() where !decoding.isFull {
            let entry = decoding.inside(.index(index)) { set(element, &$0) }
            if let entry { entries.append(entry) } else { isWhole = false }
        }
        return isWhole ? entries : nil
    }

    private static func set(_ node: Node, _ decoding: inout Decoding) -> RunMatrix.Entry? {
        guard node.kind == .mapping else {
            decoding.report(
                .wrongType(decoding.path, expected: "values by parameter", node, remedy: setsRemedy))
            return nil
        }
        guard node.count > 0 else {
            decoding.report(.emptyParameterSet(decoding.path, at: node.location))
            return nil
        }
        var cells: [RunMatrix.Cell] = []
        var isWhole = true
        for (key, child) in node.entries where !decoding.isFull {
            decoding.inside(.key(key)) { decoding in
                guard let name = name(key, &decoding), let value = Codec<JSONValue>.json.decode(child, &decoding) else {
                    return isWhole = false
                }
                cells.append(RunMatrix.Cell(name: name, value: value, key: key, node: child))
            }
        }
        return isWhole ? RunMatrix.Entry(cells: cells, node: node) : nil
    }

    /// A parameter's name, by the rule for those that a run gives values.
    private static func name(_ key: Node, _ decoding: inout Decoding) -> String? {
        let name = key.text
        let names = TextForm.valueName
        if names.isValid(name) { return name }
        decoding.report(.badKey(decoding.path, expected: names.expected, key))
        return nil
    }

    private static let setsInWords = "a list of parameter sets"
    private static let setsRemedy =
        "write each set as `{lr: 0.1}`; a parameter that is itself named `include` or `exclude` can only be written in "
        + "such sets"

    // MARK: What a published schema says

    /// Either form. What is said of a list and what is said of a mapping do not meet, and one schema of both says what
    /// is wrong better than a choice of two.
    static let form = form(values: "array")

    /// The same of a part that is merged with others, where `null` takes away.
    static let partForm = form(values: ["array", "null"])

    private static func form(values type: JSONValue) -> [String: JSONValue] {
        [
            "type": ["array", "object"], "maxItems": most, "items": set, "propertyNames": TextForm.valueName.schema(),
            "properties": [
                "include": setsSchema(
                    "Include", "Values that are added to the combinations that they fit, or else sets of their own",
                    example: ["seed": 3, "size": "large"]),
                "exclude": setsSchema(
                    "Exclude", "Values of combinations that are left out", example: ["seed": 2, "size": "large"]),
            ],
            "additionalProperties": [
                "type": type, "minItems": 1, "maxItems": most, "uniqueItems": true,
                "description": "The values of one parameter",
            ],
        ]
    }

    /// What only holds of a whole matrix: there is a set, and none is there twice.
    static let constraint: [String: JSONValue] = [
        "minItems": 1, "uniqueItems": true,
        "not": [
            "type": "object", "propertyNames": ["enum": ["include", "exclude"]],
            "properties": ["include": ["maxItems": 0]],
        ],
    ]

    private static let most = JSONValue.int(Int64(MatrixLimits.runs))
    private static let set: JSONValue = [
        "type": "object", "minProperties": 1, "propertyNames": TextForm.valueName.schema(),
        "additionalProperties": true,
    ]

    /// A list of sets beside a grid; it may be left empty.
    private static func setsSchema(_ title: String, _ description: String, example: JSONValue) -> JSONValue {
        [
            "type": ["array", "null"], "maxItems": most, "items": set, "title": .string(title),
            "description": .string(description), "examples": [[example]],
        ]
    }
}
