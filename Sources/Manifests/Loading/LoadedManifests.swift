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
        let sources = layers.enumerated().flatMap { layer, sources in sources.map { (source: $0, layer: layer) } }
            .sorted { $0.source.path.precedes($1.source.path) }
        var decoded = DecodedFiles()
        for (source, layer) in sources { decoded.append(DecodedFile.decode(source, layer: layer)) }
        let folders = decoded.takeSourceFolders()
        decoded.remove(folders.isHidden)
        let files = decoded.files
        let plan =
            CompositionPlan.isNeeded(for: files) ? CompositionPlan(files, files.map(\.envelopes)) : CompositionPlan()
        decoded.replaceDocuments(
            Dictionary(uniqueKeysWithValues: plan.readings.map { ($0.key, files[$0.key].documents(as: $0.value)) }))
        let assembled = AssembledManifests(decoded, composedBy: plan)
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
            for document in manifests.documents {
                if case .job(let job)? = document.manifest { diagnostics += sources.diagnostics(of: job) }
            }
        }
        let desired = manifests.assembly.desired
        if !diagnostics.contains(where: { $0.severity == .error }) { diagnostics += UsageChecks.warnings(desired) }
        let own = Array(manifests.documents.lazy.filter(\.isDefaults).flatMap(\.diagnostics))
        self.init(
            desired: desired, diagnostics: own + diagnostics.saidOnce(in: plan.defaultsFiles, besides: own),
            files: files.count, documents: files.reduce(0) { $0 + $1.written })
        paths = files.map(\.path)
        let documents = manifests.documents.lazy.filter(\.mayHideAPolicy).flatMap(\.diagnostics)
        let faults = (others.filter { !$0.isMissingPath } + files.flatMap(\.diagnostics) + documents).inReadingOrder
        policyFaults = faults.filter { $0.severity == .error }
    }
}

/// Files that are manifests, as they are read together, and what is in them by its names.
struct AssembledManifests: Sendable {
    let plan: CompositionPlan
    /// In order of their paths.
    let files: [DecodedFile]
    /// All that is in them, also what is no manifest.
    let documents: [DecodedDocument]
    let assembly: Assembly

    /// - Parameters:
    ///   - decoded: the files, with those documents that the plan speaks of read as it says.
    ///   - plan: what had to be read otherwise than it stands.
    init(_ decoded: DecodedFiles, composedBy plan: CompositionPlan) {
        self.plan = plan
        files = decoded.files
        documents = decoded.documents
        assembly = Assembly(plan.defaultsFiles.isEmpty ? documents : documents.filter { !$0.isDefaults })
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
