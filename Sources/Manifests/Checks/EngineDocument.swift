public import YAML

/// What may stand in a queue's `config` and `settings` for one engine, as far as a file alone can tell.
public struct EngineDocument: Sendable {
    /// Something in a document that lets a command out of its bounds: a path of the host, all privileges.
    public struct Danger: Sendable, Hashable {
        /// The word by which `settings.allow` permits it, such as `hostPath`.
        public var word: String
        /// Where it is: the keys, and the places in lists as `0`, `1`, ….
        public var path: [String]

        public init(_ word: String, at path: [String]) {
            self.word = word
            self.path = path
        }
    }

    /// The settings that a queue of this engine may have besides `allow`, each with what is said against a value.
    public struct Setting: Sendable {
        public var name: String
        /// Reports what is wrong with a value.
        public var check: @Sendable (Node) -> [Diagnostic]

        public init(_ name: String, check: @escaping @Sendable (Node) -> [Diagnostic]) {
            self.name = name
            self.check = check
        }
    }

    public var settings: [Setting]
    /// Reports what is wrong with settings together that each may have.
    public var checkSettings: @Sendable (Node) -> [Diagnostic]
    /// All words that `settings.allow` may hold.
    public var dangerWords: [String]
    /// Reports what is wrong with a `config` as it is written: unknown options, what Slipway sets itself. A text with a
    /// `{{variable}}` may still become anything.
    public var check: @Sendable (Node) -> [Diagnostic]
    /// What is dangerous in a `config`, written or rendered.
    public var dangers: @Sendable (JSONValue) -> [Danger]
    /// Whether with such a `config` the engine gets the runs' images from a registry only.
    public var needsRegistry: @Sendable (JSONValue) -> Bool

    public init(
        settings: [Setting] = [],
        checkSettings: @escaping @Sendable (Node) -> [Diagnostic] = { _ in [] },
        dangerWords: [String] = [],
        check: @escaping @Sendable (Node) -> [Diagnostic] = { _ in [] },
        dangers: @escaping @Sendable (JSONValue) -> [Danger] = { _ in [] },
        needsRegistry: @escaping @Sendable (JSONValue) -> Bool = { _ in false }
    ) {
        self.settings = settings
        self.checkSettings = checkSettings
        self.dangerWords = dangerWords
        self.check = check
        self.dangers = dangers
        self.needsRegistry = needsRegistry
    }

    /// The rules of an engine; `nil` for one that this version does not have.
    public static func of(_ engine: EngineKind) -> EngineDocument? {
        switch engine {
        case .localProcess: localProcess
        case .localContainer: localContainer
        case .slurm: slurm
        case .kubernetes: kubernetes
        case .ray, .sagemaker, .vertex: nil
        }
    }

    static let localProcess = EngineDocument(check: { config in
        config.entries.map { .unknownConfiguration($0.key.text, of: .localProcess, at: $0.key.location) }
    })

    /// Why a rendered document may not be submitted; empty where it may.
    ///
    /// A danger has to be permitted by the queue, and to stand in its template as it is: one that came from a value of
    /// a run is refused whatever is permitted.
    ///
    /// - Parameters:
    ///   - rendered: what the engine is to get.
    ///   - template: the queue's `config`.
    ///   - settings: the queue's `settings`.
    public func refusals(of rendered: JSONValue, from template: JSONValue, settings: JSONValue?) -> [String] {
        let allowed = Set(settings?["allow"]?.strings ?? [])
        let written = Set(dangers(template))
        return dangers(rendered).compactMap { danger in
            let place = danger.path.joined(separator: ".")
            guard written.contains(danger), !template.isFilled(at: danger.path) else {
                return "`\(place)` (\(danger.word)) would come from a value of the run"
            }
            guard allowed.contains(danger.word) else {
                return "`\(place)` is not permitted: `\(danger.word)` is not among the queue's settings.allow"
            }
            return nil
        }
    }
}

extension JSONValue {
    /// Whether what stands at a path takes something from a run.
    func isFilled(at path: [String]) -> Bool {
        var value = self
        for step in path {
            switch value {
            case .object(let members): value = members[step] ?? .null
            case .array(let elements):
                guard let index = Int(step), elements.indices.contains(index) else { return true }
                value = elements[index]
            case .null, .bool, .int, .double, .string: return QueueTemplate.takesFromRun(value)
            }
        }
        return QueueTemplate.takesFromRun(value)
    }
}
