import YAML

/// A manifest as it is after defaults and patches have been put together: what is recorded is read from it.
///
/// Paths in it are relative to the repository's root, since it is in no file: saved there, it means the same.
public struct RenderedManifest: Sendable {
    public let key: ObjectKey
    private let document: Node

    fileprivate init(_ key: ObjectKey, _ origin: Origin, paths: [(field: [String], text: String)] = []) {
        self.key = key
        let changed = paths.reduce(Composition.node(origin.document)) { document, path in
            Node(composing: document).replacing(path.field[...], with: path.text)
        }
        document = Node(composing: changed)
    }

    /// YAML; `withProvenance` adds to each value a comment with the file and the line in which it was written.
    public func yaml(withProvenance: Bool = false) -> String {
        DocumentText(document) { node in
            guard withProvenance else { return nil }
            let location = node.location
            return "\(location.path):\(location.span.start.line)"
        }.text
    }

    /// `{kind, namespace, name, manifest, provenance}`; provenance says by JSON pointer (RFC 6901) where each value was
    /// written, collections left out unless they are empty.
    ///
    /// - Throws: a `Diagnostic` for a value that JSON has no form for, which no valid manifest has.
    public func json() throws -> JSONValue {
        var provenance: [String: JSONValue] = [:]
        collect(document, at: "", into: &provenance)
        return [
            "kind": .string(key.kind.rawValue), "namespace": .string(key.name.namespace),
            "name": .string(key.name.name), "manifest": try JSONValue(document), "provenance": .object(provenance),
        ]
    }

    private func collect(_ node: Node, at pointer: String, into provenance: inout [String: JSONValue]) {
        if node.kind != .scalar, node.count > 0 {
            for (index, element) in node.elements.enumerated() {
                collect(element, at: "\(pointer)/\(index)", into: &provenance)
            }
            for (key, value) in node.entries {
                let step = key.text.replacing("~", with: "~0").replacing("/", with: "~1")
                collect(value, at: "\(pointer)/\(step)", into: &provenance)
            }
        } else {
            let location = node.location
            provenance[pointer] = [
                "file": .string(location.path), "line": .int(Int64(location.span.start.line)),
                "column": .int(Int64(location.span.start.column)),
            ]
        }
    }
}

extension Node {
    /// The document with another text for one field, if it is there.
    fileprivate func replacing(_ path: ArraySlice<String>, with text: String) -> Composition {
        guard let step = path.first else { return .scalar(text, at: self) }
        guard kind == .mapping else { return .node(self) }
        return .mapping(
            entries.map { key, value in
                (.node(key), key.text == step ? value.replacing(path.dropFirst(), with: text) : .node(value))
            }, at: self)
    }
}

extension DesiredState {
    /// All manifests by kind, in the order in which they need each other, namespace and name.
    public var rendered: [RenderedManifest] {
        var found = jobs.map { name, job in
            var paths: [(field: [String], text: String)] = [(["spec", "build", "baseImage"], job.spec.build.baseImage)]
            if case .path(let source) = job.spec.source {
                let path = source.repositoryPath
                paths.append((["spec", "source", "path"], path.isEmpty ? "." : path))
            }
            return RenderedManifest(ObjectKey(.job, name), job.origin, paths: paths)
        }
        found += queues.map { RenderedManifest(ObjectKey(.queue, $0.key), $0.value.origin) }
        found += pools.map { RenderedManifest(ObjectKey(.agentPool, $0.key), $0.value.origin) }
        found += runs.map { RenderedManifest(ObjectKey(.run, $0.key), $0.value.origin) }
        found += policies.map { RenderedManifest(ObjectKey(.policy, $0.key), $0.value.origin) }
        return found.sorted { $0.key < $1.key }
    }
}
