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
    /// The files' paths as they are shown, in order.
    public var paths: [String] = []

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
    public init(decoding sources: [SourceFile]) { self.init(decodingPatches: [sources]) }

    /// The same for what several paths lead to: a manifest of an object that an earlier one has, too, is a patch of it.
    public init(decodingPatches layers: [[SourceFile]]) {
        let files = layers.enumerated().flatMap { layer, sources in
            sources.map { source in
                var file = DecodedFile(source, folder: RelativePath.folder(of: source.path))
                file.layer = layer
                return file
            }
        }.sorted { $0.path.precedes($1.path) }
        let folders = SourceFolders(files: files.map(\.path), sources: files.map(\.sourceFolders))
        let manifests = zip(files, folders.isHidden).filter { !$0.1 }.map(\.0)
        let plan =
            CompositionPlan.isNeeded(for: manifests)
            ? CompositionPlan(manifests, manifests.map(\.envelopes)) : CompositionPlan()
        let composed = Dictionary(
            uniqueKeysWithValues: plan.readings.map { ($0.key, manifests[$0.key].read(as: $0.value)) })
        let assembled = AssembledManifests(manifests, composedBy: plan, composed)
        let parts = assembled.assembly.parts
        self.init(assembled, checked: parts.map { assembled.assembly.check($0, of: parts.count) })
    }

    /// - Parameters:
    ///   - parts: what the checks of the parts of the manifests have found.
    ///   - others: what is wrong besides.
    init(
        _ manifests: AssembledManifests, checked parts: [[Diagnostic]], _ others: [Diagnostic] = [],
        checking sources: SourceChecks? = nil
    ) {
        let (files, plan) = (manifests.files, manifests.plan)
        var diagnostics =
            others + plan.diagnostics
            + OneVoice.merged(files.flatMap(\.diagnostics), manifests.assembly.diagnostics(with: parts))
        if var sources {
            for document in files.lazy.flatMap(\.documents) {
                if case .job(let job)? = document.manifest { diagnostics += sources.diagnostics(of: job) }
            }
        }
        let desired = manifests.assembly.desired
        if !diagnostics.contains(where: { $0.severity == .error }) { diagnostics += UsageChecks.warnings(desired) }
        let own = Array(files.lazy.flatMap(\.documents).filter(\.isDefaults).flatMap(\.diagnostics))
        self.init(
            desired: desired, diagnostics: own + diagnostics.saidOnce(in: plan.defaultsFiles, besides: own),
            files: files.count, documents: files.reduce(0) { $0 + $1.roots.count })
        paths = files.map(\.path)
        let documents = files.lazy.flatMap(\.documents).filter(\.mayHideAPolicy).flatMap(\.diagnostics)
        let faults = (others.filter { !$0.isMissingPath } + files.flatMap(\.diagnostics) + documents).inReadingOrder
        policyFaults = faults.filter { $0.severity == .error }
    }
}

/// Files that are manifests, as they are read together, and what is in them by its names.
struct AssembledManifests: Sendable {
    let plan: CompositionPlan
    /// In order of their paths.
    let files: [DecodedFile]
    let assembly: Assembly

    /// - Parameters:
    ///   - plan: what has to be read otherwise than it stands.
    ///   - composed: the files that the plan speaks of, by their places among the others, read as it says.
    init(_ written: [DecodedFile], composedBy plan: CompositionPlan, _ composed: [Int: DecodedFile]) {
        var files = written
        for (index, file) in composed { files[index] = file }
        var documents: [DecodedDocument] = []
        documents.reserveCapacity(files.reduce(0) { $0 + $1.documents.count })
        for file in files { for document in file.documents where !document.isDefaults { documents.append(document) } }
        self.plan = plan
        self.files = files
        assembly = Assembly(documents)
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
    /// The documents as they were written: of a matrix, one.
    var roots: [StoredDocument] = []
    /// The number of the path that it was found by, from 0: what is in a later one is a patch of what is in an earlier.
    var layer = 0
    /// Relative to the repository's root; `nil` outside of it.
    var folder: String?
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
        self.folder = folder
        diagnostics = file.diagnostics
        let shelf = DocumentShelf(file)
        roots = shelf.documents
        documents = roots.flatMap { DocumentDecoder.decode($0, folder: folder).expanded }
        for document in documents {
            guard case .job(let job)? = document.manifest, case .path(let source) = job.spec.source,
                !source.written.isEmpty
            else { continue }
            sourceFolders.append(source.repositoryPath)
        }
        if hasDefaults, let folder {
            for root in roots where Envelope(root.root)?.subject == .defaults {
                let path = DefaultsDocument(root).sourcePath?.string
                path.flatMap { RelativePath.join(folder, $0) }.map { sourceFolders.append($0) }
            }
        }
        if diagnostics.isEmpty, documents.allSatisfy(\.diagnostics.isEmpty) { shelf.release() }
    }

    var hasDefaults: Bool { documents.contains(where: \.isDefaults) }

    /// Which object each of its documents is about.
    var envelopes: [Envelope?] { roots.map { Envelope($0.root) } }
}

extension [Diagnostic] {
    /// What is wrong with a value of some files is said once, however many manifests the value reaches.
    ///
    /// - Parameter own: what has been said of those files already, in their own words.
    fileprivate func saidOnce(in files: Set<String>, besides own: [Diagnostic]) -> [Diagnostic] {
        guard !files.isEmpty else { return self }
        var said = Set(own.compactMap(DiagnosticPlace.init))
        return filter { diagnostic in
            guard let place = DiagnosticPlace(diagnostic), files.contains(place.path) else { return true }
            return said.insert(place).inserted
        }
    }

    /// By path, line and column; those without a place first. Equal places keep their order.
    public var inReadingOrder: [Diagnostic] {
        enumerated().sorted { left, right in
            let (first, second) = (left.element.location, right.element.location)
            guard let first, let second else { return first == nil && (second != nil || left.offset < right.offset) }
            if first.path != second.path { return first.path.precedes(second.path) }
            if first.span.start != second.span.start { return first.span.start < second.span.start }
            return left.offset < right.offset
        }.map(\.element)
    }
}

/// What makes two messages one.
private struct DiagnosticPlace: Hashable {
    var code: DiagnosticCode
    var start: Mark
    var path: String

    init?(_ diagnostic: Diagnostic) {
        guard let location = diagnostic.location else { return nil }
        code = diagnostic.code
        start = location.span.start
        path = location.path
    }
}
