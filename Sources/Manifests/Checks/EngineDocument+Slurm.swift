import YAML

extension EngineDocument {
    /// `config` holds options of `sbatch` by their long names. All that is dangerous is refused whatever is permitted,
    /// so that there are no words for `settings.allow`.
    static let slurm = EngineDocument(
        settings: [
            Setting("bin", check: absolutePath), Setting("conf", check: absolutePath),
            Setting("container", check: container), Setting("bind", check: binds),
        ],
        checkSettings: { settings in
            guard settings["container"] == nil else { return [] }
            return settings.entries.filter { $0.key.text == "bind" }.map {
                .slurmBindWithoutContainer(at: $0.key.location)
            }
        },
        check: { config in config.entries.compactMap { slurmFault($0.key, $0.value) } })

    private static func slurmFault(_ key: Node, _ value: Node) -> Diagnostic? {
        let name = key.text
        if let instead = SlurmOptions.own[name] { return .slurmOptionOwn(name, instead, at: key.location) }
        if SlurmOptions.dangerous.contains(name) { return .slurmOptionDangerous(name, at: key.location) }
        guard SlurmOptions.allowed.contains(name) else { return .slurmOptionUnknown(name, at: key.location) }
        switch value.scalar {
        case .string(let text):
            let isLine = !text.isEmpty && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            return isLine ? nil : .slurmOptionValue(name, at: value.location)
        case .int, .bool: return nil
        default: return .slurmOptionValue(name, at: value.location)
        }
    }

    private static func absolutePath(_ value: Node) -> [Diagnostic] {
        if case .string(let path)? = value.scalar, path.hasPrefix("/"), !path.utf8.contains(0) { return [] }
        return [.slurmPathNotAbsolute(at: value.location)]
    }

    /// What runs containers on a cluster, by the word for it in `settings.container`: it executes the command in the
    /// place of the job's own process, so that Slurm's limits and its ends are the command's.
    public static let slurmContainers = ["charliecloud"]

    private static func container(_ value: Node) -> [Diagnostic] {
        if case .string(let word)? = value.scalar, slurmContainers.contains(word) { return [] }
        return [.slurmContainerUnknown(value.kind == .scalar ? value.text : "a list", at: value.location)]
    }

    private static func binds(_ list: Node) -> [Diagnostic] {
        guard list.kind == .sequence else { return [.slurmBindsNoList(at: list.location)] }
        var found: [Diagnostic] = []
        var earlier: [SlurmBind] = []
        for node in list.elements {
            guard case .string(let text)? = node.scalar, let bind = SlurmBind(text) else {
                found.append(.slurmBindUnusable(node.kind == .scalar ? node.text : "a list", at: node.location))
                continue
            }
            if let other = earlier.first(where: bind.meets) {
                found.append(.slurmBindMeets(bind.target, other.target, at: node.location))
            }
            earlier.append(bind)
        }
        return found
    }
}
