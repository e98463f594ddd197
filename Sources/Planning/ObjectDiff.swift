import Manifests
public import Records

/// The canonical content of a manifest: what its record keeps and what a plan compares.
enum ObjectContent {
    static func of(_ metadata: Metadata, spec: JSONValue, source: Digest? = nil) -> JSONValue {
        var fields: [String: JSONValue] = ["spec": spec]
        if !metadata.labels.isEmpty || !metadata.annotations.isEmpty {
            fields["metadata"] = .object([
                "annotations": .object(metadata.annotations.mapValues(JSONValue.string).dictionary),
                "labels": .object(metadata.labels.mapValues(JSONValue.string).dictionary),
            ])
        }
        if let source { fields["source"] = .string(source.description) }
        return .object(fields)
    }

    /// The leaves that differ, in the order of their paths. Depth is bounded by the reader's limit on nesting.
    static func changes(from before: JSONValue, to after: JSONValue) -> [FieldChange] {
        var found: [FieldChange] = []
        compare(before, after, at: [], into: &found)
        return found
    }

    private static func compare(
        _ before: JSONValue, _ after: JSONValue, at path: [String], into found: inout [FieldChange]
    ) {
        guard case .object(let old) = before, case .object(let new) = after else {
            if before != after { found.append(FieldChange(path: path, before: before, after: after)) }
            return
        }
        for key in Set(old.keys).union(new.keys).sorted() {
            switch (old[key], new[key]) {
            case (let left?, let right?): compare(left, right, at: path + [key], into: &found)
            case (let left, let right): found.append(FieldChange(path: path + [key], before: left, after: right))
            }
        }
    }
}

extension JobVersionContent {
    /// What differs from another version, by the paths of the manifest; a value that looks secret is masked.
    public func changes(to other: JobVersionContent) -> [FieldChange] {
        var masks = MaskedValues()
        return masks.mask(
            ObjectContent.changes(from: ["spec": definition], to: ["spec": other.definition]))
    }
}
