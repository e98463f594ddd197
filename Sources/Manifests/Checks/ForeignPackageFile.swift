/// A file with which a tool describes packages in a way that is not read here, known by its name.
enum ForeignPackageFile: Sendable, Hashable {
    case conda
    case other(tool: String)

    private static let tools = [
        "Pipfile": "pipenv", "Pipfile.lock": "pipenv", "poetry.lock": "Poetry", "pdm.lock": "PDM", "pixi.lock": "Pixi",
        "pixi.toml": "Pixi", "pylock.toml": "`pip lock`", "setup.py": "setuptools", "setup.cfg": "setuptools",
    ]

    /// - Returns: `nil` for the name of a file that is read, or may be a requirements file.
    init?(_ path: String) {
        let name = String(path.split(separator: "/").last ?? "")
        if let tool = Self.tools[name] {
            self = .other(tool: tool)
        } else if name.hasSuffix(".yml") || name.hasSuffix(".yaml")
            || (name.hasPrefix("conda") && name.hasSuffix(".lock"))
        {
            self = .conda
        } else {
            return nil
        }
    }
}
