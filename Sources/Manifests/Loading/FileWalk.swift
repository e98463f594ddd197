import YAML

/// Finds the manifest files below some paths.
///
/// Files and folders are known by their real paths, so that what several links or arguments lead to is found once, and
/// what is found does not depend on their order. Folders are walked in order of their names, without recursion.
struct FileWalk {
    static let ignoreFile = ".slipwayignore"

    private let repository: Repository
    private let limits: LoaderLimits
    /// Real paths as they are shown, each with the number of the path that led to it first, from 0.
    private(set) var files: [(shown: String, walk: Int)] = []
    private var known: Set<String> = []
    /// How many paths have been walked.
    private var walks = 0
    private(set) var diagnostics: [Diagnostic] = []

    private var visited: Set<String> = []
    private var stack: [Frame] = []
    private var rules: [String: [ScopedRules]] = [:]
    private var entries = 0
    private var isFull = false

    /// A folder that is being walked.
    private struct Frame {
        var path: String
        var entries: [FileSystem.Entry]
        var next = 0
    }

    /// Rules and the folder they hold for.
    private struct ScopedRules {
        var folder: String
        var rules: IgnoreRules
    }

    init(_ repository: Repository, limits: LoaderLimits) {
        self.repository = repository
        self.limits = limits
    }

    /// Walks one path that somebody named: a file of any name, or a folder.
    mutating func add(_ path: String) {
        defer { walks += 1 }
        let absolute = path.hasPrefix("/") ? path : FileSystem.currentFolder + "/" + path
        let real: String
        do {
            real = try FileSystem.realPath(absolute)
        } catch {
            diagnostics.append(
                error.isMissing ? .pathMissing(path) : error.isLoop ? .linkLoop(path) : .unreadable(path, error.reason))
            return
        }
        // Outside is fine for a path that was named so, not for one inside that leads out.
        if repository.relative(real) == nil, let place = placeOfName(absolute), repository.relative(place) != nil {
            diagnostics.append(.linkLeaves(repository.shown(place), target: real))
            return
        }
        switch type(of: real, FileSystem.Entry(name: nil, shown: real, type: nil)) {
        case .folder?:
            enter(real)
            walk()
        case .file?: addFile(real)
        case .link?, .other?: diagnostics.append(.notRegular(repository.shown(real)))
        case nil: break
        }
    }

    /// Passes over a path that is none, and returns its number.
    mutating func skip() -> Int {
        defer { walks += 1 }
        return walks
    }

    /// Where a path's last name is, whatever that name leads to.
    private func placeOfName(_ absolute: String) -> String? {
        let parts = absolute.split(separator: "/")
        guard let last = parts.last, last != ".", last != ".." else { return nil }
        let folder = "/" + parts.dropLast().joined(separator: "/")
        return (try? FileSystem.realPath(folder)).map { $0 == "/" ? "/\(last)" : "\($0)/\(last)" }
    }

    private mutating func walk() {
        while !isFull, let top = stack.indices.last {
            guard stack[top].next < stack[top].entries.count else {
                stack.removeLast()
                continue
            }
            let entry = stack[top].entries[stack[top].next]
            stack[top].next += 1
            visit(entry, in: stack[top].path)
        }
        stack.removeAll()
    }

    private mutating func visit(_ entry: FileSystem.Entry, in folder: String) {
        let shownPath = folder == "/" ? "/\(entry.shown)" : "\(folder)/\(entry.shown)"
        let isManifest = entry.shown.hasSuffix(".yaml") || entry.shown.hasSuffix(".yml")
        guard isManifest || entry.type != .file else { return }
        guard let name = entry.name else {
            diagnostics.append(.notUTF8Name(repository.shown(shownPath)))
            return
        }
        guard let type = type(of: shownPath, entry) else { return }
        switch type {
        case .folder: if !name.hasPrefix("."), !isIgnored(shownPath, isDirectory: true) { enter(shownPath) }
        case .file: if isManifest, !isIgnored(shownPath, isDirectory: false) { addFile(shownPath) }
        case .link: follow(shownPath, isManifest: isManifest, isHidden: name.hasPrefix("."))
        case .other:
            if isManifest, !isIgnored(shownPath, isDirectory: false) {
                diagnostics.append(.notRegular(repository.shown(shownPath)))
            }
        }
    }

    private mutating func follow(_ link: String, isManifest: Bool, isHidden: Bool) {
        let real: String
        let target: FileSystem.FileType
        do {
            real = try FileSystem.realPath(link)
            target = try FileSystem.type(of: real, followsLinks: false)
        } catch {
            guard !isHidden || isManifest, !isIgnored(link, isDirectory: false) else { return }
            // A link that leads nowhere matters where a manifest was expected, a loop matters anywhere.
            if error.isLoop {
                diagnostics.append(.linkLoop(repository.shown(link)))
            } else if isManifest || !error.isMissing {
                diagnostics.append(
                    error.isMissing
                        ? .linkDangling(repository.shown(link)) : .unreadable(repository.shown(link), error.reason))
            }
            return
        }
        let isFolder = target == .folder
        guard isFolder ? !isHidden : isManifest, !isIgnored(link, isDirectory: isFolder) else { return }
        guard repository.relative(real) != nil || repository.relative(link) == nil else {
            diagnostics.append(.linkLeaves(repository.shown(link), target: real))
            return
        }
        switch target {
        case .folder where stack.contains(where: { RelativePath.contains(real, $0.path) }):
            diagnostics.append(.linkLoop(repository.shown(link)))
        case .folder: enter(real)
        case .file: addFile(real)
        case .link, .other: diagnostics.append(.notRegular(repository.shown(link)))
        }
    }

    private mutating func type(of path: String, _ entry: FileSystem.Entry) -> FileSystem.FileType? {
        if let type = entry.type { return type }
        do {
            return try FileSystem.type(of: path, followsLinks: false)
        } catch {
            diagnostics.append(.unreadable(repository.shown(path), error.reason))
            return nil
        }
    }

    private mutating func enter(_ folder: String) {
        guard visited.insert(folder).inserted else { return }
        guard stack.count < limits.depth else {
            diagnostics.append(.foldersTooDeep(repository.shown(folder), most: limits.depth))
            return
        }
        do {
            let names = try FileSystem.entries(of: folder, most: limits.entries - entries)
            entries += names.count
            guard entries <= limits.entries else { return stop(at: folder, most: limits.entries) }
            stack.append(Frame(path: folder, entries: names.sorted { $0.shown < $1.shown }))
        } catch {
            diagnostics.append(.unreadable(repository.shown(folder), error.reason))
        }
    }

    private mutating func addFile(_ path: String) {
        // Kept in one form only: there are tens of thousands.
        let shown = repository.shown(path)
        guard known.insert(shown).inserted else { return }
        files.append((shown, walks))
        guard files.count > limits.files else { return }
        stop(at: path, most: limits.files)
    }

    private mutating func stop(at path: String, most: Int) {
        guard !isFull else { return }
        isFull = true
        diagnostics.append(.tooManyFiles(repository.shown(path), most: most))
    }
}

// MARK: Ignored files

extension FileWalk {
    /// What the rules of the folder of a path, and of those above it up to the repository's root, say of it: the
    /// nearest that say anything count, as with Git.
    private mutating func isIgnored(_ path: String, isDirectory: Bool) -> Bool {
        for scope in rules(for: "/" + RelativePath.folder(of: String(path.dropFirst()))).reversed() {
            let relative = path.dropFirst(scope.folder == "/" ? 1 : scope.folder.count + 1)
            if let decision = scope.rules.decision(String(relative), isDirectory: isDirectory) { return decision }
        }
        return false
    }

    private mutating func rules(for folder: String) -> [ScopedRules] {
        if let known = rules[folder] { return known }
        var chain: [String] = [folder]
        // Outside of the repository only the folder that was named and those below it count.
        while let last = chain.last, last != repository.root, last != "/", !isStart(last), rules[last] == nil {
            chain.append("/" + RelativePath.folder(of: String(last.dropFirst())))
        }
        var inherited: [ScopedRules] = []
        for folder in chain.reversed() {
            if let known = rules[folder] {
                inherited = known
                continue
            }
            if let own = read(folder) { inherited.append(ScopedRules(folder: folder, rules: own)) }
            rules[folder] = inherited
        }
        return inherited
    }

    private func isStart(_ folder: String) -> Bool {
        repository.relative(folder) == nil && stack.first?.path == folder
    }

    private mutating func read(_ folder: String) -> IgnoreRules? {
        let path = folder == "/" ? "/\(Self.ignoreFile)" : "\(folder)/\(Self.ignoreFile)"
        do {
            let bytes = try FileSystem.read(path, most: limits.ignoreBytes)
            return IgnoreRules(String(decoding: bytes, as: UTF8.self))
        } catch {
            switch error {
            case .failed(let problem) where problem.isMissing: break
            case .failed(let problem): diagnostics.append(.unreadable(repository.shown(path), problem.reason))
            case .tooLarge: diagnostics.append(.fileTooLarge(repository.shown(path), most: limits.ignoreBytes))
            case .notRegular: diagnostics.append(.notRegular(repository.shown(path)))
            }
            return nil
        }
    }
}
