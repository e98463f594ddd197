/// The folder that nothing may leave, and the names by which messages call what is in it.
struct Repository: Sendable {
    /// Absolute, without symbolic links.
    let root: String

    init(_ path: String) throws(FileProblem) { root = try FileSystem.realPath(path) }

    /// A real path relative to the root; `nil` outside of it.
    func relative(_ real: String) -> String? {
        if real == root { return "" }
        let prefix = root == "/" ? "/" : root + "/"
        return real.hasPrefix(prefix) ? String(real.dropFirst(prefix.count)) : nil
    }

    /// How a real path is shown: relative to the root where it is inside, as it is elsewhere.
    func shown(_ real: String) -> String {
        guard let path = relative(real) else { return real }
        return path.isEmpty ? "." : path
    }

    /// The real path of a file that is shown so.
    func real(_ shown: String) -> String { shown.hasPrefix("/") ? shown : absolute(shown) }

    func absolute(_ path: String) -> String { path.isEmpty ? root : (root == "/" ? "/" + path : "\(root)/\(path)") }
}
