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
        let found = await find(paths, in: repository)
        let manifests = found.files.map(\.file)
        let plan = CompositionPlan(manifests)
        return LoadedManifests(
            manifests, composedBy: plan, composed: await compose(manifests, by: plan), found.diagnostics,
            checking: SourceChecks(repository))
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
        let found = await find(paths, in: repository)
        return (await inChunks(found.files.map(\.real)) { format($0, in: repository) }, found.diagnostics)
    }

    /// The files that hold manifests, decoded, by their paths.
    private func find(
        _ paths: [String], in repository: Repository
    ) async -> (files: [(real: String, file: DecodedFile)], diagnostics: [Diagnostic]) {
        var walk = FileWalk(repository, limits: limits)
        let input = texts?.input
        var inputLayer: Int?
        for path in paths {
            if path == "-", input != nil { inputLayer = walk.skip() } else { walk.add(path) }
        }
        var found = walk.files.map { (shown: repository.shown($0.key), real: $0.key, layer: $0.value) }
            .sorted { $0.shown.utf8.lexicographicallyPrecedes($1.shown.utf8) }
        var files = await inChunks(found.map(\.real)) { decode($0, in: repository) }
        for (index, file) in found.enumerated() { files[index].layer = file.layer }
        if let input, let inputLayer {
            let place = found.firstIndex { input.path.utf8.lexicographicallyPrecedes($0.shown.utf8) } ?? found.count
            found.insert((shown: input.path, real: input.path, layer: inputLayer), at: place)
            // Its paths are those of a file in the repository's root.
            files.insert(DecodedFile(input, folder: ""), at: place)
            files[place].layer = inputLayer
        }
        let folders = SourceFolders(files: files.map(\.path), sources: files.map(\.sourceFolders))
        return (
            zip(zip(found, files), folders.isHidden).filter { !$0.1 }.map { ($0.0.0.real, $0.0.1) },
            walk.diagnostics.filter { diagnostic in !(diagnostic.location.map { folders.hides($0.path) } ?? false) }
        )
    }

    /// Files of one task: enough that starting a task costs nothing beside them, few enough that cores end together.
    private static let chunk = 32

    private func compose(_ files: [DecodedFile], by plan: CompositionPlan) async -> [Int: DecodedFile] {
        guard !plan.readings.isEmpty else { return [:] }
        let work = plan.readings.map { (index: $0.key, file: files[$0.key], readings: $0.value) }
        let composed = await inChunks(work) { ($0.index, $0.file.read(as: $0.readings)) }
        return Dictionary(uniqueKeysWithValues: composed)
    }

    /// Does something with each of many on all cores; the results are in their order.
    private func inChunks<Item: Sendable, Made: Sendable>(
        _ items: [Item], _ make: @escaping @Sendable (Item) -> Made
    ) async -> [Made] {
        let starts = Array(stride(from: 0, to: items.count, by: Self.chunk))
        let makeChunk: @Sendable (Int) -> [Made] = { start in
            items[start..<min(start + Self.chunk, items.count)].map(make)
        }
        guard starts.count > 1 else { return starts.flatMap(makeChunk) }
        return await withTaskGroup(of: (start: Int, made: [Made]).self) { group in
            for start in starts { group.addTask { (start, makeChunk(start)) } }
            var chunks: [Int: [Made]] = [:]
            for await chunk in group { chunks[chunk.start] = chunk.made }
            return starts.flatMap { chunks[$0] ?? [] }
        }
    }

    private func decode(_ real: String, in repository: Repository) -> DecodedFile {
        let shown = repository.shown(real)
        do {
            let bytes = try read(real, shown)
            let folder = repository.relative(real).map { RelativePath.folder(of: $0) }
            var file = DecodedFile(SourceFile(path: shown, bytes: bytes), folder: folder)
            // A source that is reached through a link is known by its real path, as the files in it are.
            file.sourceFolders = Set(file.sourceFolders).sorted().map { folder in
                (try? FileSystem.realPath(repository.absolute(folder))).flatMap { repository.relative($0) } ?? folder
            }
            return file
        } catch {
            return DecodedFile(path: shown, unreadable(shown, error))
        }
    }

    private func format(_ real: String, in repository: Repository) -> FormattedFile {
        let shown = repository.shown(real)
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
