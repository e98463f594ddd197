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

    /// Which declared output a wanted one is or lies in.
    ///
    /// - Parameters:
    ///   - wanted: in the form that `output` gives.
    ///   - declared: as jobs declare them, in any form.
    /// - Returns: the declaration as it is written, and what is left of the wanted path below it (empty for itself).
    public static func declaration(
        of wanted: String, among declared: some Sequence<String>
    ) -> (output: String, below: String)? {
        var found: (output: String, below: String)?
        // A command may write into a folder `outputs` of its own, and its job then declares `outputs/data.csv`: what is
        // declared is read as what is wanted is. The longest declaration is the nearest.
        for candidate in declared.sorted() {
            let form = output(candidate)
            if form == wanted { return (candidate, "") }
            guard wanted.hasPrefix(form + "/") else { continue }
            let below = String(wanted.dropFirst(form.count + 1))
            if found.map({ below.count < $0.below.count }) ?? true { found = (candidate, below) }
        }
        return found
    }

    static func lastPart(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    private static let folder = "outputs/"
}
