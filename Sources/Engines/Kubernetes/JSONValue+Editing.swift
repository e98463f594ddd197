import Manifests

/// Changes of documents, which are values.
extension JSONValue {
    /// The elements and members on a path; `nil` where something is not there.
    func at(_ path: some Collection<String>) -> JSONValue? {
        path.reduce(Optional(self)) { value, step in
            if case .array(let elements)? = value {
                return Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            }
            return value?[step]
        }
    }

    /// With something at a path of members; objects that are not there are made.
    func with(_ value: JSONValue, at path: some Collection<String>) -> JSONValue {
        guard let step = path.first else { return value }
        var members = object ?? [:]
        members[step] = (members[step] ?? .object([:])).with(value, at: path.dropFirst())
        return .object(members)
    }

    /// The same where nothing is there yet.
    func filled(with value: JSONValue, at path: [String]) -> JSONValue {
        switch at(path) {
        case nil, .null?: with(value, at: path)
        default: self
        }
    }

    /// With more members in the object at a path; these win.
    func merging(_ members: [String: JSONValue], at path: [String]) -> JSONValue {
        with(.object((at(path)?.object ?? [:]).merging(members) { _, new in new }), at: path)
    }

    /// With more elements behind those of the list at a path.
    func appending(_ elements: [JSONValue], at path: [String]) -> JSONValue {
        elements.isEmpty ? self : with(.array((at(path)?.array ?? []) + elements), at: path)
    }
}
