public import Manifests

/// What an attempt is submitted to: the engine, and its queue's document as they were when the attempt was claimed.
///
/// It is kept with the attempt, so that what was submitted can be asked for and ended also when its queue says
/// something else by then, or is gone.
public struct EngineBinding: Sendable, Hashable {
    public var kind: EngineKind
    /// How the queue says that the engine is reached and used: an object.
    public var settings: JSONValue
    /// The queue's document, with its `{{variables}}` and `${macros}`.
    public var config: JSONValue
    /// The values of the queue's variables, defaults included.
    public var variables: [String: JSONValue]
    /// Who had the run launched, and from which commit; `nil` where that is not known.
    public var author: String?
    public var commit: String?

    public init(
        kind: EngineKind, settings: JSONValue = .object([:]), config: JSONValue = .object([:]),
        variables: [String: JSONValue] = [:], author: String? = nil, commit: String? = nil
    ) {
        self.kind = kind
        self.settings = settings
        self.config = config
        self.variables = variables
        self.author = author
        self.commit = commit
    }

    /// The document that the engine gets for an attempt of a run.
    ///
    /// - Parameter image: how the engine is to name the image; `nil` where that is not known yet.
    public func document(of run: RunRecord, attempt: Int, image: String?) -> JSONValue {
        let specification = run.specification
        var macros: [QueueTemplate.Macro: String] = [
            .runID: run.id.text, .runName: run.name.name, .attempt: String(attempt),
            .job: "\(specification.job.name)", .namespace: run.name.namespace,
        ]
        macros[.image] = image
        macros[.author] = author
        macros[.commit] = commit
        return QueueTemplate.rendered(
            config, variables: variables, macros: macros, parameters: specification.parameters)
    }

    /// The form in which the store keeps it.
    public var recorded: JSONValue {
        var fields: [String: JSONValue] = [
            "config": config, "kind": .string(kind.rawValue), "settings": settings, "variables": .object(variables),
        ]
        fields["author"] = author.map { .string($0) }
        fields["commit"] = commit.map { .string($0) }
        return .object(fields)
    }

    /// Reads what `recorded` wrote; `nil` where it is something else.
    public init?(recorded: JSONValue) {
        guard let kind = recorded["kind"]?.string.flatMap(EngineKind.init(rawValue:)),
            let settings = recorded["settings"], settings.object != nil, let config = recorded["config"],
            config.object != nil, let variables = recorded["variables"]?.object
        else { return nil }
        self.init(
            kind: kind, settings: settings, config: config, variables: variables,
            author: recorded["author"]?.string, commit: recorded["commit"]?.string)
    }
}
