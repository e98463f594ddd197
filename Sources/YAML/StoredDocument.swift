import Synchronization

/// A document of a file that can be asked for as long as somebody has it, and whose nodes need not be in memory all
/// the time: they are a pure function of the text, which is.
///
/// The nodes of a file take about twice as much memory as its text. Of a large repository most files are right, and
/// nobody looks at their nodes again once they are decoded.
public struct StoredDocument: Sendable {
    private let shelf: DocumentShelf
    private let index: Int32
    private let place: Place

    fileprivate init(_ shelf: DocumentShelf, index: Int, place: Place) {
        self.shelf = shelf
        self.index = Int32(truncatingIfNeeded: index)
        self.place = place
    }

    /// A document that is in memory as long as this is, such as one that is put together from several.
    public init(_ root: Node) {
        let origin = root.origin
        self.init(DocumentShelf(keeping: root), index: 0, place: origin.place)
    }

    /// The root of the document, read again where it was let go.
    public var root: Node { shelf.root(Int(index)) }

    /// Where the document stands.
    public var location: SourceLocation { shelf.text.location(of: place) }

    /// The path of the file in which it stands, as it is shown.
    public var file: String { shelf.text.source.path }
}

/// The documents of one file.
public final class DocumentShelf: Sendable {
    fileprivate let text: SourceText
    /// `nil` where they have been let go.
    private let roots: Mutex<[Node]?>

    public init(_ file: YAMLFile) {
        text = file.text
        roots = Mutex(file.documents)
    }

    fileprivate init(keeping root: Node) {
        text = root.origin.text
        roots = Mutex([root])
    }

    /// The documents in order. Each can be asked for as long as somebody has it.
    public var documents: [StoredDocument] {
        known.enumerated().map { index, root in StoredDocument(self, index: index, place: root.origin.place) }
    }

    /// Lets the nodes go. Whoever has some keeps them.
    public func release() { roots.withLock { $0 = nil } }

    private var known: [Node] {
        roots.withLock { roots in
            // Somebody who looks at one value looks at more.
            let known = roots ?? YAMLFile.documents(of: text)
            roots = known
            return known
        }
    }

    fileprivate func root(_ index: Int) -> Node {
        let known = known
        return known.indices.contains(index) ? known[index] : Node(nothingIn: text)
    }
}

extension Node {
    /// An empty value at the beginning of a file: what a document is that cannot be read a second time, which only a
    /// machine without memory brings about.
    fileprivate init(nothingIn text: SourceText) {
        let node = RawNode(kind: .scalar, tag: .null, place: Place(first: 0, last: 0))
        self.init(tree: Tree(text: text, nodes: [node], pool: []), index: 0)
    }
}
