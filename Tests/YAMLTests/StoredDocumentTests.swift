import Testing
import YAML

@Suite("Documents that are let go") struct StoredDocumentTests {
    private let texts = [
        "a: 1\n", "# c\n---\na: {b: [x, ~]}\n---\n- é: |\n    x\n\n    y\n", "\u{FEFF}a: b\n...\n---\nc\n",
        "a: &x [1, 2]\nb: *x\n---\n<<: {p: 1}\nq: 2\n", "--- !!str 12\n--- \"q\\n\"\n", "",
    ]

    @Test func saysTheSameWhenItIsReadAgain() {
        for text in texts {
            let file = parse(text)
            let shelf = DocumentShelf(file)
            let documents = shelf.map { Array($0.documents) } ?? []
            shelf?.release()
            #expect(documents.map(\.root.outline) == file.documents.map(\.outline))
            #expect(documents.map(\.root.span) == file.documents.map(\.span))
            #expect(documents.flatMap { places(of: $0.root) } == file.documents.flatMap(places))
        }
    }

    @Test func knowsItsPlaceWithoutItsNodes() {
        for text in texts {
            let file = parse(text)
            let shelf = DocumentShelf(file)
            let documents = shelf.map { Array($0.documents) } ?? []
            shelf?.release()
            #expect(shelf?.count ?? 0 == file.documents.count)
            #expect(documents.map(\.location) == file.documents.map(\.location))
            #expect(documents.allSatisfy { $0.file == "m.yaml" })
        }
    }

    @Test func outlivesItsShelfAndItsLimits() {
        // What was allowed once is not refused the second time.
        let limits = YAMLLimits(depth: 100, nodes: 3_000_000)
        let deep = String(repeating: "[", count: 90) + String(repeating: "]", count: 90)
        func document() -> StoredDocument? {
            let shelf = DocumentShelf(parse(deep, limits: limits))
            defer { shelf?.release() }
            return shelf?.documents.first
        }
        #expect(document()?.root.outline == deep)
    }

    @Test func keepsWhatIsPutTogether() throws {
        let root = try #require(parse("a: 1\nb: 2\n").documents.first)
        let composed = Node(composing: .mapping([(.scalar("x", at: root), .node(root))], at: root))
        let document = StoredDocument(composed)
        #expect(document.root.outline == "{x: {a: 1, b: 2}}")
        #expect(document.location == composed.location)
        #expect(document.file == "m.yaml")
    }

    private func places(of node: Node) -> [YAML.SourceLocation] {
        [node.location] + node.elements.flatMap(places)
            + node.entries.flatMap { places(of: $0.key) + places(of: $0.value) }
    }
}
