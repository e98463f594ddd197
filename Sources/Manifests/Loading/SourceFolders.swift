/// Decides which manifest files are in a folder that a Job names as its source, and so are not manifests.
///
/// A file in a source is no manifest, and what it names does not count either. A folder that holds the very manifest
/// naming it (`path: .`) hides nothing: it was searched to find that manifest. Where two jobs name each other's
/// folders, neither hides the other. None of this depends on the order in which files are looked at.
struct SourceFolders {
    /// For each file, whether it is in a source.
    let isHidden: [Bool]
    /// The sources that hide what is below them.
    let hiding: Set<String>

    private enum Decision {
        case open
        case manifest
        case hidden
    }

    /// - Parameters:
    ///   - files: paths of files; those that matter are relative to the repository's root.
    ///   - sources: for each file, the folders that its jobs name.
    init(files: [String], sources: [[String]]) {
        // By file, the folders that it hides unless it is hidden itself; by folder, the files that name it.
        let named = zip(files, sources).map { file, folders in
            folders.isEmpty ? [] : Set(folders.filter { !RelativePath.contains($0, file) })
        }
        var undecidedNamers: [String: Int] = [:]
        for folders in named { for folder in folders { undecidedNamers[folder, default: 0] += 1 } }
        var below: [String: [Int]] = [:]
        var undecidedFolders = Array(repeating: 0, count: files.count)
        for (index, file) in files.enumerated() where !undecidedNamers.isEmpty {
            for folder in Self.folders(above: file) where undecidedNamers[folder] != nil {
                below[folder, default: []].append(index)
                undecidedFolders[index] += 1
            }
        }

        var decisions = Array(repeating: Decision.open, count: files.count)
        var hiding: Set<String> = []
        var decided: [Int] = []
        for index in files.indices where undecidedFolders[index] == 0 {
            decisions[index] = .manifest
            decided.append(index)
        }
        while let index = decided.popLast() {
            for folder in named[index] where !hiding.contains(folder) {
                if decisions[index] == .manifest {
                    hiding.insert(folder)
                    for file in below[folder] ?? [] where decisions[file] == .open {
                        decisions[file] = .hidden
                        decided.append(file)
                    }
                } else {
                    undecidedNamers[folder, default: 1] -= 1
                    guard undecidedNamers[folder] == 0 else { continue }
                    for file in below[folder] ?? [] {
                        undecidedFolders[file] -= 1
                        guard undecidedFolders[file] == 0, decisions[file] == .open else { continue }
                        decisions[file] = .manifest
                        decided.append(file)
                    }
                }
            }
        }
        isHidden = decisions.map { $0 == .hidden }
        self.hiding = hiding
    }

    /// Whether a path that is no manifest file, such as one with an error, is in a source.
    func hides(_ path: String) -> Bool {
        !hiding.isEmpty && (hiding.contains(path) || Self.folders(above: path).contains { hiding.contains($0) })
    }

    /// The folders that a path is in, the root (the empty path) included.
    private static func folders(above path: String) -> [String] {
        guard !path.hasPrefix("/") else { return [] }
        return [""] + path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }.map { String(path[..<$0]) }
    }
}
