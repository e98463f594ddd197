import Support
import Testing
import YAML

/// Documents that are put together from several files.
@Suite struct CompositionTests {
    /// A copy of a document, by each way to put one together, is the document in all that can be asked of it.
    @Test(arguments: [
        "{a: 1, b: [x, {c: ~}], 'd e': \"é\\n\"}", "a: |\n  x\n   y\nb: >-\n  x\n  y\n", "plain", "''", "[]", "{}",
        "a: &x [1, {y: 2}]\nb: *x\nc: [*x, *x]\n", "a: &k key\n*k : 1\n", "- - - 0x1F\n- !!str 12\n- !!float 1\n",
        "p: &p {x: 1}\nq: &q {<<: *p, y: 2}\na: {<<: [*q, *p], z: 3}\n", "'<<': 1\n!!str <<: 2\n",
        "\u{FEFF}ключ: значение # 日本\r\n日本: [ü,\r\n  é]\r\n", "a:\nb: !!null\n? c\n",
    ])
    func copies(text: String) throws {
        let original = try #require(parse(text).documents.first)
        for copy in Self.copies(of: original) { #expect(copy.account == original.account) }
    }

    /// The same for files of random content with anchors, aliases and merge keys.
    @Test(.timeLimit(.minutes(2)), arguments: SeededRandom.seeds(8)) func copiesOfAnything(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            let text = Self.text(&random)
            for original in parse(text).documents {
                for copy in Self.copies(of: original) {
                    #expect(copy.account == original.account, "\(text.debugDescription)")
                }
            }
        }
    }

    /// Some documents of which each has a mapping that others can be made of.
    private static func text(_ random: inout SeededRandom) -> String {
        (0..<random.int(1...3)).map { _ in
            "--- # ü\np: &p {x: 1, é: &v [~, 'a b']}\nq: &q {<<: *p, y: *v}\nr:\n  "
                + value(&random, depth: 0) + "\n"
        }.joined()
    }

    private static func value(_ random: inout SeededRandom, depth: Int) -> String {
        let scalars = ["1", "0x1F", "~", "yes", "'1'", "\"\\u00e9\\n\"", "日本", "!!str 1", "*v", "*p", "a  b", "''"]
        switch random.int(0...(depth < 4 ? 5 : 2)) {
        case 3, 4:
            let keys = ["a", "'b'", "ключ", "3", "true"].shuffled(using: &random).prefix(random.int(0...4))
            var entries = keys.map { "\($0): \(value(&random, depth: depth + 1))" }
            if random.chance(1, in: 3) { entries.append(random.pick("<<: *p", "<<: *q", "<<: [*q, *p, {z: 1}]")) }
            return "{" + entries.shuffled(using: &random).joined(separator: random.pick(", ", ",\n    ")) + "}"
        case 5:
            let elements = (0..<random.int(0...4)).map { _ in value(&random, depth: depth + 1) }
            return "[" + elements.joined(separator: ", ") + "]"
        default: return scalars.randomElement(using: &random) ?? "~"
        }
    }

    private static func copies(of node: Node) -> [Node] {
        let copy = Node(composing: .node(node))
        let rebuilt = Node(composing: rebuilt(node))
        return [copy, rebuilt, Node(composing: .node(rebuilt)), Node(composing: self.rebuilt(copy))]
    }

    /// Every collection put together anew.
    private static func rebuilt(_ node: Node) -> Composition {
        switch node.kind {
        case .scalar: .node(node)
        case .sequence: .sequence(node.elements.map(rebuilt), at: node)
        case .mapping: .mapping(node.entries.map { (.node($0.key), rebuilt($0.value)) }, at: node)
        }
    }

    @Test func valuesKeepTheirFiles() throws {
        let base = try #require(
            YAMLFile.parse(SourceFile(path: "base.yaml", text: "# base\nspec: {a: 1, b: &b [x, y]}\n")).documents.first)
        let patch = try #require(
            YAMLFile.parse(SourceFile(path: "patch.yaml", text: "\n\nspec:\n  a: ü2\n")).documents.first)
        let (old, new) = (try #require(base["spec"]), try #require(patch["spec"]))
        let (a, b) = (try #require(new["a"]), try #require(old["b"]))
        let made = Node(
            composing: .mapping(
                [
                    (.scalar("a", at: new), .node(a)), (.scalar("b", at: old), .node(b)),
                    (.scalar("true", at: b), .sequence([.scalar("1", at: a), .node(old)], at: patch)),
                ], at: base))
        #expect(made.outline == "{a: 'ü2', b: ['x', 'y'], true: ['1', {a: 1, b: ['x', 'y']}]}")
        #expect(
            made.account.map { $0.prefix { $0 != " " } } == [
                "base.yaml:2:1", "patch.yaml:4:3", "patch.yaml:4:6", "base.yaml:2:7", "base.yaml:2:17",
                "base.yaml:2:21", "base.yaml:2:24", "base.yaml:2:17", "patch.yaml:3:1", "patch.yaml:4:6",
                "base.yaml:2:7", "base.yaml:2:8", "base.yaml:2:11", "base.yaml:2:14", "base.yaml:2:17",
                "base.yaml:2:21", "base.yaml:2:24",
            ])
        #expect(made["a"]?.location.line == "  a: ü2")
    }
}

extension Node {
    /// Everything that can be asked of a node and of all below it.
    fileprivate var account: [String] {
        let place = "\(location) \(span.text) \(location.line ?? "-")"
        switch kind {
        case .scalar:
            return ["\(place) \(text.debugDescription) \(isPlain) \(String(describing: scalar))"]
        case .sequence: return ["\(place) [\(count)"] + elements.flatMap(\.account)
        case .mapping: return ["\(place) {\(count)"] + entries.flatMap { $0.key.account + $0.value.account }
        }
    }
}
