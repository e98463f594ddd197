public import YAML

/// Reads manifests from files and folders: finds them, parses and decodes them on all cores, and checks them together.
///
/// Every mistake of every file is reported; none of them stops the reading of the others.
public struct ManifestLoader: Sendable {
    private let repositoryRoot: String
    private let limits: LoaderLimits
    private let texts: ManifestTexts?

    /// `repositoryRoot` is the folder that sources must be in and that shown paths are relative to.
    ///
    /// - Parameter texts: what is read instead of files, and takes up what is read of them.
    public init(repositoryRoot: String, limits: LoaderLimits = .default, texts: ManifestTexts? = nil) {
        self.repositoryRoot = repositoryRoot
        self.limits = limits
        self.texts = texts
    }

    /// Reads the manifests in some files and folders, absolute or relative to the current folder.
    ///
    /// A manifest of an object that an earlier path has, too, is a patch of it (`CompositionPlan`). The order of paths
    /// matters for nothing else, and what is reached by several belongs to the first.
    public func load(_ paths: [String]) async -> LoadedManifests {
        let repository: Repository
        do {
            repository = try Repository(repositoryRoot)
        } catch {
            return LoadedManifests(
                desired: DesiredState(), diagnostics: [.repositoryMissing(repositoryRoot, error.reason)], files: 0,
                documents: 0)
        }
        var (decoded, diagnostics) = await find(paths, in: repository)
        let plan = await compose(&decoded)
        let assembled = AssembledManifests(decoded, composedBy: plan)
        let parts = assembled.assembly.parts
        let checked = await inChunks(parts, of: 1) { assembled.assembly.check($0, of: parts.count) }
        return LoadedManifests(assembled, checked: checked, diagnostics, checking: SourceChecks(repository))
    }

    /// Formats the manifests in some files and folders, which are the files that `load` reads. Nothing is written.
    ///
    /// - Returns: the files in order of their paths, and what is wrong with the paths themselves.
    public func format(_ paths: [String]) async -> (files: [FormattedFile], diagnostics: [Diagnostic]) {
        let repository: Repository
        do {
            repository = try Repository(repositoryRoot)
        } catch {
            return ([], [.repositoryMissing(repositoryRoot, error.reason)])
        }
        let (found, diagnostics) = await find(paths, in: repository)
        return (await inChunks(found.files.map(\.path)) { format(shown: $0, in: repository) }, diagnostics)
    }

    /// The files that hold manifests, decoded, in the order of their paths.
    private func find(
        _ paths: [String], in repository: Repository
    ) async -> (decoded: DecodedFiles, diagnostics: [Diagnostic]) {
        let (found, diagnostics) = walk(paths, in: repository)
        var decoded = DecodedFiles()
        decoded.reserveCapacity(files: found.count, documents: found.count)
        await onAllCores(found, { decode($0, in: repository) }, each: { decoded.append($0) })
        resolveSourceFolders(of: &decoded, in: repository)
        let folders = decoded.takeSourceFolders()
        decoded.remove(folders.isHidden)
        return (
            decoded,
            diagnostics.filter { diagnostic in !(diagnostic.location.map { folders.hides($0.path) } ?? false) }
        )
    }

    /// The files that may hold manifests, in the order of their paths.
    private func walk(
        _ paths: [String], in repository: Repository
    ) -> (files: [FoundFile], diagnostics: [Diagnostic]) {
        var walk = FileWalk(repository, limits: limits)
        var files: [FoundFile] = []
        for path in paths {
            if path == "-", let input = texts?.input {
                files.append(FoundFile(shown: input.path, walk: walk.skip(), isInput: true))
            } else {
                walk.add(path)
            }
        }
        files += walk.files.map { FoundFile(shown: $0.shown, walk: $0.walk) }
        return (files.sorted { $0.shown.precedes($1.shown) }, walk.diagnostics)
    }

    /// A file that may hold manifests.
    private struct FoundFile: Sendable {
        var shown: String
        /// The number of the path that it was found by, from 0.
        var walk: Int
        /// Whether it came in no file.
        var isInput = false
    }

    /// A source that is reached through a link is known by its real path, as the files in it are.
    private func resolveSourceFolders(of files: inout DecodedFiles, in repository: Repository) {
        // Many jobs share a source.
        var known: [String: String] = [:]
        func real(_ folder: String) -> String {
            if let real = known[folder] { return real }
            let real = (try? FileSystem.realPath(repository.absolute(folder))).flatMap { repository.relative($0) }
            known[folder] = real ?? folder
            return real ?? folder
        }
        files.mapSourceFolders { Set($0).sorted().map(real) }
    }

    /// Files of one task: enough that starting a task costs nothing beside them, few enough that cores end together.
    private static let chunk = 32
    /// Tasks that are there at once: enough for any machine's cores, few enough that whoever takes what they make has a
    /// turn before all is made.
    private static let atOnce = 128

    /// Reads those documents anew that do not stand alone.
    private func compose(_ decoded: inout DecodedFiles) async -> CompositionPlan {
        let files = decoded.files
        guard CompositionPlan.isNeeded(for: files) else { return CompositionPlan() }
        let plan = CompositionPlan(files, await inChunks(files, \.envelopes))
        let composed = await inChunks(Array(plan.readings)) { ($0.key, files[$0.key].documents(as: $0.value)) }
        decoded.replaceDocuments(Dictionary(uniqueKeysWithValues: composed))
        return plan
    }

    /// Does something with each of many on all cores; the results are in their order.
    private func inChunks<Item: Sendable, Made: Sendable>(
        _ items: [Item], of size: Int = chunk, _ make: @escaping @Sendable (Item) -> Made
    ) async -> [Made] {
        var all: [Made] = []
        all.reserveCapacity(items.count)
        await onAllCores(items, of: size, { $0.map(make) }, each: { all += $0 })
        return all
    }

    /// Does something with the parts of many on all cores, and hands over what comes of each, in their order and as
    /// soon as it is there: what is handed over need not be kept until all are done.
    private func onAllCores<Item: Sendable, Made: Sendable>(
        _ items: [Item], of size: Int = chunk, _ make: @escaping @Sendable (ArraySlice<Item>) -> Made,
        each take: (Made) -> Void
    ) async {
        var parts = stride(from: 0, to: items.count, by: size).map { items[$0..<min($0 + size, items.count)] }[...]
        guard parts.count > 1 else { return parts.forEach { take(make($0)) } }
        await withTaskGroup(of: (start: Int, made: Made).self) { group in
            func startNext() {
                guard let part = parts.popFirst() else { return }
                group.addTask { (part.startIndex, make(part)) }
            }
            for _ in 0..<Self.atOnce { startNext() }
            var (waiting, next) = ([Int: Made](), 0)
            for await part in group {
                startNext()
                waiting[part.start] = part.made
                while let made = waiting.removeValue(forKey: next) {
                    take(made)
                    next += size
                }
            }
        }
    }

    private func decode(_ found: ArraySlice<FoundFile>, in repository: Repository) -> DecodedFiles {
        var decoded = DecodedFiles()
        decoded.reserveCapacity(files: found.count, documents: found.count)
        var former = Metadata()
        for file in found { decoded.append(decode(file, in: repository, after: &former)) }
        return decoded
    }

    private func decode(
        _ file: FoundFile, in repository: Repository, after former: inout Metadata
    ) -> (file: DecodedFile, documents: [DecodedDocument]) {
        let shown = file.shown
        // Its paths are those of a file in the repository's root.
        if file.isInput, let input = texts?.input {
            return DecodedFile.decode(input, layer: file.walk, after: &former)
        }
        do {
            let bytes = try read(repository.real(shown), shown)
            return DecodedFile.decode(SourceFile(path: shown, bytes: bytes), layer: file.walk, after: &former)
        } catch {
            return (DecodedFile(path: shown, layer: file.walk, unreadable(shown, error)), [])
        }
    }

    private func format(shown: String, in repository: Repository) -> FormattedFile {
        let real = repository.real(shown)
        do {
            let bytes = try FileSystem.read(real, most: limits.fileBytes)
            return FormattedFile(formatting: SourceFile(path: shown, bytes: bytes), real: real)
        } catch {
            return FormattedFile(path: shown, real: real, diagnostics: [unreadable(shown, error)])
        }
    }

    private func read(_ real: String, _ shown: String) throws(FileSystem.ReadFailure) -> [UInt8] {
        guard let texts else { return try FileSystem.read(real, most: limits.fileBytes) }
        return try texts.bytes(of: real, shown: shown) { () throws(FileSystem.ReadFailure) in
            try FileSystem.read(real, most: limits.fileBytes)
        }
    }

    private func unreadable(_ shown: String, _ failure: FileSystem.ReadFailure) -> Diagnostic {
        switch failure {
        case .tooLarge: .fileTooLarge(shown, most: limits.fileBytes)
        case .notRegular: .notRegular(shown)
        case .failed(let problem): .unreadable(shown, problem.reason)
        }
    }
}
