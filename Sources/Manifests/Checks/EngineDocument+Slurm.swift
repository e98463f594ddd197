import YAML

extension EngineDocument {
    /// `config` holds options of `sbatch` by their long names. All that is dangerous is refused whatever is permitted,
    /// so that there are no words for `settings.allow`.
    static let slurm = EngineDocument(
        settings: [Setting("bin", check: absolutePath), Setting("conf", check: absolutePath)],
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
}
