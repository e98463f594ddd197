extension Rule {
    /// Data flows one way through the house, so a module knows only the modules before it.
    static let imports = Rule.perFile("imports go one way") { file in
        guard file.isSwift, let module = file.module.flatMap({ House.module(named: $0) }) else { return [] }
        return file.code.enumerated().compactMap { index, line in
            importedModule(line)
                .flatMap { House.objection(to: $0, in: module) }
                .map { Finding(file, line: index + 1, $0) }
        }
    }

    static let homes = Rule.perFile("every source file has a home") { file in
        guard file.isSwift, file.path.hasPrefix("Sources/") else { return [] }
        guard let module = file.module else { return [Finding(file, "belongs to no module")] }
        if House.systemLibraries.contains(String(module)) {
            return [Finding(file, "\(module) holds a module map and nothing else")]
        }
        return House.module(named: module) == nil ? [Finding(file, "\(module) is no module of the house")] : []
    }

    static let readmes = Rule("every module says what belongs there") { files in
        let inModules = files.filter { file in
            file.module.map { !House.systemLibraries.contains(String($0)) } ?? false
        }
        return Dictionary(grouping: inModules) { $0.module ?? "" }
            .sorted { $0.key < $1.key }
            .flatMap { module, files -> [Finding] in
                guard let readme = files.first(where: { $0.path == "Sources/\(module)/README.md" }) else {
                    return files.prefix(1).map { Finding($0, "Sources/\(module) has no README.md") }
                }
                let excludes = readme.lines.contains { line in
                    let line = line.lowercased()
                    return line.contains("belong") && (line.contains("not") || line.contains("nothing"))
                }
                return excludes ? [] : [Finding(readme, "does not say what does not belong here")]
            }
    }

    /// The module that a line of code imports, whatever attributes, access level and kind stand around it.
    private static func importedModule(_ line: Substring) -> String? {
        let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor"]
        var words = line.split(whereSeparator: \.isWhitespace)[...]
        while let word = words.first, modifiers.contains(word) || word.hasPrefix("@") { words.removeFirst() }
        guard words.popFirst() == "import" else { return nil }
        if let word = words.first, words.count > 1, kinds.contains(word) { words.removeFirst() }
        return words.first?.split(whereSeparator: { $0 == "." || $0 == ";" }).first.map(String.init)
    }
}
