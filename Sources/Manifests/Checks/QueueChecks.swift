import YAML

/// What is wrong with a queue's settings and document, by itself and with what its runs say.
enum QueueChecks {
    static func refusals(_ queue: Manifest<QueueSpec>) -> [Diagnostic] {
        let engine = queue.spec.resource
        guard let rules = EngineDocument.of(engine) else {
            return [.engineUnavailable(engine, at: queue.origin.location(of: ["spec", "resource"]))]
        }
        let spec = queue.origin.document["spec"]
        var found: [Diagnostic] = []
        if let settings = spec?["settings"], settings.kind == .mapping {
            found += check(settings, of: engine, rules)
            found += rules.checkSettings(settings)
        }
        guard let config = spec?["config"], config.kind == .mapping else { return found }
        found += references(in: config, of: queue)
        found += rules.check(config)
        found += dangers(in: queue, rules)
        return found
    }

    // MARK: Settings

    /// The one setting that every engine has.
    private static let allow = "allow"

    private static func check(_ settings: Node, of engine: EngineKind, _ rules: EngineDocument) -> [Diagnostic] {
        let known = rules.settings.map(\.name) + (rules.dangerWords.isEmpty ? [] : [allow])
        return settings.entries.flatMap { key, value -> [Diagnostic] in
            if key.text == allow, !rules.dangerWords.isEmpty { return permits(value, of: engine, rules) }
            guard let setting = rules.settings.first(where: { $0.name == key.text }) else {
                return [.unknownSetting(key.text, of: engine, known: known, at: key.location)]
            }
            return setting.check(value)
        }
    }

    private static func permits(_ list: Node, of engine: EngineKind, _ rules: EngineDocument) -> [Diagnostic] {
        guard list.kind == .sequence else { return [.permitsNoList(at: list.location)] }
        return list.elements.compactMap { node in
            guard let word = node.string, rules.dangerWords.contains(word) else {
                return .unknownPermit(node.text, of: engine, known: rules.dangerWords, at: node.location)
            }
            return nil
        }
    }

    // MARK: The document

    /// What a document refers to that is not there.
    private static func references(in config: Node, of queue: Manifest<QueueSpec>) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var pending = [config]
        while let node = pending.popLast() {
            switch node.kind {
            case .sequence: pending += node.elements
            case .mapping:
                for (key, value) in node.entries {
                    if let pieces = try? QueueTemplate.pieces(of: key.text), pieces.contains(where: \.isReference) {
                        found.append(.referenceInKey(key.text, at: key.location))
                    }
                    pending.append(value)
                }
            case .scalar:
                guard let text = node.string else { continue }
                do {
                    for case .variable(let name) in try QueueTemplate.pieces(of: text)
                    where queue.spec.variables[name] == nil {
                        found.append(
                            .undeclaredVariable(
                                name, among: Array(queue.spec.variables.keys), at: node.location))
                    }
                } catch {
                    found.append(.malformedDocument(error, at: node.location(ofScalar: error.offset)))
                }
            }
        }
        return found.sorted { $0.place < $1.place }
    }

    private static func dangers(in queue: Manifest<QueueSpec>, _ rules: EngineDocument) -> [Diagnostic] {
        let allowed = Set(queue.spec.settings?[allow]?.strings ?? [])
        return rules.dangers(queue.spec.config).compactMap { danger in
            let place = queue.origin.document["spec"]?["config"]?.location(at: danger.path)
            let location = place ?? queue.origin.location(of: ["spec", "config"])
            if !allowed.contains(danger.word) { return .dangerNotPermitted(danger, at: location) }
            return queue.spec.config.isFilled(at: danger.path) ? .dangerFromRun(danger, at: location) : nil
        }
    }

    // MARK: Runs

    /// Why what a run's variables and parameters make of its queue's document would be refused when it is submitted.
    static func refusals(
        of run: Manifest<RunSpec>, parameters: @autoclosure () -> [String: JSONValue], on queue: Manifest<QueueSpec>
    ) -> [Diagnostic] {
        guard let rules = EngineDocument.of(queue.spec.resource) else { return [] }
        let config = queue.spec.config
        guard config != .object([:]) else { return [] }
        let parameters = parameters()
        var found: [Diagnostic] = []
        for name in QueueTemplate.parameters(in: config) where parameters[name] == nil {
            found.append(
                .parameterNotInJob(
                    name, job: run.spec.job.name, queue: run.spec.queue,
                    declared: queue.origin.location(of: ["spec", "config"]),
                    at: run.origin.location(of: ["spec", "queue"])))
        }
        let variables = run.spec.variables.overDefaults(of: queue.spec.variables)
        let rendered = QueueTemplate.rendered(
            config, variables: variables, macros: [:], parameters: parameters)
        let own = Set(rules.dangers(config))
        // What the template has by itself was said of the queue.
        let refusals = rules.refusals(of: rendered, from: config, settings: queue.spec.settings)
        if !refusals.isEmpty, !Set(rules.dangers(rendered)).isSubset(of: own) {
            found.append(
                .documentRefused(
                    run.spec.queue, refusals, declared: queue.origin.location(of: ["spec", "config"]),
                    at: run.origin.location(of: ["spec"])))
        }
        return found
    }
}

extension QueueTemplate.Piece {
    fileprivate var isReference: Bool { if case .text = self { false } else { true } }
}

extension Diagnostic {
    /// Where it is in its file, for sorting.
    fileprivate var place: Int { location?.span.start.offset ?? 0 }
}

extension Node {
    /// The place of what keys and places in lists lead to, as far as they do.
    func location(at path: [String]) -> SourceLocation {
        var node = self
        for step in path {
            guard let next = node.step(step) else { break }
            node = next
        }
        return node.location
    }

    /// The value under a key, or at a place in a list.
    func step(_ step: String) -> Node? {
        if kind == .sequence, let index = Int(step), index >= 0 {
            var elements = elements
            for _ in 0..<index where elements.next() == nil { return nil }
            return elements.next()
        }
        return self[step]
    }
}
