import YAML

/// What decoding one document has found so far, and where it is.
struct Decoding {
    /// A step from a value to one inside it.
    enum Step {
        case field(StaticString)
        case key(Node)
        case index(Int)
    }

    var diagnostics: [Diagnostic] = []
    /// The namespace of the manifest, in which references without one are meant.
    var namespace = ObjectName.defaultNamespace
    /// The folder of the manifest relative to the repository's root; `nil` outside of the repository.
    private let folder: String?
    /// The documents that the manifest is put together from; none where it stands in its file as it is.
    let parts: [StoredDocument]
    /// Whether fields that a manifest needs may be absent, as in the recorded part of a job.
    let isPartial: Bool
    /// Whether it is a part of a spec that is to be merged with others: what holds of a whole is not judged.
    var isFragment = false

    /// How many schemas of parameters the one at hand is inside of.
    var schemaDepth = 0

    private var steps: [Step] = []

    init(folder: String?, parts: [StoredDocument] = [], isPartial: Bool = false) {
        self.folder = folder
        self.parts = parts
        self.isPartial = isPartial
        steps.reserveCapacity(16)
    }

    /// The folder that a path is meant from: that of the file in which the path was written.
    func folder(of node: Node) -> String? {
        guard !parts.isEmpty else { return folder }
        // The names by which files are shown are absolute outside of the repository.
        return node.file.hasPrefix("/") ? nil : RelativePath.folder(of: node.file)
    }

    /// How a message names the value at hand: `spec.command[2]`.
    var path: String { path(to: nil) }

    func path(to field: StaticString?) -> String {
        var text = ""
        for step in steps + (field.map { [.field($0)] } ?? []) {
            switch step {
            case .field(let name): text += (text.isEmpty ? "" : ".") + name.description
            case .key(let node): text += (text.isEmpty ? "" : ".") + node.text.shortened(60)
            case .index(let index): text += "[\(index)]"
            }
        }
        return text.isEmpty ? "the manifest" : text
    }

    /// Decodes something inside the value at hand.
    mutating func inside<R>(_ step: Step, _ body: (inout Decoding) -> R) -> R {
        steps.append(step)
        defer { steps.removeLast() }
        return body(&self)
    }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// Whether so much is wrong that nobody would read more: then the rest of a mapping or list is left unread, since
    /// composing a message takes much longer than reading a value.
    var isFull: Bool { diagnostics.count >= Self.diagnosticLimit }

    private static let diagnosticLimit = 500
}

extension String {
    /// At most `limit` characters of it, so that a message stays readable whatever was written.
    func shortened(_ limit: Int = 80) -> String {
        guard let end = index(startIndex, offsetBy: limit, limitedBy: endIndex), end != endIndex else { return self }
        return self[..<end] + "…"
    }
}

extension Node {
    /// What a person would call it, for “must be … and is …”.
    var inWords: String {
        switch kind {
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .scalar:
            switch scalar {
            case .null?, nil: return "empty"
            case .bool?: return "`\(text)`"
            case .int?, .double?: return "the number \(text.shortened(40))"
            case .string?: return text.isEmpty ? "empty text" : "the text “\(text.shortened(40))”"
            }
        }
    }

    /// The text of a string; `nil` for everything else.
    var string: String? {
        guard kind == .scalar, case .string(let value)? = scalar else { return nil }
        return value
    }

    /// The key node of a field, which is where a message about the field's existence belongs.
    func key(_ name: String) -> Node? {
        guard kind == .mapping else { return nil }
        for (key, _) in entries where key.text == name { return key }
        return nil
    }
}
