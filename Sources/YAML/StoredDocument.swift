import Synchronization

/// A document of a file that can be asked for as long as somebody has it, and whose nodes need not be in memory all
/// the time: they are a pure function of the text, which is.
///
/// The nodes of a file take about twice as much memory as its text. Of a large repository most files are right, and
/// nobody looks at their nodes again once they are decoded.
public struct StoredDocument: Sendable {
    private let shelf: DocumentShelf
    private let index: Int32

    fileprivate init(_ shelf: DocumentShelf, index: Int) {
        self.shelf = shelf
        self.index = Int32(truncatingIfNeeded: index)
    }

    /// A document that is in memory as long as this is, such as one that is put together from several.
    public init(_ root: Node) { self.init(DocumentShelf(root, [], of: root.origin.text), index: 0) }

    /// The root of the document, read again where it was let go.
    public var root: Node { shelf.root(Int(index)) }

    /// Where the document stands.
    public var location: SourceLocation { shelf.text.location(of: shelf.place(Int(index))) }

    /// The path of the file in which it stands, as it is shown.
    public var file: String { shelf.text.source.path }
}

/// The documents of one file, which has at least one.
public final class DocumentShelf: Sendable {
    fileprivate let text: SourceText
    /// Where its first document stands, and where the others do, which most files do not have.
    private let first: Place
    private let others: [Place]
    /// `nil` where they have been let go.
    private let roots: Mutex<[Node]?>

    /// `nil` where there is no document.
    public convenience init?(_ file: YAMLFile) {
        guard let first = file.documents.first else { return nil }
        self.init(first, file.documents.dropFirst(), of: file.text)
    }

    fileprivate init(_ first: Node, _ others: ArraySlice<Node>, of text: SourceText) {
        self.text = text
        self.first = first.origin.place
        self.others = others.map(\.origin.place)
        roots = Mutex([first] + others)
    }

    public var count: Int { others.count + 1 }

    /// The documents in order. Each can be asked for as long as somebody has it.
    public var documents: some RandomAccessCollection<StoredDocument> {
        (0..<count).lazy.map { StoredDocument(self, index: $0) }
    }

    /// Lets the nodes go. Whoever has some keeps them.
    public func release() { roots.withLock { $0 = nil } }

    fileprivate func place(_ index: Int) -> Place { index == 0 ? first : others[index - 1] }

    fileprivate func root(_ index: Int) -> Node {
        let known = roots.withLock { roots in
            // Somebody who looks at one value looks at more.
            let known = roots ?? YAMLFile.documents(of: text)
            roots = known
            return known
        }
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
