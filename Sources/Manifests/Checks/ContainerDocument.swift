import YAML

extension EngineDocument {
    /// A queue of containers: `config` holds run flags by their long names.
    static let localContainer = EngineDocument(
        settings: [
            Setting("tool") { node in
                ["docker", "podman"].contains(node.text) && node.kind == .scalar
                    ? [] : [.containerToolUnknown(node.text, at: node.location)]
            }
        ],
        dangerWords: Set(ContainerFlags.dangerous.values.map(\.word) + [ContainerFlags.hostNetwork]).sorted(),
        check: { config in config.entries.flatMap { check($0.key, $0.value) } },
        dangers: { config in (config.object ?? [:]).sorted { $0.key < $1.key }.compactMap(danger) })

    private static func check(_ key: Node, _ value: Node) -> [Diagnostic] {
        let flag = key.text
        if let instead = ContainerFlags.own[flag] {
            return [.containerFlagOwn(flag, instead, at: key.location)]
        }
        guard let form = ContainerFlags.form(of: flag) else {
            let known = (Array(ContainerFlags.allowed.keys) + Array(ContainerFlags.dangerous.keys)).sorted()
            return [.containerFlagUnknown(flag, known: known, at: key.location)]
        }
        // What a text with a variable becomes is seen when it is put in.
        guard let found = try? JSONValue(value), !mayBecomeAnything(found),
            let fault = ContainerFlags.fault(of: found, form)
        else { return [] }
        return [.containerFlagValue(flag, wanted: fault, at: value.location)]
    }

    private static func mayBecomeAnything(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.contains("{{") || text.contains("${")
        case .array(let elements): elements.contains(where: mayBecomeAnything)
        case .null, .bool, .int, .double, .object: false
        }
    }

    private static func danger(_ flag: String, _ value: JSONValue) -> Danger? {
        if let danger = ContainerFlags.dangerous[flag] {
            return value == .bool(false) ? nil : Danger(danger.word, at: [flag])
        }
        guard flag == "network", case .string(let network) = value else { return nil }
        // `container:NAME` and `ns:PATH` are another's network, and so may what is not put in yet be.
        let isOthers = network == "host" || network.contains(":")
        return isOthers ? Danger(ContainerFlags.hostNetwork, at: [flag]) : nil
    }
}
