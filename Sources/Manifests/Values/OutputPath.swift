/// The paths of outputs and inputs as text: `/` between names, no `.`, none of it empty.
public enum OutputPath {
    /// An output's path in its run's folder of outputs. The folder's own name may stand before it, because that is how
    /// a person sees the file in the attempt's folder.
    public static func output(_ written: String) -> String {
        let path = tidied(written)
        let rest = path.dropFirst(folder.count)
        return path.hasPrefix(folder) && !rest.isEmpty ? String(rest) : path
    }

    /// The same path in its one form.
    public static func tidied(_ written: String) -> String {
        written.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    static func lastPart(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    private static let folder = "outputs/"
}

/// The outputs that a job declares, to find those that others want.
public struct DeclaredOutputs: Sendable {
    /// As they are written, by their one form. A command may write into a folder `outputs` of its own, and its job then
    /// declares `outputs/data.csv`: what is declared is read as what is wanted is.
    private let declarations: [String: String]

    /// - Parameter declared: in any form.
    public init(_ declared: some Sequence<String>) {
        declarations = Dictionary(declared.map { (OutputPath.output($0), $0) }) { min($0, $1) }
    }

    /// No file is that many folders deep, so that nobody has to look further.
    private static let mostFolders = 128

    /// Which declared output a wanted one is or lies in; the nearest, where several hold it.
    ///
    /// - Parameter wanted: in the form of `OutputPath`.
    /// - Returns: the declaration as it is written, and what is left of the wanted path below it (empty for itself).
    public func declaration(of wanted: String) -> (output: String, below: String)? {
        if let output = declarations[wanted] { return (output, "") }
        let slashes = wanted.indices.lazy.filter { wanted[$0] == "/" }.prefix(Self.mostFolders)
        for slash in Array(slashes).reversed() {
            guard let output = declarations[String(wanted[..<slash])] else { continue }
            return (output, String(wanted[wanted.index(after: slash)...]))
        }
        return nil
    }

    /// In their one form, sorted.
    public var paths: [String] { declarations.keys.sorted() }
}
