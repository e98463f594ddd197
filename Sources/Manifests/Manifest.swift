public import YAML

/// One manifest of a kind: what a person committed, and where.
///
/// A value whose copies share what they hold: a repository has tens of thousands, and each is in several lists.
public struct Manifest<Spec: Sendable>: Sendable {
    @usableFromInline
    final class Content: Sendable {
        @usableFromInline let metadata: Metadata
        @usableFromInline let spec: Spec
        @usableFromInline let origin: Origin

        @usableFromInline
        init(metadata: Metadata, spec: Spec, origin: Origin) {
            self.metadata = metadata
            self.spec = spec
            self.origin = origin
        }
    }

    @usableFromInline let content: Content

    @inlinable
    public init(metadata: Metadata, spec: Spec, origin: Origin) {
        content = Content(metadata: metadata, spec: spec, origin: origin)
    }

    @inlinable public var metadata: Metadata { content.metadata }
    @inlinable public var spec: Spec { content.spec }
    @inlinable public var origin: Origin { content.origin }
}

/// Where a manifest was written, down to each of its fields.
public struct Origin: Sendable {
    private let written: StoredDocument
    /// The documents that it is put together from, in the order of their weight; none where it stands in its file as
    /// it is.
    let parts: [StoredDocument]

    public init(document: Node) { self.init(StoredDocument(document), parts: []) }

    init(_ written: StoredDocument, parts: [StoredDocument]) {
        self.written = written
        self.parts = parts
    }

    /// The root node of the document. It may have to be read again: what is right need not look at it.
    public var document: Node { written.root }

    /// The file that it stands in.
    public var file: String { written.file }

    /// The files that have a say in it, also by taking something away.
    public var files: Set<String> { Set([file] + parts.map(\.file)) }

    /// The place of the document as a whole.
    public var location: SourceLocation { written.location }

    /// The place of the field at a path such as `["spec", "parameters", "lr"]`, or of the nearest part of the path
    /// that was written, which is where a reader would look for a value that has a default.
    public func location(of path: [String]) -> SourceLocation {
        var node = document
        for part in path {
            guard let next = node[part] else { break }
            node = next
        }
        return node.location
    }

    /// The place of an element of a list at a path, or of the first of some fields that the element has; that of the
    /// path where there is no such element.
    public func location(of path: [String], _ element: Int?, _ fields: [String] = []) -> SourceLocation {
        guard let element, let list = path.reduce(document as Node?, { $0?[$1] }),
            let found = Array(list.elements).dropFirst(element).first
        else { return location(of: path) }
        return (fields.lazy.compactMap { found[$0] }.first ?? found).location
    }
}
