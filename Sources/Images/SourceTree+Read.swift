import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension SourceTree {
    /// Reads a folder, leaving out what its `.dockerignore` and then its `.slipwayignore` name, and what no image wants
    /// (Git's own folder, Slipway's state, Python's byte code); an ignore file can take those back with `!`.
    ///
    /// - Throws: a `Diagnostic` for a file that cannot be read, a link that leaves the tree, a socket, pipe or device,
    ///   a name that is not UTF-8, and a tree beyond the limits.
    public static func read(_ root: String, limits: SourceLimits = .default) throws -> SourceTree {
        guard let status = try FileAccess.status(FileAccess.resolvedIfPresent(root)) else {
            throw Diagnostic.sourceMissing(root)
        }
        guard status.kind == .directory else { throw Diagnostic.sourceNotAFolder(root) }
        var text = defaultIgnoreRules
        for name in [".dockerignore", ".slipwayignore"] {
            guard let status = try FileAccess.status("\(root)/\(name)") else { continue }
            // A link could make what is outside the tree decide what is in it.
            guard status.kind == .file else { throw Diagnostic.notARegularFile("\(root)/\(name)") }
            text += String(decoding: try FileAccess.read("\(root)/\(name)", limit: 1 << 20), as: UTF8.self) + "\n"
        }
        return try read(root, limits: limits, rules: IgnoreRules(text))
    }

    private static let defaultIgnoreRules = ".git\n.slipway\n__pycache__/\n*.pyc\n.DS_Store\n"

    /// Reads a folder with other rules, or with none.
    static func read(_ root: String, limits: SourceLimits, rules: IgnoreRules?) throws -> SourceTree {
        var walk = Walk(root: root, limits: limits, rules: rules)
        while let folder = walk.pending.popLast() { try walk.visit(folder) }
        let kinds = try SourceContents(root: root, limit: limits.bytes).kinds(of: walk.found)
        let files = zip(walk.found, kinds).map { SourceTree.Entry(path: $0.path, kind: $1) }
        return SourceTree(root: root, entries: walk.entries + files)
    }
}

/// The state of reading one tree. The folders still to visit are a list, not the call stack, so that depth costs
/// nothing.
private struct Walk {
    struct Folder {
        let path: String
        let depth: Int
    }

    let root: String
    let limits: SourceLimits
    let rules: IgnoreRules?
    var pending = [Folder(path: "", depth: 0)]
    /// Folders and links.
    var entries: [SourceTree.Entry] = []
    /// Files, of which the contents are still to be looked at.
    var found: [SourceContents.File] = []
    // By bytes: to `String`, two spellings of “é” are one name; to the file system they are two.
    private var folders: Set<[UInt8]> = []
    private var files = 0

    init(root: String, limits: SourceLimits, rules: IgnoreRules?) {
        self.root = root
        self.limits = limits
        self.rules = rules
    }

    mutating func visit(_ folder: Folder) throws {
        let absolute = folder.path.isEmpty ? root : "\(root)/\(folder.path)"
        for bytes in try FileAccess.names(in: absolute) {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw Diagnostic.nameNotUTF8(in: folder.path, shown: String(decoding: bytes, as: UTF8.self))
            }
            let path = folder.path.isEmpty ? name : "\(folder.path)/\(name)"
            guard let status = try FileAccess.status("\(root)/\(path)") else {
                throw Diagnostic.sourceChangedWhileRead(path)
            }
            let isDirectory = status.kind == .directory
            if let rules, rules.isIgnored(path, isDirectory: isDirectory) { continue }
            guard !name.hasPrefix(".wh.") else { throw Diagnostic.reservedName(path) }
            switch status.kind {
            case .directory:
                guard folder.depth < limits.depth else { throw Diagnostic.sourceTooDeep(path, limit: limits.depth) }
                pending.append(Folder(path: path, depth: folder.depth + 1))
            case .file:
                try count(path)
                found.append(SourceContents.File(path: path, size: status.size))
            case .symbolicLink: try addLink(path, folder: folder)
            case .other: throw Diagnostic.specialFile(path)
            }
        }
    }

    private mutating func addLink(_ path: String, folder: Folder) throws {
        guard let target = String(validating: try FileAccess.linkTarget("\(root)/\(path)"), as: UTF8.self) else {
            throw Diagnostic.nameNotUTF8(in: folder.path, shown: path)
        }
        guard Self.staysInside(target, depth: folder.depth) else {
            throw Diagnostic.linkLeavesSource(path, target: target)
        }
        try count(path)
        entries.append(SourceTree.Entry(path: path, kind: .symbolicLink(target: target)))
    }

    /// Whether a link's target is in the tree wherever the links on its way lead.
    ///
    /// `..` is taken only at the start, where it climbs real folders: after a name it might climb out of a folder that
    /// another link leads to, which no look at the text can tell.
    private static func staysInside(_ target: String, depth: Int) -> Bool {
        guard !target.isEmpty, !target.hasPrefix("/") else { return false }
        var height = depth
        var isAtStart = true
        for part in target.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
            if part == ".." {
                height -= 1
                guard isAtStart, height >= 0 else { return false }
            } else {
                isAtStart = false
            }
        }
        return true
    }

    /// Counts a file or link, and adds the folders that it is in.
    private mutating func count(_ path: String) throws {
        files += 1
        guard files <= limits.files else { throw Diagnostic.tooManyFiles(root, limit: limits.files) }
        var parent = path[...]
        while let slash = parent.lastIndex(of: "/") {
            parent = parent[..<slash]
            guard folders.insert(Array(parent.utf8)).inserted else { break }
            entries.append(SourceTree.Entry(path: String(parent), kind: .directory))
        }
    }
}
