public import YAML

extension JSONValue {
    /// How deep a value may be nested once its aliases are followed.
    ///
    /// The parser's own limit holds for what is written; a chain of aliases can be deeper than that.
    static let depthLimit = 100

    /// Reads a value of a manifest.
    ///
    /// - Throws: a `Diagnostic` at a number that JSON has no form for, at keys that are one key to Unicode, and at
    ///   what is nested too deep.
    public init(_ node: Node) throws { try self.init(node, depth: 0) }

    private init(_ node: Node, depth: Int) throws {
        guard depth <= Self.depthLimit else { throw Diagnostic.nestedTooDeep(Self.depthLimit, at: node.location) }
        switch node.kind {
        case .scalar:
            self = try Self.scalar(node)
        case .sequence:
            var elements: [JSONValue] = []
            for element in node.elements { elements.append(try JSONValue(element, depth: depth + 1)) }
            self = .array(elements)
        case .mapping:
            var members: [String: JSONValue] = [:]
            for (key, value) in node.entries {
                let name = key.text
                guard members.updateValue(try JSONValue(value, depth: depth + 1), forKey: name) == nil else {
                    throw Diagnostic.equivalentKeys(name, at: key.location)
                }
            }
            self = .object(members)
        }
    }

    private static func scalar(_ node: Node) throws -> JSONValue {
        switch node.scalar {
        case .null?, nil: return .null
        case .bool(let value)?: return .bool(value)
        case .int(let value)?: return .int(value)
        case .string(let value)?: return .string(value)
        case .double(let value)?:
            guard value.isFinite else { throw Diagnostic.notFinite(node.text, at: node.location) }
            return .double(value)
        }
    }
}
