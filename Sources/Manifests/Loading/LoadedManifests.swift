public import YAML

/// What was read from some manifests: the state they ask for, and all that is wrong with them.
///
/// The state is complete only where `hasErrors` is false.
public struct LoadedManifests: Sendable {
    public var desired: DesiredState
    /// Errors and warnings by path, line and column.
    public var diagnostics: [Diagnostic]
    /// How many files and documents were read as manifests.
    public var files: Int
    public var documents: Int

    /// Why there may be policies that were not read: mistakes in policies, and in what could be one. What refuses a
    /// change by its policies must not take them for absent.
    public var policyFaults: [Diagnostic] = []

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    public init(desired: DesiredState, diagnostics: [Diagnostic], files: Int, documents: Int) {
        self.desired = desired
        self.diagnostics = diagnostics.inReadingOrder
        self.files = files
        self.documents = documents
    }

    /// Reads manifests that are at hand, such as those of a commit, without looking at any file: whether the jobs'
    /// sources exist is not checked. Paths are relative to the repository's root.
    public init(decoding sources: [SourceFile]) {
        let files = sources.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }.map { source in
            DecodedFile(source, folder: RelativePath.folder(of: source.path))
        }
        let folders = SourceFolders(files: files.map(\.path), sources: files.map(\.sourceFolders))
        self.init(zip(files, folders.isHidden).filter { !$0.1 }.map(\.0))
    }

    /// Puts files together that are manifests, in order of their paths.
    init(_ files: [DecodedFile], _ others: [Diagnostic] = [], checking sources: SourceChecks? = nil) {
        let assembly = Assembly(files.lazy.flatMap(\.documents))
        var diagnostics = others + OneVoice.merged(files.flatMap(\.diagnostics), assembly.diagnostics)
        if var sources {
            for document in files.lazy.flatMap(\.documents) {
                if case .job(let job)? = document.manifest { diagnostics += sources.diagnostics(of: job) }
            }
        }
        if !diagnostics.contains(where: { $0.severity == .error }) {
            diagnostics += UsageChecks.warnings(assembly.desired)
        }
        self.init(
            desired: assembly.desired, diagnostics: diagnostics, files: files.count,
            documents: files.reduce(0) { $0 + $1.written })
        let documents = files.lazy.flatMap(\.documents).filter(\.mayHideAPolicy).flatMap(\.diagnostics)
        let faults = (others.filter { !$0.isMissingPath } + files.flatMap(\.diagnostics) + documents).inReadingOrder
        policyFaults = faults.filter { $0.severity == .error }
    }
}

extension DecodedDocument {
    fileprivate var mayHideAPolicy: Bool {
        switch manifest {
        case .policy?, nil: !isSound
        case .job?, .queue?, .pool?, .run?: false
        }
    }
}

/// One file, parsed and decoded.
struct DecodedFile: Sendable {
    var path: String
    var documents: [DecodedDocument] = []
    /// How many documents were written: of a matrix, one.
    var written = 0
    /// What is wrong with the file besides its documents' own mistakes.
    var diagnostics: [Diagnostic] = []
    /// The folders that its jobs name as their sources, relative to the repository's root.
    var sourceFolders: [String] = []

    /// A file that could not be read.
    init(path: String, _ diagnostic: Diagnostic) {
        self.path = path
        diagnostics = [diagnostic]
    }

    /// `folder` is the file's, relative to the repository's root; `nil` outside of it.
    init(_ source: SourceFile, folder: String?, limits: YAMLLimits = .default) {
        path = source.path
        let file = YAMLFile.parse(source, limits: limits)
        diagnostics = file.diagnostics
        documents = file.documents.flatMap { DocumentDecoder.decode($0, folder: folder).expanded }
        written = file.documents.count
        for document in documents {
            guard case .job(let job)? = document.manifest, case .path(let source) = job.spec.source,
                !source.written.isEmpty
            else { continue }
            sourceFolders.append(source.repositoryPath)
        }
    }
}

extension [Diagnostic] {
    /// By path, line and column; those without a place first. Equal places keep their order.
    public var inReadingOrder: [Diagnostic] {
        enumerated().sorted { left, right in
            let (first, second) = (left.element.location, right.element.location)
            guard let first, let second else { return first == nil && (second != nil || left.offset < right.offset) }
            if first.path != second.path { return first.path.utf8.lexicographicallyPrecedes(second.path.utf8) }
            if first.span.start != second.span.start { return first.span.start < second.span.start }
            return left.offset < right.offset
        }.map(\.element)
    }
}
