import Manifests
import YAML

extension Kind {
    /// A kind as people type it: `job`, `jobs`, `Run`, `agentpool`, `pools`.
    static func named(_ word: String) throws -> Kind {
        let lower = word.lowercased()
        let known = words.first { $0.key == lower }
        guard let known else {
            throw Diagnostic.unknownKind(word, suggestion: Suggestion.closest(to: lower, among: Array(words.keys)))
        }
        return known.value
    }

    private static let words: [String: Kind] = [
        "job": .job, "jobs": .job, "queue": .queue, "queues": .queue, "agentpool": .agentPool,
        "agentpools": .agentPool, "pool": .agentPool, "pools": .agentPool, "run": .run, "runs": .run, "policy": .policy,
        "policies": .policy,
    ]
}

extension ObjectKey {
    /// `Kind/name` or `Kind/namespace/name`.
    static func parse(_ text: String) throws -> ObjectKey {
        guard let slash = text.firstIndex(of: "/") else {
            throw Diagnostic.unknownKind(text, suggestion: "Run/\(text)")
        }
        return ObjectKey(
            try Kind.named(String(text[..<slash])), ObjectName(reference: text[text.index(after: slash)...]))
    }
}

extension ObjectName {
    /// A run as people type it: `name`, `namespace/name`, or `Run/name`.
    static func run(_ text: String) -> ObjectName {
        let prefix = "run/"
        return ObjectName(reference: text.lowercased().hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
}
