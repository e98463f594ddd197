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
        let manifests = found.files
        let plan =
            CompositionPlan.isNeeded(for: manifests)
            ? CompositionPlan(manifests, await inChunks(manifests, \.envelopes)) : CompositionPlan()
        let assembled = AssembledManifests(manifests, composedBy: plan, await compose(manifests, by: plan))
        let parts = assembled.assembly.parts
        let checked = await inChunks(parts, of: 1) { assembled.assembly.check($0, of: parts.count) }
        return LoadedManifests(assembled, checked: checked, found.diagnostics, checking: SourceChecks(repository))
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
        return (await inChunks(found.files.map(\.path)) { format(shown: $0, in: repository) }, found.diagnostics)
    }

    /// The files that hold manifests, decoded, in the order of their paths.
    private func find(
        _ paths: [String], in repository: Repository
    ) async -> (files: [DecodedFile], diagnostics: [Diagnostic]) {
        let (found, diagnostics) = walk(paths, in: repository)
        var files = await inChunks(found) { file in
            var decoded = decode(file, in: repository)
            decoded.layer = file.walk
            return decoded
        }
        resolveSourceFolders(of: &files, in: repository)
        let folders = SourceFolders(files: files.map(\.path), sources: files.map(\.sourceFolders))
        if folders.isHidden.contains(true) { files = zip(files, folders.isHidden).filter { !$0.1 }.map(\.0) }
        return (
            files,
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
        files += walk.files.map { FoundFile(shown: repository.shown($0.real), walk: $0.walk) }
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
    private func resolveSourceFolders(of files: inout [DecodedFile], in repository: Repository) {
        // Many jobs share a source.
        var known: [String: String] = [:]
        func real(_ folder: String) -> String {
            if let real = known[folder] { return real }
            let real = (try? FileSystem.realPath(repository.absolute(folder))).flatMap { repository.relative($0) }
            known[folder] = real ?? folder
            return real ?? folder
        }
        for index in files.indices where !files[index].sourceFolders.isEmpty {
            files[index].sourceFolders = Set(files[index].sourceFolders).sorted().map(real)
        }
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
        _ items: [Item], of size: Int = chunk, _ make: @escaping @Sendable (Item) -> Made
    ) async -> [Made] {
        let starts = Array(stride(from: 0, to: items.count, by: size))
        let makeChunk: @Sendable (Int) -> [Made] = { start in
            items[start..<min(start + size, items.count)].map(make)
        }
        guard starts.count > 1 else { return starts.flatMap(makeChunk) }
        return await withTaskGroup(of: (start: Int, made: [Made]).self) { group in
            for start in starts { group.addTask { (start, makeChunk(start)) } }
            var chunks: [Int: [Made]] = [:]
            for await chunk in group { chunks[chunk.start] = chunk.made }
            var all: [Made] = []
            all.reserveCapacity(items.count)
            for start in starts { all += chunks.removeValue(forKey: start) ?? [] }
            return all
        }
    }

    private func decode(_ file: FoundFile, in repository: Repository) -> DecodedFile {
        let shown = file.shown
        // Its paths are those of a file in the repository's root.
        if file.isInput, let input = texts?.input { return DecodedFile(input, folder: "") }
        let real = repository.real(shown)
        do {
            let bytes = try read(real, shown)
            let folder = repository.relative(real).map { RelativePath.folder(of: $0) }
            return DecodedFile(SourceFile(path: shown, bytes: bytes), folder: folder)
        } catch {
            return DecodedFile(path: shown, unreadable(shown, error))
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
