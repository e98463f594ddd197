/// What a queue shows the containers of its runs on a Slurm cluster, of the files of the nodes: `/data`, under its own
/// path, or `/data:/mnt/data`.
public struct SlurmBind: Sendable, Hashable {
    /// Its path on the nodes.
    public let source: String
    /// Its path in the container.
    public let target: String

    /// What a container has there anyway. Nothing can be mounted in what is mounted.
    static let taken: Set<String> = ["dev", "proc", "slipway", "sys", "tmp"]

    /// `nil` for what is no absolute path, or two with a colon between, or has a target that a container has anyway.
    public init?(_ text: String) {
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
        let paths = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(paths.count), paths.allSatisfy({ $0.hasPrefix("/") }) else { return nil }
        let parts = paths.map { $0.split(separator: "/") }
        guard !parts.joined().contains(where: { $0 == "." || $0 == ".." }),
            let source = parts.first, let target = parts.last, let first = target.first, !source.isEmpty,
            !Self.taken.contains(String(first))
        else { return nil }
        self.source = "/" + source.joined(separator: "/")
        self.target = "/" + target.joined(separator: "/")
    }

    /// Whether one of the two would be mounted in the other, or in its place.
    func meets(_ other: SlurmBind) -> Bool {
        let (mine, others) = (target + "/", other.target + "/")
        return mine.utf8.starts(with: others.utf8) || others.utf8.starts(with: mine.utf8)
    }
}
